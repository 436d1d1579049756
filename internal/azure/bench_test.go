package azure_test

import (
	"net/http"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/azure"
	"github.com/holdfast-ml/holdfast/internal/azure/throttle"
)

// BenchmarkGet is what the client itself costs for a call, without network and
// limits.
func BenchmarkGet(b *testing.B) {
	c, err := azure.New(b.Context(), azure.Options{Credential: token{}, Limits: throttle.Limits{},
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) { return response(r, 200, state("Succeeded")), nil })})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Get(b.Context(), ws, version); err != nil {
			b.Fatal(err)
		}
	}
}
