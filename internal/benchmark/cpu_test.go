//go:build unix

package benchmark_test

import (
	"bytes"
	"context"
	"encoding/json"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/source"
	"github.com/holdfast-ml/holdfast/internal/source/inventory/inventorytest"
)

// spent is the processor time of this process, which, unlike the time of the
// clock, says little about what else the machine does.
func spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// sideBySide runs two pieces of work in turns, on one processor, so that what
// disturbs one disturbs the other, and gives the medians of their processor times
// and of the ratio of neighbours. Each starts with a clean heap; what it makes the
// garbage collector do counts as its own.
func sideBySide(b *testing.B, plain, whole func()) (plainTime, wholeTime time.Duration, ratio float64) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	measure := func(f func()) time.Duration {
		runtime.GC()
		from := spent()
		f()
		return spent() - from
	}
	plain()
	whole() // expressions are parsed, conditions compiled
	var plains, wholes []time.Duration
	var ratios []float64
	for b.Loop() {
		p, w := measure(plain), measure(whole)
		plains, wholes = append(plains, p), append(wholes, w)
		ratios = append(ratios, float64(w)/float64(p))
	}
	slices.Sort(plains)
	slices.Sort(wholes)
	slices.Sort(ratios)
	n := len(ratios) / 2
	return plains[n], wholes[n], ratios[n]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// BenchmarkQuickstartsSideBySide gives the processor time of all published
// templates, from bytes to findings, beside that of plain decoding.
func BenchmarkQuickstartsSideBySide(b *testing.B) {
	folders := load(b)
	cat, err := catalog.Default()
	if err != nil {
		b.Fatal(err)
	}
	const each = 5 // a round is long enough for the clock of the processor time
	p, w, ratio := sideBySide(b, func() {
		for range each {
			for _, f := range folders {
				for _, src := range f.files {
					var x any
					_ = json.Unmarshal(src, &x) // two of the published files are malformed
				}
			}
		}
	}, func() {
		for range each {
			for _, f := range folders {
				assessAll(b, cat, f)
			}
		}
	})
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(milliseconds(p)/each, "plain-ms")
	b.ReportMetric(milliseconds(w)/each, "assess-ms")
	b.ReportMetric(ratio, "ratio")
}

// BenchmarkInventorySideBySide does the same for an inventory of 100,000
// resources with 1,000 workspaces; allowed is three times plain decoding and a second.
func BenchmarkInventorySideBySide(b *testing.B) {
	src := inventorytest.Generate(1000)
	cat, err := catalog.Default()
	if err != nil {
		b.Fatal(err)
	}
	p, w, ratio := sideBySide(b, func() {
		var x any
		if err := json.Unmarshal(src, &x); err != nil {
			b.Fatal(err)
		}
	}, func() {
		e, _, err := source.Load(context.Background(), []string{source.Stdin}, source.Options{Stdin: bytes.NewReader(src)})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := assess.Assess(context.Background(), e, cat, assess.Options{}); err != nil {
			b.Fatal(err)
		}
	})
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(milliseconds(p), "plain-ms")
	b.ReportMetric(milliseconds(w), "assess-ms")
	b.ReportMetric(milliseconds(3*p+time.Second), "allowed-ms")
	b.ReportMetric(ratio, "ratio")
}
