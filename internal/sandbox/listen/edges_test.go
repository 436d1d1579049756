package listen_test

import (
	"net"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/listen"
	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

func TestWhatDoesNotListenHasNoAddress(t *testing.T) {
	w := sandboxtest.New(t)
	l := listen.New(w.World, "127.0.0.1", echo)
	defer l.Close()
	for name, id := range map[string]string{
		"no id":                    "",
		"an id of no provider":     "/subscriptions/s/resourceGroups/g",
		"an id that ends early":    sandboxtest.Group + "/providers/Microsoft.Sql",
		"a type that does not":     sandboxtest.Group + "/providers/Microsoft.Storage/storageAccounts/a",
		"a child of one that does": sandboxtest.Group + "/providers/Microsoft.Sql/servers/a/databases/b",
	} {
		if got := l.Address(id); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
	if l.Address(sandboxtest.Group+"/providers/microsoft.sql/SERVERS/a") == "" {
		t.Error("a type in other letters has none")
	}
}

func TestAfterClosingNothingListens(t *testing.T) {
	w := sandboxtest.New(t)
	l := listen.New(w.World, "127.0.0.1", echo)
	id := w.Put(path+"a", "westeurope", nil, nil)
	address := l.Address(id)
	l.Close()
	l.Close()
	if got := ask(t, address); got != "" {
		t.Errorf("the port answers %q", got)
	}
	if got := l.Address(id); got != "" {
		t.Errorf("the address is %s", got)
	}
}

func TestAPortThatSomebodyElseHasByNowIsReplaced(t *testing.T) {
	w := sandboxtest.New(t)
	id := w.Put(path+"a", "westeurope", nil, nil)
	l := listen.New(w.World, "127.0.0.1", echo)
	if err := l.Sync(); err != nil {
		t.Fatal(err)
	}
	before := l.Address(id)
	l.Close()
	other, err := net.Listen("tcp", before)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for range 2 {
		l = listen.New(w.World, "127.0.0.1", echo)
		if err := l.Sync(); err != nil {
			t.Fatal(err)
		}
		after := l.Address(id)
		if after == before || ask(t, after) != id {
			t.Errorf("it listens on %s, and before on %s", after, before)
		}
		l.Close()
	}
	w.Write(func(tx *state.Tx) error { return tx.Delete(id) })
	l = listen.New(w.World, "127.0.0.1", echo)
	defer l.Close()
	if err := l.Sync(); err != nil {
		t.Fatal(err)
	}
	_ = w.Store.Read(func(tx *state.Tx) error {
		for key := range tx.Records("listen.port", "") {
			t.Errorf("the port of %s is kept", key)
		}
		return nil
	})
}
