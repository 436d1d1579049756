package account_test

import (
	"encoding/xml"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/grant"
	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

func open(t *testing.T, f *account.Front, target string) (*account.Access, *httptest.ResponseRecorder, error) {
	t.Helper()
	w := httptest.NewRecorder()
	a, err := f.Open(w, httptest.NewRequest(http.MethodGet, "https://127.0.0.1:8444"+target, nil))
	return a, w, err
}

func TestOpeningFindsAccountEndpointAndPath(t *testing.T) {
	w := sandboxtest.New(t)
	w.Account("data", "Standard_RAGZRS", nil)
	f := account.NewFront(w.World, "blob", 0)
	for target, want := range map[string]string{
		"/data": "", "/data/": "", "/data?comp=list": "", "/data/box": "box", "/data/box/": "box", "/data/box/a": "box|a", "/data/box/a/b%20c/": "box|a/b c/", "/DATA-secondary/box": "box",
	} {
		a, res, err := open(t, f, target)
		if err != nil || strings.Join(a.Path, "|") != want || a.Name != "data" || a.Secondary != strings.Contains(target, "secondary") {
			t.Errorf("%s: %+v, %v", target, a, err)
			continue
		}
		h := res.Header()
		if h.Get("x-ms-version") != account.NewestVersion || len(h.Get("x-ms-request-id")) != 36 || h.Get("Date") != "Mon, 23 Nov 2026 12:00:00 GMT" || !strings.HasPrefix(h.Get("Server"), "Windows-Azure-Blob/") {
			t.Errorf("%s: the headers are %v", target, h)
		}
	}
	for _, target := range []string{"/", "/other/box", "/data-secondary-secondary"} {
		if _, _, err := open(t, f, target); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("%s: %v", target, err)
		}
	}
}

func TestWhatIsHidden(t *testing.T) {
	at := func(minute int) time.Time { return sandboxtest.Noon.Add(time.Duration(minute) * time.Minute) }
	for _, c := range []struct {
		hidden account.Hidden
		want   string // of the minutes 0 to 4, those that are hidden
	}{
		{account.Hidden{}, ""}, {account.Hidden{From: at(1)}, "234"}, {account.Hidden{From: at(1), To: at(3)}, "23"},
	} {
		got := ""
		for i := range 5 {
			if c.hidden.At(at(i)) {
				got += string(rune('0' + i))
			}
		}
		if got != c.want {
			t.Errorf("%+v hides %q", c.hidden, got)
		}
	}
}

// The table is what each endpoint of an account does as its health goes.
func TestEndpointsInOutages(t *testing.T) {
	const gone = world.Gone
	since := sandboxtest.Noon.Add(-time.Hour)
	for _, c := range []struct {
		name                       string
		standing                   world.Standing
		read, write, secondary     error
		hides, hidesAtTheSecondary string // a time that is hidden; the rest of the hour is not asked
	}{
		{"whole", world.Standing{}, nil, nil, nil, "", "11:58"},
		{"gone with a copy", world.Standing{Read: gone, Write: gone, Since: since, Lost: 15 * time.Minute}, account.ErrBusy, account.ErrBusy, nil, "", "10:50"},
		{"gone without a copy", world.Standing{Read: gone, Write: gone, Since: since}, account.ErrBusy, account.ErrBusy, account.ErrBusy, "", "11:58"},
		{"read only", world.Standing{Write: gone}, nil, account.ErrReadOnly, nil, "", "11:58"},
		{"failed over", world.Standing{Secondary: true, Since: since, Lost: 15 * time.Minute}, nil, nil, nil, "10:50", "10:50"},
	} {
		w := sandboxtest.New(t)
		id := w.Account("data", "Standard_RAGRS", nil)
		w.Health.Set(id, c.standing)
		f := account.NewFront(w.World, "blob", 0)
		primary, _, _ := open(t, f, "/data/box")
		second, _, _ := open(t, f, "/data-secondary/box")
		for what, got := range map[string][2]error{
			"reading":                    {f.Usable(primary, false), c.read},
			"writing":                    {f.Usable(primary, true), c.write},
			"reading from the secondary": {f.Usable(second, false), c.secondary},
			"writing to the secondary":   {f.Usable(second, true), account.ErrSecondaryWrite},
		} {
			if !errors.Is(got[0], got[1]) {
				t.Errorf("%s: %s gives %v, want %v", c.name, what, got[0], got[1])
			}
		}
		for a, clock := range map[*account.Access]string{primary: c.hides, second: c.hidesAtTheSecondary} {
			at, _ := time.Parse("15:04", "11:58")
			if clock != "" {
				at, _ = time.Parse("15:04", clock)
			}
			at = time.Date(2026, 11, 23, at.Hour(), at.Minute(), 0, 0, time.UTC)
			if a.Hidden.At(at) != (clock != "") {
				t.Errorf("%s: at the secondary %v, %v is hidden: %v", c.name, a.Secondary, at, a.Hidden.At(at))
			}
		}
	}
}

func TestFaultsAreWrittenAsStorageWritesThem(t *testing.T) {
	w := httptest.NewRecorder()
	account.Header("x-ms-a", "<b>").Write(w, httptest.NewRequest(http.MethodGet, "/", nil), sandboxtest.Noon)
	var e struct {
		XMLName                                xml.Name `xml:"Error"`
		Code, Message, HeaderName, HeaderValue string
	}
	if err := xml.Unmarshal([]byte(strings.TrimPrefix(w.Body.String(), "\ufeff")), &e); err != nil {
		t.Fatal(err)
	}
	if w.Code != 400 || e.Code != "InvalidHeaderValue" || w.Header().Get("x-ms-error-code") != e.Code || e.HeaderValue != "<b>" || !strings.Contains(e.Message, "\nRequestId:") {
		t.Errorf("it is %d %+v", w.Code, e)
	}
	w = httptest.NewRecorder()
	account.ErrNotFound.Write(w, httptest.NewRequest(http.MethodHead, "/", nil), sandboxtest.Noon)
	if w.Code != 404 || w.Body.Len() != 0 || w.Header().Get("x-ms-error-code") != "ResourceNotFound" {
		t.Errorf("to a HEAD it is %d with %d bytes", w.Code, w.Body.Len())
	}
	if account.Of(errors.New("secret detail")) != account.ErrInternal {
		t.Error("an error of ours is told")
	}
}

func TestDelegationKeysFollowFromWhatTheySay(t *testing.T) {
	w := sandboxtest.New(t)
	w.Account("data", "Standard_LRS", nil)
	f := account.NewFront(w.World, "blob", 0)
	a, _, err := open(t, f, "/data")
	if err != nil {
		t.Fatal(err)
	}
	d := grant.Delegation{Object: "o", Tenant: "t", Start: "s", Expiry: "e", Service: "b", Version: "v"}
	first := string(f.DelegationKey(a, d))
	if first == "" || first != string(f.DelegationKey(a, d)) {
		t.Error("the same key differs")
	}
	d.Expiry = "f"
	if first == string(f.DelegationKey(a, d)) {
		t.Error("another key is the same")
	}
}
