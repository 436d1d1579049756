package file_test

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/harden/file"
	"github.com/holdfast-ml/holdfast/internal/source"
)

// busy is the processor time that the process has taken.
func busy(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkQuickstarts hardens every published template for production, each by
// itself, and assesses it in the same run, turn by turn. It tells how many times
// the processor time of assessing hardening takes; 3 are allowed (issue 4, 5.6).
func BenchmarkQuickstarts(b *testing.B) {
	cat := defaults(b)
	_, files := published(b)
	ctx := context.Background()
	opts := assess.Options{Target: assess.TargetByName("production")}
	var assessing, hardening time.Duration
	for b.Loop() {
		for _, name := range files {
			at := busy(b)
			e, _, err := source.Load(ctx, []string{name}, source.Options{Template: here})
			if err != nil {
				b.Fatal(err)
			}
			if _, err := assess.Assess(ctx, e, cat, opts); err != nil {
				b.Fatal(err)
			}
			then := busy(b)
			if _, err := file.Harden(ctx, file.Input{Names: []string{name}, Source: source.Options{Template: here}, Catalog: cat}, file.Options{Assess: opts}); err != nil {
				b.Fatal(err)
			}
			assessing, hardening = assessing+then-at, hardening+busy(b)-then
		}
	}
	b.ReportMetric(float64(assessing.Microseconds())/float64(b.N)/1000, "assess-ms/op")
	b.ReportMetric(float64(hardening.Microseconds())/float64(b.N)/1000, "harden-ms/op")
	b.ReportMetric(float64(hardening)/float64(assessing), "times-assessing")
}
