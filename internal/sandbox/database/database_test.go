package database_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/database"
	"github.com/holdfast-ml/holdfast/internal/sandbox/listen"
	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

func start(t *testing.T, path string) (*sandboxtest.World, *listen.Listeners, string) {
	t.Helper()
	w := sandboxtest.New(t)
	l := listen.New(w.World, "127.0.0.1", database.Kinds(w.World)...)
	t.Cleanup(l.Close)
	return w, l, w.Put(path, "westeurope", nil, nil)
}

func dial(t *testing.T, l *listen.Listeners, id string) net.Conn {
	t.Helper()
	c, err := net.DialTimeout("tcp", l.Address(id), 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	return c
}

func send(t *testing.T, c net.Conn, b ...byte) {
	t.Helper()
	if _, err := c.Write(b); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, c net.Conn, n int) []byte {
	t.Helper()
	b := make([]byte, n)
	if _, err := io.ReadFull(c, b); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSQLServersAnswerThePrelogin(t *testing.T) {
	for _, path := range []string{"Microsoft.Sql/servers/s", "Microsoft.Sql/managedInstances/m"} {
		_, l, id := start(t, path)
		c := dial(t, l, id)
		send(t, c, 0x12, 1, 0, 20, 0, 0, 0, 0, 0, 0, 6, 0, 6, 0xff, 1, 2, 3, 4, 5, 6)
		head := read(t, c, 8)
		body := read(t, c, int(binary.BigEndian.Uint16(head[2:]))-8)
		if head[0] != 4 || head[1] != 1 {
			t.Errorf("%s: the head is %x", path, head)
		}
		options := map[byte][]byte{}
		for i := 0; body[i] != 0xff; i += 5 {
			offset, length := binary.BigEndian.Uint16(body[i+1:]), binary.BigEndian.Uint16(body[i+3:])
			options[body[i]] = body[offset : offset+length]
		}
		if !bytes.Equal(options[0], []byte{12, 0, 7, 208, 0, 8}) || !bytes.Equal(options[1], []byte{3}) || len(options) != 5 {
			t.Errorf("%s: the options are %x", path, options)
		}
	}
}

func TestPostgreSQLAsksToAuthenticateAndRefuses(t *testing.T) {
	for _, path := range []string{"Microsoft.DBforPostgreSQL/servers/p", "Microsoft.DBforPostgreSQL/flexibleServers/p"} {
		_, l, id := start(t, path)
		c := dial(t, l, id)
		send(t, c, 0, 0, 0, 8, 4, 210, 22, 47)
		if got := read(t, c, 1); string(got) != "N" {
			t.Errorf("to a request for TLS it says %q", got)
		}
		startup := []byte("\x00\x03\x00\x00user\x00me\x00\x00")
		send(t, c, binary.BigEndian.AppendUint32(nil, uint32(len(startup)+4))...)
		send(t, c, startup...)
		if got := read(t, c, 24); got[0] != 'R' || binary.BigEndian.Uint32(got[5:]) != 10 || !bytes.Contains(got, []byte("SCRAM-SHA-256")) {
			t.Errorf("to the start-up it says %q", got)
		}
		send(t, c, 'p', 0, 0, 0, 4)
		rest, err := io.ReadAll(c)
		if err != nil || rest[0] != 'E' || !strings.Contains(string(rest), "C28P01\x00") {
			t.Errorf("to a password it says %q, %v", rest, err)
		}
	}
}

func TestMySQLGreetsAndRefuses(t *testing.T) {
	for _, path := range []string{"Microsoft.DBforMySQL/servers/m", "Microsoft.DBforMySQL/flexibleServers/m"} {
		_, l, id := start(t, path)
		c := dial(t, l, id)
		head := read(t, c, 4)
		body := read(t, c, int(head[0])|int(head[1])<<8)
		if body[0] != 10 || !bytes.HasPrefix(body[1:], []byte("8.0.42-azure\x00")) || !bytes.HasSuffix(body, []byte("mysql_native_password\x00")) {
			t.Errorf("it greets with %q", body)
		}
		send(t, c, 3, 0, 0, 1, 'x', 'y', 'z')
		rest, err := io.ReadAll(c)
		if err != nil || rest[3] != 2 || rest[4] != 0xff || binary.LittleEndian.Uint16(rest[5:]) != 1045 {
			t.Errorf("to a login it says %q, %v", rest, err)
		}
	}
}

func TestAnotherProtocolEndsTheConnection(t *testing.T) {
	for path, said := range map[string]string{
		"Microsoft.Sql/servers/s":                     "GET / HTTP/1.1\r\n\r\n",
		"Microsoft.DBforPostgreSQL/flexibleServers/p": "GET / HTTP/1.1\r\n\r\n",
	} {
		_, l, id := start(t, path)
		c := dial(t, l, id)
		send(t, c, []byte(said)...)
		if got, _ := io.ReadAll(c); len(got) > 0 {
			t.Errorf("%s answers %q", path, got)
		}
	}
}

func TestAServerThatIsGoneResetsConnections(t *testing.T) {
	w, l, id := start(t, "Microsoft.DBforMySQL/flexibleServers/m")
	greets := func() bool {
		c, err := net.DialTimeout("tcp", l.Address(id), 5*time.Second)
		if err != nil {
			return false // the reset came early
		}
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(10 * time.Second))
		n, _ := c.Read(make([]byte, 1))
		return n == 1
	}
	if !greets() {
		t.Fatal("it does not greet when it is whole")
	}
	w.Health.Set(id, world.Standing{Read: world.Gone})
	if greets() {
		t.Error("it greets when it is gone")
	}
	w.Health.Set(id, world.Standing{Read: world.Partial})
	n := 0
	for range 8 {
		if greets() {
			n++
		}
	}
	if n != 4 {
		t.Errorf("it greets %d of 8 times when it works in part", n)
	}
	w.Health.Set(id, world.Standing{})
	if !greets() {
		t.Error("it does not greet when it is whole again")
	}
}

func TestClosingEndsOpenConnections(t *testing.T) {
	_, l, id := start(t, "Microsoft.DBforMySQL/flexibleServers/m")
	c := dial(t, l, id)
	read(t, c, 4)
	done := make(chan struct{})
	go func() { l.Close(); close(done) }()
	if _, err := io.ReadAll(c); err != nil && !strings.Contains(err.Error(), "reset") {
		t.Errorf("the connection ends with %v", err)
	}
	<-done
}
