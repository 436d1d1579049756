//go:build unix

package benchmark_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/source/inventory/inventorytest"
)

// startedBy is set where the test binary only starts the program and tells what
// the run cost. It must do so from a process of its own: a process begins with
// the peak memory of the one that it is forked from.
const startedBy = "HOLDFAST_BENCHMARK_START"

func TestMain(m *testing.M) {
	if program := os.Getenv(startedBy); program != "" {
		if err := startProgram(program, os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// cost is what one run of the program took.
type cost struct {
	CPU    time.Duration
	Peak   int64 // memory, as the system counts it: in KiB on Linux
	Output int64 // bytes
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func startProgram(program string, args []string) error {
	var out counter
	cmd := exec.Command(program, args...)
	cmd.Stdout = &out
	_ = cmd.Run() // findings make another exit code than 0
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok || out == 0 {
		return fmt.Errorf("holdfast %v: %v", args, cmd.ProcessState)
	}
	return json.NewEncoder(os.Stdout).Encode(cost{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), int64(usage.Maxrss), int64(out)})
}

// BenchmarkProgram gives what whole runs of the program cost: start-up, every
// published template at once, and the reports on 1,000 workspaces.
func BenchmarkProgram(b *testing.B) {
	dir := b.TempDir()
	program := filepath.Join(dir, "holdfast")
	if out, err := exec.Command("go", "build", "-o", program, "../../cmd/holdfast").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	inventory := filepath.Join(dir, "inventory.json")
	if err := os.WriteFile(inventory, inventorytest.Generate(1000), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, run := range []struct {
		name string
		args []string
	}{
		{"catalog", []string{"catalog"}},
		{"quickstarts", []string{"assess", quickstarts(b), "-o", "json"}},
		{"inventory-text", []string{"assess", inventory}},
		{"inventory-json", []string{"assess", inventory, "-o", "json"}},
		{"inventory-html", []string{"assess", inventory, "-o", "html"}},
	} {
		b.Run(run.name, func(b *testing.B) {
			var times []time.Duration
			var c cost
			peak := int64(0)
			for b.Loop() {
				cmd := exec.Command(os.Args[0], run.args...)
				cmd.Env = append(os.Environ(), startedBy+"="+program)
				cmd.Stderr = os.Stderr
				out, err := cmd.Output()
				if err != nil {
					b.Fatal(err)
				}
				if err := json.Unmarshal(out, &c); err != nil {
					b.Fatal(err)
				}
				times, peak = append(times, c.CPU), max(peak, c.Peak)
			}
			slices.Sort(times)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(milliseconds(times[len(times)/2]), "cpu-ms")
			b.ReportMetric(float64(c.Output)/(1<<20), "output-MiB")
			if runtime.GOOS == "linux" {
				b.ReportMetric(float64(peak)/1024, "peak-MiB")
			}
		})
	}
}
