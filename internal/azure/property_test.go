package azure_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/clock"
)

// memory is a client whose service is a function.
func memory(t *testing.T, serve func(*http.Request) *http.Response) (*azure.Client, *clock.Fake) {
	t.Helper()
	now := clock.NewFake(time.Unix(1_800_000_000, 0))
	c, err := azure.New(t.Context(), azure.Options{Credential: token{}, Clock: now, Seed: 1,
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if err := r.Context().Err(); err != nil {
				return nil, err
			}
			return serve(r), nil
		})})
	if err != nil {
		t.Fatal(err)
	}
	return c, now
}

// TestEveryItemOfEveryPageComesOnceAndInOrder draws lists, their pages, and where
// a page goes wrong.
func TestEveryItemOfEveryPageComesOnceAndInOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(0, 5), 1, 8).Draw(rt, "sizes of pages")
		wrong := rapid.IntRange(0, 2*len(sizes)).Draw(rt, "page that goes wrong, if there is one")
		byPost := rapid.Bool().Draw(rt, "by POST")
		var want []string
		for p, n := range sizes {
			for i := range n {
				want = append(want, fmt.Sprintf("%d.%d", p, i))
			}
		}
		c, _ := memory(t, func(r *http.Request) *http.Response {
			p := 0
			_, _ = fmt.Sscanf(r.URL.Query().Get("$skip"), "p%d", &p)
			if p == wrong {
				return response(r, 400, `{"error":{"code":"Bad","message":"no such page"}}`)
			}
			var items []string
			for i := range sizes[p] {
				items = append(items, fmt.Sprintf(`{"name":"%d.%d"}`, p, i))
			}
			next := ""
			if p+1 < len(sizes) {
				next = fmt.Sprintf(`,"nextLink":"https://management.azure.com%s?api-version=x&$skip=p%d"`, listed, p+1)
			}
			return response(r, 200, `{"value":[`+strings.Join(items, ",")+`]`+next+`}`)
		})
		list := c.List(t.Context(), listed, version)
		if byPost {
			list = c.ListPost(t.Context(), listed, version, map[string]any{})
		}
		items, err := azure.All(list)
		if wrong < len(sizes) {
			if err == nil || items != nil {
				rt.Fatalf("page %d of %d is missing, but: %v, %v", wrong, len(sizes), items, err)
			}
			return
		}
		if got := names(t, items, err); got != strings.Join(want, " ") {
			rt.Fatalf("%s, want %s", got, strings.Join(want, " "))
		}
	})
}

// TestAnyOperationEndsTheSameHoweverOftenItIsTakenUp draws how a service tells of
// an operation and when the program is restarted.
func TestAnyOperationEndsTheSameHoweverOftenItIsTakenUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		method := rapid.SampledFrom([]string{"PUT", "PATCH", "POST"}).Draw(rt, "method")
		way := rapid.SampledFrom([]string{"Azure-AsyncOperation", "Location"}).Draw(rt, "way")
		states := rapid.SliceOfN(rapid.SampledFrom([]string{"Running", "InProgress", "Accepted", "Creating", "Unknown", "Scaling"}), 0, 6).Draw(rt, "states")
		end := rapid.SampledFrom([]string{"Succeeded", "Failed", "Canceled"}).Draw(rt, "end")
		restart := rapid.SliceOfN(rapid.Bool(), 8, 8).Draw(rt, "restarts")
		looks := 0
		const result = `{"name":"w"}`
		c, _ := memory(t, func(r *http.Request) *http.Response {
			switch {
			case r.Method != http.MethodGet:
				return response(r, 202, ``, way, "https://management.azure.com"+statusPath)
			case r.URL.Path != statusPath:
				return response(r, 200, result)
			}
			looks++
			switch {
			case looks <= len(states) && way == "Location":
				return response(r, 202, `{"properties":{"provisioningState":"`+states[looks-1]+`"}}`)
			case looks <= len(states):
				return response(r, 200, `{"status":"`+states[looks-1]+`"}`)
			case end == "Succeeded" && way == "Location":
				return response(r, 200, result)
			case way == "Location":
				return response(r, 400, `{"error":{"code":"`+end+`","message":"it went wrong"}}`)
			}
			return response(r, 200, `{"status":"`+end+`"}`)
		})
		op, err := begin(t.Context(), c, method)
		for i := 0; err == nil && i <= len(states); i++ {
			if restart[i] {
				var text string
				if text, err = op.Token(); err == nil {
					op, err = c.Resume(text)
				}
				if err != nil {
					rt.Fatal(err)
				}
			}
			var done bool
			if done, err = op.Poll(t.Context()); done != (i == len(states)) {
				rt.Fatalf("after %d of %d looks: done %v, %v", i+1, len(states)+1, done, err)
			}
		}
		if (end == "Succeeded") != (err == nil) || err != nil && (!errors.Is(err, azure.ErrFailed) || !strings.Contains(err.Error(), end)) {
			rt.Fatalf("%s: %v", end, err)
		}
		if err == nil && (way == "Location" || method != "POST") && string(op.Response().Body) != result {
			rt.Fatalf("result %s", op.Response().Body)
		}
		if looks != len(states)+1 {
			rt.Fatalf("%d looks at %d states", looks, len(states)+1)
		}
	})
}

