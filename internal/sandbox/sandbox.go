package sandbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/sandbox/clock"
	"github.com/holdfast-ml/holdfast/internal/sandbox/failure"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Options say how a sandbox is to be. The zero value works: loopback, ports that
// are free, state in memory, real time.
type Options struct {
	// Listen is the host and port of the main address; blobs and files take the
	// next two ports. Port 0 takes any that are free.
	Listen string
	// StateDir keeps the state; "" keeps it in memory and the certificate in a
	// folder that goes away with the sandbox.
	StateDir string
	// Rate is that of the clock, see [clock.ParseMode]; Manual stands for 0.
	Rate   float64
	Manual bool
	// Chance decides everything that is left to chance but secrets.
	Chance uint64
	// Azurite is the address of one that keeps the blobs, "" for the sandbox's own
	// storage.
	Azurite string
	// NoThrottling lets clients ask as often as they like.
	NoThrottling bool
	Catalog      *catalog.Catalog // nil is the embedded one
	Log          *slog.Logger     // nil logs nothing
}

// Sandbox is one that runs.
type Sandbox struct {
	Connection Connection
	World      *world.World
	Board      *failure.Board

	parts   *parts
	servers []*http.Server
	started time.Time
	dir     string // that goes away with the sandbox, "" for none
	stop    context.CancelFunc
	running sync.WaitGroup
	failed  chan error
	count   counts
	asked   asked
}

// counts are requests by where they went.
type counts struct{ main, blob, file atomic.Uint64 }

// Start starts a sandbox. It runs until ctx ends or [Sandbox.Close] is called.
func Start(ctx context.Context, o Options) (_ *Sandbox, err error) {
	s := &Sandbox{started: time.Now(), failed: make(chan error, 4)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.clear())
		}
	}()
	if err := s.open(&o); err != nil {
		return nil, err
	}
	ctx, s.stop = context.WithCancel(ctx)
	listeners, err := openPorts(o.Listen)
	if err != nil {
		return nil, err
	}
	if err := s.put(ctx, o, listeners); err != nil {
		for _, l := range listeners {
			_ = l.Close()
		}
		return nil, err
	}
	for _, run := range []func() error{
		func() error { return s.World.Run(ctx) },
		func() error { return s.parts.ports.Run(ctx, 0) },
	} {
		s.running.Add(1)
		go func() {
			defer s.running.Done()
			if err := run(); err != nil && ctx.Err() == nil {
				s.fail(err)
			}
		}()
	}
	return s, nil
}

// open makes the world and takes up who the sandbox is.
func (s *Sandbox) open(o *Options) error {
	cat := o.Catalog
	if cat == nil {
		var err error
		if cat, err = catalog.Default(); err != nil {
			return err
		}
	}
	store, dir := state.New(), o.StateDir
	if dir == "" {
		var err error
		if s.dir, err = os.MkdirTemp("", "holdfast-sandbox-"); err != nil {
			return fmt.Errorf("making a folder for the sandbox's certificate: %w", err)
		}
		dir = s.dir
	} else {
		var err error
		if store, err = state.Open(dir); err != nil {
			return err
		}
	}
	rate := o.Rate
	if rate == 0 && !o.Manual {
		rate = 1
	}
	start, err := lastTime(store)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	s.World = world.New(clock.New(start, rate, time.Now), store, cat, o.Chance)
	if o.Log != nil {
		s.World.Log = o.Log
	}
	id, authority, err := takeUp(s.World)
	if err != nil {
		return err
	}
	s.World.Tenant = id.Tenant
	s.Connection = Connection{
		Tenant: id.Tenant, Subscription: id.Subscription, ClientID: id.ClientID, ClientSecret: id.Secret,
		AdminToken: token(), PID: os.Getpid(), CAFile: filepath.Join(dir, "ca.pem"),
	}
	s.Board = failure.New(s.World)
	s.parts = &parts{authority: authority, object: id.ObjectID, folder: o.StateDir}
	return writeFile(s.Connection.CAFile, authority.PEM(), 0o644)
}

