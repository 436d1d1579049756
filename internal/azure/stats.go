package azure

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/holdfast-ml/holdfast/internal/azure/throttle"
)

// Stats count what a client has done. Requests are counted with every try.
type Stats struct {
	Reads, Writes, Deletes, Graph int64         // requests by kind
	Retries                       int64         // requests that repeated another
	Refused                       int64         // answers with status 429
	Failed                        int64         // calls that ended with an error
	Waits                         int64         // requests that waited for their turn
	Waited                        time.Duration // all their waiting added up, also what went on at the same time
	BytesIn, BytesOut             int64         // of bodies, uncompressed
}

// Requests is how many requests were made.
func (s Stats) Requests() int64 { return s.Reads + s.Writes + s.Deletes + s.Graph }

// Since is what has been done after an earlier count.
func (s Stats) Since(earlier Stats) Stats {
	return Stats{
		Reads: s.Reads - earlier.Reads, Writes: s.Writes - earlier.Writes, Deletes: s.Deletes - earlier.Deletes, Graph: s.Graph - earlier.Graph,
		Retries: s.Retries - earlier.Retries, Refused: s.Refused - earlier.Refused, Failed: s.Failed - earlier.Failed,
		Waits: s.Waits - earlier.Waits, Waited: s.Waited - earlier.Waited, BytesIn: s.BytesIn - earlier.BytesIn, BytesOut: s.BytesOut - earlier.BytesOut,
	}
}

// String tells the number of requests by kind, for the end of a scan.
func (s Stats) String() string {
	text := fmt.Sprintf("%d requests (%d reads, %d Resource Graph queries, %d writes, %d deletes)", s.Requests(), s.Reads, s.Graph, s.Writes, s.Deletes)
	if s.Retries > 0 {
		text += fmt.Sprintf(", %d of them repeated", s.Retries)
	}
	if s.Waits > 0 {
		text += fmt.Sprintf(", %d of them after waiting for the service's limits", s.Waits)
	}
	return text
}

type counters struct {
	reads, writes, deletes, graph, retries, refused, failed, waits, waiting, bytesIn, bytesOut atomic.Int64
}

func (s *counters) count(k *call) {
	s.bytesOut.Add(int64(len(k.payload)))
	switch k.kind {
	case throttle.Reads:
		s.reads.Add(1)
	case throttle.Graph:
		s.graph.Add(1)
	case throttle.Deletes:
		s.deletes.Add(1)
	default:
		s.writes.Add(1)
	}
}

func (s *counters) waited(d time.Duration) {
	if d > 0 {
		s.waits.Add(1)
		s.waiting.Add(int64(d))
	}
}

// Stats is what the client has done so far.
func (c *Client) Stats() Stats {
	s := &c.stats
	return Stats{
		Reads: s.reads.Load(), Writes: s.writes.Load(), Deletes: s.deletes.Load(), Graph: s.graph.Load(),
		Retries: s.retries.Load(), Refused: s.refused.Load(), Failed: s.failed.Load(),
		Waits: s.waits.Load(), Waited: time.Duration(s.waiting.Load()), BytesIn: s.bytesIn.Load(), BytesOut: s.bytesOut.Load(),
	}
}