// TestAnyResultOfAQueryIsWholeOrAnError draws pages, and one that loses rows.
func TestAnyResultOfAQueryIsWholeOrAnError(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(1, 5), 1, 6).Draw(rt, "sizes of pages")
		loses := rapid.IntRange(0, 2*len(sizes)).Draw(rt, "page that loses a row, if there is one")
		total := 0
		for _, n := range sizes {
			total += n
		}
		page := 0
		c, _ := memory(t, func(r *http.Request) *http.Response {
			n := sizes[page]
			if page == loses {
				n--
			}
			rows := strings.TrimSuffix(strings.Repeat(`{"id":"x"},`, n), ",")
			page++
			next := ""
			if page < len(sizes) {
				next = fmt.Sprintf(`,"$skipToken":"%d"`, page)
			}
			return response(r, 200, fmt.Sprintf(`{"totalRecords":%d,"count":%d,"resultTruncated":"false","data":[%s]%s}`, total, n, rows, next))
		})
		rows, err := azure.All(c.Query(t.Context(), "resources", nil))
		if lost := loses < len(sizes); lost != errors.Is(err, azure.ErrIncomplete) || !lost && len(rows) != total {
			rt.Fatalf("%d rows of %d, %v", len(rows), total, err)
		}
	})
}

// TestAnOperationMayBeLookedAtByMany from many goroutines: it ends once.
func TestAnOperationMayBeLookedAtByMany(t *testing.T) {
	var mu sync.Mutex
	looks, results := 0, 0
	c, _ := memory(t, func(r *http.Request) *http.Response {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case r.Method == http.MethodPut:
			return response(r, 201, state("Creating"), "Azure-AsyncOperation", "https://management.azure.com"+statusPath)
		case r.URL.Path == ws:
			results++
			return response(r, 200, state("Succeeded"))
		}
		if looks++; looks < 20 {
			return response(r, 200, `{"status":"Running"}`)
		}
		return response(r, 200, `{"status":"Succeeded"}`)
	})
	op, err := begin(t.Context(), c, "PUT")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if resp, err := op.Wait(t.Context(), func(azure.Progress) { _ = op.Status() }); err != nil || string(resp.Body) != state("Succeeded") {
				t.Errorf("%v, %v", resp, err)
			}
		})
	}
	wg.Wait()
	if results != 1 || looks != 20 {
		t.Errorf("%d looks, the result was read %d times", looks, results)
	}
}

// TestRandomIDsAreUUIDs and differ from call to call, but not from run to run of
// the same seed.
func TestRandomIDsAreUUIDs(t *testing.T) {
	run := func() []string {
		var ids []string
		c, _ := memory(t, func(r *http.Request) *http.Response {
			ids = append(ids, r.Header.Get("x-ms-client-request-id"), r.Header.Get("x-ms-correlation-request-id"))
			return response(r, 200, `{}`)
		})
		for range 50 {
			if _, err := c.Get(context.WithoutCancel(t.Context()), ws, version); err != nil {
				t.Fatal(err)
			}
		}
		return ids
	}
	first, seen := run(), map[string]bool{}
	for _, id := range first {
		parts := strings.Split(id, "-")
		if len(id) != 36 || len(parts) != 5 || id[14] != '4' || !strings.ContainsRune("89ab", rune(id[19])) || seen[id] {
			t.Errorf("%s is no UUID of version 4, or not the first of its kind", id)
		}
		seen[id] = true
	}
	if again := run(); strings.Join(again, " ") != strings.Join(first, " ") {
		t.Error("the same seed makes other ids")
	}
}