const clockRecords = "sandbox.clock"

// lastTime is the time at which the sandbox starts: now, or where an earlier run
// had advanced its clock to.
func lastTime(store *state.Store) (time.Time, error) {
	now := time.Now().UTC()
	err := store.Read(func(tx *state.Tx) error {
		if b, ok := tx.Record(clockRecords, "ahead"); ok {
			ahead, err := time.ParseDuration(string(b))
			if err != nil {
				return fmt.Errorf("the record of the sandbox's clock: %w", err)
			}
			now = now.Add(ahead)
		}
		return nil
	})
	return now, err
}

// openPorts opens the ports of the main address, of blobs and of files.
func openPorts(address string) ([]net.Listener, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("the address %q cannot be listened on: give a host and a port, such as 127.0.0.1:8443", address)
	}
	number, err := strconv.Atoi(port)
	if err != nil || number < 0 || number > 65533 {
		return nil, fmt.Errorf("the port %q cannot be listened on: give a number from 0 to 65533", port)
	}
	var out []net.Listener
	for i := range 3 {
		p := 0
		if number > 0 {
			p = number + i
		}
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(p)))
		if err != nil {
			for _, l := range out {
				_ = l.Close()
			}
			return nil, fmt.Errorf("the sandbox cannot listen: %w; choose another port with --listen", err)
		}
		out = append(out, l)
	}
	return out, nil
}

// put puts the parts together and serves them.
func (s *Sandbox) put(ctx context.Context, o Options, listeners []net.Listener) error {
	url := func(l net.Listener) string {
		host, port, _ := net.SplitHostPort(l.Addr().String())
		if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
			host = "127.0.0.1"
		}
		return "https://" + net.JoinHostPort(host, port)
	}
	at := &s.World.At
	at.Main, at.Blob, at.File = url(listeners[0]), url(listeners[1]), url(listeners[2])
	s.Connection.Address, s.Connection.Blob, s.Connection.File = at.Main, at.Blob, at.File
	host, _, _ := net.SplitHostPort(listeners[0].Addr().String())
	cert, err := s.parts.authority.Server(time.Now(), host)
	if err != nil {
		return err
	}
	config, err := CloudConfig(s.Connection)
	if err != nil {
		return fmt.Errorf("describing the sandbox for az: %w", err)
	}
	if err := writeFile(filepath.Join(filepath.Dir(s.Connection.CAFile), "cloud.json"), config, 0o644); err != nil {
		return err
	}
	s.parts.tls = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	if err := s.assemble(ctx, o); err != nil {
		return err
	}
	for i, h := range []http.Handler{
		s.counted(&s.count.main, s.noted("main", s.main())), s.counted(&s.count.blob, s.noted("blob", s.parts.blob)), s.counted(&s.count.file, s.noted("file", s.parts.files)),
	} {
		server := &http.Server{
			Handler: s.Board.Wrap(s.settled(h)), TLSConfig: s.parts.tls.Clone(), ReadHeaderTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
			ErrorLog: slog.NewLogLogger(s.World.Log.Handler(), slog.LevelDebug),
		}
		s.servers = append(s.servers, server)
		s.running.Add(1)
		go func() {
			defer s.running.Done()
			if err := server.ServeTLS(listeners[i], "", ""); !errors.Is(err, http.ErrServerClosed) {
				s.fail(fmt.Errorf("the sandbox has stopped serving: %w", err))
			}
		}()
	}
	return nil
}

// settled lets everything happen whose time has come before a request is
// answered.
func (s *Sandbox) settled(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if err := s.World.Settle(); err != nil {
			s.World.Log.Error("the state of the sandbox cannot be kept", "error", err)
			tell(rw, http.StatusInternalServerError, "the sandbox cannot keep its state; its log has the reason")
			return
		}
		next.ServeHTTP(rw, r)
	})
}

