package listen_test

import (
	"context"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/listen"
	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

const path = "Microsoft.Sql/servers/"

// echo answers each connection with the id of the resource.
var echo = listen.Kind{Type: "Microsoft.Sql/servers", Serve: func(_ context.Context, l net.Listener, id string) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		_, _ = io.WriteString(c, id)
		_ = c.Close()
	}
}}

func ask(t *testing.T, address string) string {
	t.Helper()
	c, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return ""
	}
	defer c.Close()
	raw, _ := io.ReadAll(c)
	return string(raw)
}

func TestAResourceListensFromThenOnUntilItIsGone(t *testing.T) {
	w := sandboxtest.New(t)
	l := listen.New(w.World, "127.0.0.1", echo)
	defer l.Close()
	a, b := w.Put(path+"a", "westeurope", nil, nil), w.Put(path+"b", "westeurope", nil, nil)
	if err := l.Sync(); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, l.Address(a)); got != a {
		t.Errorf("a answers %q", got)
	}
	if l.Address(strings.ToUpper(a)) != l.Address(a) || l.Address(a) == l.Address(b) {
		t.Errorf("the addresses are %s and %s", l.Address(a), l.Address(b))
	}
	address := l.Address(a)
	w.Write(func(tx *state.Tx) error { return tx.Delete(a) })
	if err := l.Sync(); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, address); got != "" {
		t.Errorf("a deleted resource answers %q", got)
	}
	if got := l.Address("/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/x"); got != "" {
		t.Errorf("what does not listen has the address %s", got)
	}
	if l.Address("no id") != "" {
		t.Error("what is no id has an address")
	}
}

func TestAnAddressCanBeAskedWithinATransaction(t *testing.T) {
	w := sandboxtest.New(t)
	l := listen.New(w.World, "127.0.0.1", echo)
	defer l.Close()
	id := sandboxtest.Group + "/providers/" + path + "new"
	var address string
	w.Write(func(tx *state.Tx) error {
		address = l.Address(id)
		return tx.Put(&state.Resource{ID: id, Type: "Microsoft.Sql/servers", Name: "new"})
	})
	if err := l.Sync(); err != nil {
		t.Fatal(err)
	}
	if l.Address(id) != address || ask(t, address) != id {
		t.Errorf("it was %s and is %s", address, l.Address(id))
	}
}

func TestAPortOfAChangeThatWasTakenBackIsClosed(t *testing.T) {
	w := sandboxtest.New(t)
	l := listen.New(w.World, "127.0.0.1", echo)
	defer l.Close()
	address := l.Address(sandboxtest.Group + "/providers/" + path + "never")
	if err := l.Sync(); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, address); got != "" {
		t.Errorf("it answers %q", got)
	}
}

func TestPortsStayTheSameOverARestart(t *testing.T) {
	w := sandboxtest.New(t)
	id := w.Put(path+"a", "westeurope", nil, nil)
	l := listen.New(w.World, "127.0.0.1", echo)
	if err := l.Sync(); err != nil {
		t.Fatal(err)
	}
	before := l.Address(id)
	l.Close()
	if got := l.Address(id); got != "" {
		t.Errorf("after its end it has the address %s", got)
	}
	l = listen.New(w.World, "127.0.0.1", echo)
	if got := l.Address(id); got != before {
		t.Errorf("it was %s and is %s", before, got)
	}
	l.Close()
	taken, err := net.Listen("tcp", before)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	l = listen.New(w.World, "127.0.0.1", echo)
	defer l.Close()
	if err := l.Sync(); err != nil {
		t.Fatal(err)
	}
	if got := l.Address(id); got == before || ask(t, got) != id {
		t.Errorf("with its port taken it is at %s", got)
	}
}

func TestRunFollowsTheStateAndLeavesNothingRunning(t *testing.T) {
	before := runtime.NumGoroutine()
	w := sandboxtest.New(t)
	l := listen.New(w.World, "127.0.0.1", echo)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- l.Run(ctx, time.Millisecond) }()
	id := w.Put(path+"a", "westeurope", nil, nil)
	kept := func() (ok bool) {
		_ = w.Store.Read(func(tx *state.Tx) error { _, ok = tx.Record("listen.port", state.Key(id)); return nil })
		return ok
	}
	for !kept() {
		time.Sleep(time.Millisecond)
	}
	if got := ask(t, l.Address(id)); got != id {
		t.Errorf("it answers %q", got)
	}
	w.Write(func(tx *state.Tx) error { return tx.Delete(id) })
	for kept() {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	for range 200 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines are left, %d were there before", runtime.NumGoroutine(), before)
}
