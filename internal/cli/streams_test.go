package cli

import (
	"bytes"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mattn/go-runewidth"
)

func TestWidth(t *testing.T) {
	for _, tt := range []struct {
		terminal int
		columns  string
		want     int
	}{
		{0, "", 80},       // a file or a pipe
		{0, "120", 120},   // a pipe whose reader says how wide it is
		{100, "", 100},    // a terminal
		{100, "140", 140}, // COLUMNS wins
		{20, "", 60},      // no narrower than can be read
		{500, "", 160},    // no wider than can be read
		{0, "10", 60},
		{0, "100000", 160},
		{100, "0", 100}, // not a width
		{100, "-5", 100},
		{100, "wide", 100},
		{100, "99999999999999999999", 100},
	} {
		s := Streams{OutWidth: tt.terminal, Env: func(string) string { return tt.columns }}
		if got := s.width(); got != tt.want {
			t.Errorf("a terminal of %d columns with COLUMNS=%q: %d, want %d", tt.terminal, tt.columns, got, tt.want)
		}
	}
}

func TestColour(t *testing.T) {
	for _, tt := range []struct {
		mode     string
		terminal int
		env      map[string]string
		want     bool
	}{
		{"auto", 80, nil, true},
		{"auto", 0, nil, false}, // a pipe
		{"auto", 80, map[string]string{"NO_COLOR": "1"}, false},
		{"auto", 80, map[string]string{"NO_COLOR": ""}, true}, // no-color.org: when present and not empty
		{"auto", 80, map[string]string{"TERM": "dumb"}, false},
		{"auto", 80, map[string]string{"TERM": "xterm-256color"}, true},
		{"always", 0, nil, true},
		{"always", 0, map[string]string{"NO_COLOR": "1", "TERM": "dumb"}, true}, // the flag is nearer
		{"never", 80, nil, false},
	} {
		s := Streams{OutWidth: tt.terminal, Env: func(key string) string { return tt.env[key] }}
		if got := s.colour(tt.mode); got != tt.want {
			t.Errorf("--color %s, terminal %d, %v: %v, want %v", tt.mode, tt.terminal, tt.env, got, tt.want)
		}
	}
}

// Every text that the program prints keeps to the width it is given; only a word
// that is longer than a line by itself (a file's name, an address) may stand out.
func TestTextsKeepToTheWidth(t *testing.T) {
	commands := [][]string{
		{"assess", "w"}, {"assess", "w", "-v"}, {"assess", "w", "--target", "critical"}, {"outage", "w"}, {"outage", "w", "--region", "westeurope"},
		{"catalog"}, {"catalog", "azure-storage"}, {"rules"}, {"explain", "default-storage-region-failover"},
	}
	for _, width := range []int{60, 80, 140} {
		for _, args := range commands {
			args = append([]string(nil), args...)
			for i := range args {
				if args[i] == "w" {
					args[i] = workspace(t)
				}
			}
			got := session{env: map[string]string{"COLUMNS": strconv.Itoa(width)}}.run(t, args...)
			if got.code > ExitFindings {
				t.Fatalf("%q ends with %d: %s", args, got.code, got.err)
			}
			for line := range strings.Lines(got.out) {
				line = strings.TrimSuffix(line, "\n")
				longest := 0
				for _, word := range strings.Fields(line) {
					longest = max(longest, runewidth.StringWidth(word))
				}
				if w := runewidth.StringWidth(line); w > width && longest < width/2 {
					t.Errorf("%q at %d columns: %d in %q", args, width, w, line)
				}
				if strings.TrimRight(line, " ") != line {
					t.Errorf("%q at %d columns: blanks at the end of %q", args, width, line)
				}
			}
		}
	}
}

func TestColourAddsNothingButColour(t *testing.T) {
	plain := session{}.run(t, "assess", workspace(t)).out
	coloured := session{}.run(t, "assess", workspace(t), "--color", "always").out
	if !strings.Contains(coloured, "\x1b[") {
		t.Fatal("there is no colour")
	}
	if stripped := withoutColour(coloured); stripped != plain {
		t.Error("colour changes more than colour")
	}
	for _, args := range [][]string{{"catalog"}, {"rules"}, {"explain", "aks-zone-outage"}, {"outage", workspace(t)}, {"catalog", "azure-aks"}} {
		plain, coloured := session{}.run(t, args...), session{}.run(t, append(args, "--color=always")...)
		if withoutColour(coloured.out) != plain.out {
			t.Errorf("colour changes more than colour in %q", args)
		}
	}
}

func withoutColour(s string) string {
	var b strings.Builder
	for s != "" {
		before, rest, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			break
		}
		_, s, _ = strings.Cut(rest, "m")
	}
	return b.String()
}

// told is a standard error that may be read while it is written.
type told struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *told) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.Write(b)
}

func (t *told) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}

func TestProgressIsShownOnATerminalAfterASecondAndTakenAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var errs told
		p := &program{Streams: Streams{Err: &errs, ErrTTY: true}}
		done := p.progress("assessing infra")
		time.Sleep(900 * time.Millisecond)
		synctest.Wait()
		if got := errs.String(); got != "" {
			t.Errorf("within a second it says %q", got)
		}
		time.Sleep(1200 * time.Millisecond)
		synctest.Wait()
		if got := errs.String(); !strings.HasSuffix(got, "assessing infra ... 2 s") {
			t.Errorf("after two seconds it says %q", got)
		}
		done()
		if got := errs.String(); !strings.HasSuffix(got, "\r\x1b[K") {
			t.Errorf("the line is left behind: %q", got)
		}
		done() // again is harmless
	})
}

func TestQuickWorkAndPipesShowNoProgress(t *testing.T) {
	for name, p := range map[string]*program{
		"a pipe":     {Streams: Streams{}},
		"--quiet":    {Streams: Streams{ErrTTY: true}, quiet: true},
		"quick work": {Streams: Streams{ErrTTY: true}},
	} {
		var errs told
		p.Err = &errs
		p.progress("x")()
		if got := errs.String(); got != "" {
			t.Errorf("%s: %q", name, got)
		}
	}
}