func (s *Sandbox) counted(n *atomic.Uint64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		n.Add(1)
		next.ServeHTTP(rw, r)
	})
}

func (s *Sandbox) fail(err error) {
	select {
	case s.failed <- err:
	default:
	}
}

// Failed tells of what ends the sandbox by itself.
func (s *Sandbox) Failed() <-chan error { return s.failed }

// Close ends the sandbox: requests under way are given five seconds.
func (s *Sandbox) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var errs []error
	for _, server := range s.servers {
		if err := server.Shutdown(ctx); err != nil {
			errs = append(errs, server.Close())
		}
	}
	return errors.Join(append(errs, s.clear())...)
}

// clear ends everything that was begun.
func (s *Sandbox) clear() error {
	if s.stop != nil {
		s.stop()
	}
	var errs []error
	if s.parts != nil {
		errs = append(errs, s.parts.close())
	}
	s.running.Wait()
	if s.World != nil {
		errs = append(errs, s.World.Store.Close())
	}
	if s.dir != "" {
		if err := os.RemoveAll(s.dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Advance moves the clock ahead and lets everything happen until then. It gives
// the new time.
func (s *Sandbox) Advance(by time.Duration) (time.Time, error) {
	if by <= 0 || by > 10*365*24*time.Hour {
		return time.Time{}, fmt.Errorf("the clock cannot be advanced by %v: give a time such as 90m or 8h", by)
	}
	if err := s.World.Settle(); err != nil {
		return time.Time{}, err
	}
	now := s.World.Clock.Advance(by)
	err := s.World.Store.Write(func(tx *state.Tx) error {
		return tx.PutRecord(clockRecords, "ahead", []byte(time.Until(now).String()))
	})
	if err != nil {
		return time.Time{}, err
	}
	return now, s.World.Settle()
}

// StartOutage begins an outage at the sandbox's time.
func (s *Sandbox) StartOutage(o failure.Outage) (failure.Outage, error) {
	err := s.World.Store.Write(func(tx *state.Tx) (err error) {
		o, err = s.Board.Start(tx, s.World.Clock.Now(), o)
		return err
	})
	return o, err
}

// StopOutage ends an outage, all of them when the id is "".
func (s *Sandbox) StopOutage(id string) (ended []failure.Outage, err error) {
	err = s.World.Store.Write(func(tx *state.Tx) (err error) {
		ended, err = s.Board.Stop(tx, s.World.Clock.Now(), id)
		return err
	})
	return ended, err
}

// Status tells how the sandbox is.
func (s *Sandbox) Status() (Status, error) {
	st := Status{Now: s.World.Clock.Now(), Clock: s.World.Clock.Mode(), Started: s.started.UTC(), Outages: []failure.Outage{}, Requests: map[string]uint64{
		"main": s.count.main.Load(), "blob": s.count.blob.Load(), "file": s.count.file.Load(),
	}}
	err := s.World.Store.Read(func(tx *state.Tx) error {
		st.Resources = tx.Len()
		all, err := s.Board.List(tx)
		if err != nil {
			return err
		}
		for _, o := range all {
			if o.Ended == nil {
				st.Outages = append(st.Outages, o)
			}
		}
		list, err := s.Board.Faults(tx)
		st.Faults = filled(list)
		return err
	})
	return st, err
}

// main routes what comes to the main address.
func (s *Sandbox) main() http.Handler {
	admin := newAdmin(s)
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		if strings.HasPrefix(path, "/sandbox/") {
			admin.ServeHTTP(rw, r)
			return
		}
		if strings.EqualFold(path, "/metadata/endpoints") {
			metadata(s.World, rw, r)
			return
		}
		s.parts.route(s.World.Tenant, path).ServeHTTP(rw, r)
	})
}
