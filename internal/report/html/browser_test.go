package html_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// browser is a headless Chromium that is spoken to over its pipe, without a
// network.
type browser struct {
	t       *testing.T
	in      io.Writer
	lines   chan []byte
	id      int
	session string
	events  []event
}

type event struct {
	Method string
	Params json.RawMessage
}

// startBrowser opens Chromium. Where there is none the test is skipped, unless
// HOLDFAST_REQUIRE_CHROMIUM says that there must be one.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("HOLDFAST_REQUIRE_CHROMIUM") != "" {
			t.Fatal("HOLDFAST_REQUIRE_CHROMIUM is set and there is no chromium in PATH: install it (apt-get install chromium)")
		}
		t.Skipf("there is no chromium in PATH; install it to try the page in a browser")
	}
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-pipe", "--user-data-dir="+t.TempDir(), "about:blank")
	toR, toW, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	fromR, fromW, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.ExtraFiles = []*os.File{toR, fromW}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	toR.Close()
	fromW.Close()
	b := &browser{t: t, in: toW, lines: make(chan []byte, 64)}
	go b.read(fromR)
	t.Cleanup(func() {
		b.session = ""
		io.WriteString(b.in, `{"id":999999,"method":"Browser.close"}`+"\x00")
		done := make(chan struct{})
		go func() { cmd.Wait(); close(done) }()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			cmd.Process.Kill()
			<-done
		}
		toW.Close()
		fromR.Close()
	})
	var target struct{ TargetID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page.enable", "Runtime.enable", "Log.enable", "Network.enable"} {
		b.call(domain, nil, nil)
	}
	return b
}

// run is a subtest that the browser reports to.
func (b *browser) run(name string, f func(t *testing.T)) {
	whole := b.t
	whole.Run(name, func(t *testing.T) {
		b.t = t
		defer func() { b.t = whole }()
		f(t)
	})
}

func (b *browser) read(r io.Reader) {
	in := bufio.NewReaderSize(r, 1<<20)
	for {
		line, err := in.ReadBytes(0)
		if err != nil {
			close(b.lines)
			return
		}
		b.lines <- bytes.TrimSuffix(line, []byte{0})
	}
}

// call sends a command and waits for its answer; events that come meanwhile are kept.
func (b *browser) call(method string, params any, answer any) {
	b.t.Helper()
	b.id++
	message := map[string]any{"id": b.id, "method": method}
	if params != nil {
		message["params"] = params
	}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	text, err := json.Marshal(message)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.in.Write(append(text, 0)); err != nil {
		b.t.Fatal(err)
	}
	for {
		var reply struct {
			ID     int
			Result json.RawMessage
			Error  *struct{ Message string }
			event
		}
		b.next(method, &reply)
		if reply.ID == 0 {
			b.events = append(b.events, reply.event)
			continue
		}
		if reply.ID != b.id {
			continue
		}
		if reply.Error != nil {
			b.t.Fatalf("%s: %s", method, reply.Error.Message)
		}
		if answer != nil {
			if err := json.Unmarshal(reply.Result, answer); err != nil {
				b.t.Fatal(err)
			}
		}
		return
	}
}

func (b *browser) next(waitingFor string, into any) {
	b.t.Helper()
	select {
	case line, ok := <-b.lines:
		if !ok {
			b.t.Fatalf("the browser has gone while %s was waited for", waitingFor)
		}
		if err := json.Unmarshal(line, into); err != nil {
			b.t.Fatal(err)
		}
	case <-time.After(60 * time.Second):
		b.t.Fatalf("the browser does not answer %s", waitingFor)
	}
}

// open shows a page from disk and waits until it is there.
func (b *browser) open(page, hash string) {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.events = nil
	b.call("Page.navigate", map[string]any{"url": "file://" + filepath.ToSlash(path) + hash}, nil)
	for !b.happened("Page.loadEventFired") {
		var e event
		b.next("the page", &e)
		b.events = append(b.events, e)
	}
}

func (b *browser) happened(method string) bool {
	for _, e := range b.events {
		if e.Method == method {
			return true
		}
	}
	return false
}

// complaints are errors of the page: exceptions, refused parts, requests that
// leave it.
func (b *browser) complaints() []string {
	b.eval("1") // what has happened so far has been told by now
	var out []string
	for _, e := range b.events {
		text := string(e.Params)
		switch e.Method {
		case "Runtime.exceptionThrown", "Log.entryAdded", "Page.javascriptDialogOpening":
			out = append(out, e.Method+" "+text)
		case "Network.requestWillBeSent":
			var p struct{ Request struct{ URL string } }
			if json.Unmarshal(e.Params, &p) == nil && !strings.HasPrefix(p.Request.URL, "file://") {
				out = append(out, "it asks for "+p.Request.URL)
			}
		}
	}
	return out
}

// eval runs an expression in the page and gives its value as text.
func (b *browser) eval(expression string) string {
	b.t.Helper()
	var answer struct {
		Result           struct{ Value any }
		ExceptionDetails *struct{ Exception struct{ Description string } }
	}
	b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true}, &answer)
	if answer.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s", expression, answer.ExceptionDetails.Exception.Description)
	}
	return fmt.Sprint(answer.Result.Value)
}

func (b *browser) want(expression, value string) {
	b.t.Helper()
	if got := b.eval(expression); got != value {
		b.t.Errorf("%s is %q, want %q", expression, got, value)
	}
}

func (b *browser) press(key string) {
	b.t.Helper()
	down := map[string]any{"type": "keyDown", "key": key, "code": key}
	if len(key) == 1 {
		down["text"] = key
	}
	b.call("Input.dispatchKeyEvent", down, nil)
	b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key, "code": key}, nil)
}

func (b *browser) size(width, height int) {
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
}
