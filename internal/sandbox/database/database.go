// Package database answers for the sandbox's database servers as far as probes
// and clients go before they log in: SQL Server's prelogin, PostgreSQL's start-up
// and MySQL's greeting. Nobody can log in, and there are no data.
//
// Words: a greeting is what is said before a client could log in; the refusal is
// what the login gets. A server that is gone resets each connection, as nothing
// behind its address answers.
//
// The layouts are those of the published protocols: MS-TDS 2.2.6.5 (prelogin),
// the PostgreSQL manual's chapter "Message Formats", and MySQL's
// "Protocol::HandshakeV10".
package database

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/listen"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// patience is for how long a connection may stay without being done: it is the
// wall clock's, as it guards the sandbox and is no part of what it simulates.
const patience = 15 * time.Second

// most is how many connections to one server are answered at the same time.
const most = 64

// greeting talks to one connection until it is over. id is that of the server.
type greeting func(c net.Conn, id string) error

// protocols are what the servers of a type speak.
var protocols = map[string]greeting{
	"Microsoft.Sql/servers":                     sqlServer,
	"Microsoft.Sql/managedInstances":            sqlServer,
	"Microsoft.DBforPostgreSQL/servers":         postgres,
	"Microsoft.DBforPostgreSQL/flexibleServers": postgres,
	"Microsoft.DBforMySQL/servers":              mySQL,
	"Microsoft.DBforMySQL/flexibleServers":      mySQL,
}

// Kinds are the types of servers that listen, for [listen.New].
func Kinds(w *world.World) []listen.Kind {
	var out []listen.Kind
	for typ, greet := range protocols {
		out = append(out, listen.Kind{Type: typ, Serve: func(ctx context.Context, l net.Listener, id string) { serve(ctx, w, l, id, greet) }})
	}
	return out
}

// serve answers connections until the listener is closed.
func serve(ctx context.Context, w *world.World, l net.Listener, id string, greet greeting) {
	var turns atomic.Uint64
	var all sync.WaitGroup
	defer all.Wait()
	slots := make(chan struct{}, most)
	for {
		c, err := l.Accept()
		if err != nil {
			return // it is closed; a listener on loopback fails for nothing else
		}
		select {
		case slots <- struct{}{}:
		default:
			reset(c)
			continue
		}
		all.Go(func() {
			defer func() { <-slots }()
			if !answers(w, id, &turns) {
				reset(c)
				return
			}
			defer c.Close()
			stop := context.AfterFunc(ctx, func() { _ = c.Close() })
			defer stop()
			_ = c.SetDeadline(time.Now().Add(patience))
			if err := greet(c, id); err != nil {
				w.Log.Debug("a connection to a database server ended", "server", id, "error", err)
			}
		})
	}
}

// answers says whether the server answers this connection.
func answers(w *world.World, id string, turns *atomic.Uint64) bool {
	if err := w.Settle(); err != nil {
		w.Log.Error("settling failed", "error", err)
		return false
	}
	level := world.Whole
	_ = w.Store.Read(func(tx *state.Tx) error {
		level = w.Health.Resource(tx, id, w.Clock.Now()).Of(false)
		return nil
	})
	return level == world.Whole || level == world.Partial && turns.Add(1)%2 == 0
}

// reset ends a connection as if nobody listened.
func reset(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	_ = c.Close()
}
