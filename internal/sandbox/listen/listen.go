// Package listen gives resources that are reached by themselves, such as
// registries and database servers, ports of their own: it opens them with their
// resources, closes them with them, and keeps the ports over a restart.
//
// Words: a kind is a resource type with what serves its connections. A listener
// is one open port.
package listen

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// portKind is the kind of the records that keep ports, by the key of the
// resource.
const portKind = "listen.port"

// Most is how many resources listen at the same time. Those beyond have no
// address.
const Most = 2000

// Kind is a resource type that listens.
type Kind struct {
	Type string // Microsoft.Sql/servers
	// Serve answers the connections to a resource until the listener is closed or
	// ctx ends, and returns when none of them is left.
	Serve func(ctx context.Context, l net.Listener, resourceID string)
}

// Listeners holds the listeners of one sandbox. It is safe for concurrent use.
type Listeners struct {
	world *world.World
	host  string
	kinds map[string]Kind // by lower-case type

	mu     sync.Mutex
	open   map[string]*listener // by key of the resource
	ports  map[string]int       // as they were kept
	closed bool
	ctx    context.Context
	stop   context.CancelFunc
}

// listener is one open port.
type listener struct {
	net.Listener
	id   string
	port int
	kept bool // its port is in a record
	done chan struct{}
	stop context.CancelFunc
}

// New makes the listeners of a sandbox on a host such as 127.0.0.1. Nothing is
// open yet.
func New(w *world.World, host string, kinds ...Kind) *Listeners {
	l := &Listeners{world: w, host: host, kinds: map[string]Kind{}, open: map[string]*listener{}, ports: map[string]int{}}
	for _, k := range kinds {
		l.kinds[strings.ToLower(k.Type)] = k
	}
	l.ctx, l.stop = context.WithCancel(context.Background())
	_ = w.Store.Read(func(tx *state.Tx) error {
		for key, raw := range tx.Records(portKind, "") {
			var port int
			if json.Unmarshal(raw, &port) == nil && port > 0 {
				l.ports[key] = port
			}
		}
		return nil
	})
	return l
}

// Address is the host and port of a resource, which begins to listen when it
// does not yet; "" when its type does not listen or there is no port left. It
// opens no transaction, so that it can be asked within one.
func (l *Listeners) Address(resourceID string) string {
	kind, ok := l.kinds[strings.ToLower(typeOf(resourceID))]
	if !ok {
		return ""
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	e, err := l.listen(resourceID, kind)
	if err != nil {
		l.world.Log.Warn("a resource does not listen", "resource", resourceID, "error", err)
		return ""
	}
	return net.JoinHostPort(l.host, strconv.Itoa(e.port))
}

// typeOf is the full type of a resource's id.
func typeOf(id string) string {
	parts := strings.Split(strings.Trim(id, "/"), "/")
	at := -1
	for i, p := range parts {
		if strings.EqualFold(p, "providers") {
			at = i
		}
	}
	if at < 0 || at+2 >= len(parts) {
		return ""
	}
	typ := parts[at+1]
	for i := at + 2; i < len(parts); i += 2 {
		typ += "/" + parts[i]
	}
	return typ
}

// listen opens the port of a resource, if it is not open: the one it had, or
// else any. It is called with the lock.
func (l *Listeners) listen(id string, kind Kind) (*listener, error) {
	key := state.Key(id)
	if e := l.open[key]; e != nil {
		return e, nil
	}
	if l.closed {
		return nil, errors.New("the sandbox is ending")
	}
	if len(l.open) >= Most {
		return nil, fmt.Errorf("%d resources listen already", Most)
	}
	had := l.ports[key]
	in, err := net.Listen("tcp", net.JoinHostPort(l.host, strconv.Itoa(had)))
	if err != nil && had != 0 { // somebody else has it by now
		in, err = net.Listen("tcp", net.JoinHostPort(l.host, "0"))
	}
	if err != nil {
		return nil, err
	}
	addr, ok := in.Addr().(*net.TCPAddr)
	if !ok {
		return nil, errors.Join(fmt.Errorf("listening on %v", in.Addr()), in.Close())
	}
	ctx, stop := context.WithCancel(l.ctx)
	e := &listener{Listener: in, id: id, port: addr.Port, kept: addr.Port == had, done: make(chan struct{}), stop: stop}
	l.open[key] = e
	go func() {
		defer close(e.done)
		kind.Serve(ctx, in, id)
	}()
	return e, nil
}

// Sync opens the ports of resources that are there, closes those of resources
// that are gone, and keeps what has changed. An error is one of keeping the
// state.
func (l *Listeners) Sync() error {
	there := map[string]string{}
	var gone []*listener
	_ = l.world.Store.Read(func(tx *state.Tx) error {
		for _, k := range l.kinds {
			for r := range tx.OfType(k.Type, "") {
				there[state.Key(r.ID)] = r.ID
			}
		}
		// While this transaction lasts nobody writes: what is open and not there is
		// of a change that was taken back, or deleted.
		l.mu.Lock()
		defer l.mu.Unlock()
		for key, e := range l.open {
			if _, ok := there[key]; !ok {
				gone = append(gone, e)
				delete(l.open, key)
				delete(l.ports, key)
			}
		}
		return nil
	})
	for _, e := range gone {
		e.shut()
	}
	for _, id := range there {
		l.Address(id)
	}
	return l.keep(there)
}

// keep writes the records of ports that are new, and deletes those of resources
// that are gone.
func (l *Listeners) keep(there map[string]string) error {
	fresh := map[string]*listener{}
	l.mu.Lock()
	for key, e := range l.open {
		if !e.kept {
			fresh[key] = e
		}
	}
	l.mu.Unlock()
	var old []string
	_ = l.world.Store.Read(func(tx *state.Tx) error {
		for key := range tx.Records(portKind, "") {
			if there[key] == "" && tx.Resource(key) == nil {
				old = append(old, key)
			}
		}
		return nil
	})
	if len(fresh) == 0 && len(old) == 0 {
		return nil
	}
	err := l.world.Store.Write(func(tx *state.Tx) error {
		for _, key := range old {
			if err := tx.DeleteRecord(portKind, key); err != nil {
				return err
			}
		}
		for key, e := range fresh {
			if tx.Resource(key) == nil {
				continue
			}
			if err := tx.PutRecord(portKind, key, []byte(strconv.Itoa(e.port))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, e := range fresh {
		e.kept = true
		l.ports[key] = e.port
	}
	return nil
}

// Run keeps the listeners in step with the state until ctx ends, and closes them
// then. every is how often it looks, a tenth of a second when it is 0.
func (l *Listeners) Run(ctx context.Context, every time.Duration) error {
	defer l.Close()
	if every <= 0 {
		every = 100 * time.Millisecond
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	seen, first := uint64(0), true
	for {
		if now := l.world.Store.Generation(); first || now != seen {
			if err := l.Sync(); err != nil {
				return err
			}
			seen, first = now, false
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Close closes all ports and waits until their connections are answered. It may
// be called twice.
func (l *Listeners) Close() {
	l.mu.Lock()
	l.closed = true
	all := l.open
	l.open = map[string]*listener{}
	l.mu.Unlock()
	l.stop()
	for _, e := range all {
		e.shut()
	}
}

// shut closes one port and waits until nothing serves it.
func (e *listener) shut() {
	e.stop()
	_ = e.Listener.Close()
	<-e.done
}
