package database_test

import (
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGreetingsAreAsTheyWere compares, byte by byte, what servers say to clients
// that begin to log in, with testdata/*.hex. A step is what the client sends, as
// hexadecimal digits, and how many bytes it waits for; 0 waits for the end.
func TestGreetingsAreAsTheyWere(t *testing.T) {
	const startup = "0000001600030000" + "7573657200" + "616e6e00" + "0000000000"
	type step struct {
		send string
		wait int
	}
	for name, c := range map[string]struct {
		path  string
		steps []step
	}{
		"sqlserver": {"Microsoft.Sql/servers/s", []step{{"1201001400000000" + "0000060006ff" + "010203040506", 43}, {"1601", 0}}},
		"sqlserver-other-protocol": {"Microsoft.Sql/servers/s", []step{
			{hex.EncodeToString([]byte("GET / HTTP/1.1\r\n\r\n")), 0},
		}},
		"postgres":                {"Microsoft.DBforPostgreSQL/flexibleServers/p", []step{{"0000000804d2162f", 1}, {startup, 24}, {"700000000578", 0}}},
		"postgres-gss":            {"Microsoft.DBforPostgreSQL/flexibleServers/p", []step{{"0000000804d21630", 1}, {"0000000804d2162f", 1}}},
		"postgres-cancel":         {"Microsoft.DBforPostgreSQL/flexibleServers/p", []step{{"0000001004d2162e0000000100000002", 0}}},
		"postgres-other-protocol": {"Microsoft.DBforPostgreSQL/flexibleServers/p", []step{{"0000000800020000", 0}}},
		"mysql":                   {"Microsoft.DBforMySQL/flexibleServers/m", []step{{"", 84}, {"01000001" + "00", 0}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, l, id := start(t, c.path)
			conn := dial(t, l, id)
			var out strings.Builder
			for _, s := range c.steps {
				raw, err := hex.DecodeString(s.send)
				if err != nil {
					t.Fatal(err)
				}
				if len(raw) > 0 {
					fmt.Fprintf(&out, "the client sends %d bytes\n%s", len(raw), hex.Dump(raw))
					send(t, conn, raw...)
				}
				answer, ended := take(t, conn, s.wait)
				fmt.Fprintf(&out, "the server sends %d bytes\n%s", len(answer), hex.Dump(answer))
				if ended {
					out.WriteString("the server ends the connection\n")
				}
			}
			file := filepath.Join("testdata", name+".hex")
			if *update {
				if err := os.WriteFile(file, []byte(out.String()), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil || string(want) != out.String() {
				t.Errorf("%s (%v; -update writes it anew):\n%s", file, err, out.String())
			}
		})
	}
}

// take reads n bytes, or with 0 all until the connection ends.
func take(t *testing.T, c net.Conn, n int) (raw []byte, ended bool) {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
	if n == 0 {
		raw, err := io.ReadAll(c)
		if e, ok := err.(net.Error); ok && e.Timeout() {
			t.Fatal("the connection does not end")
		}
		return raw, true
	}
	raw = make([]byte, n)
	got, err := io.ReadFull(c, raw)
	if e, ok := err.(net.Error); ok && e.Timeout() {
		t.Fatalf("%d bytes come, not %d: %x", got, n, raw[:got])
	}
	return raw[:got], err != nil
}
