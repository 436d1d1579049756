package azure

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"go.opentelemetry.io/otel/trace"

	"github.com/holdfast-ml/holdfast/internal/azure/clock"
	"github.com/holdfast-ml/holdfast/internal/azure/throttle"
)

// Options say which cloud a client talks to and how. The zero Options are the
// public cloud with the default credentials.
type Options struct {
	// Cloud is the name of a cloud, see [CloudNamed]. Ignored with ARMEndpoint.
	Cloud string
	// ARMEndpoint is the address of the ARM of any other cloud, such as
	// https://127.0.0.1:8443; what else is needed is read from its metadata.
	ARMEndpoint string
	// CAFile is a file of PEM certificates to trust besides those of the system,
	// CAPEM the same as text.
	CAFile string
	CAPEM  []byte
	// Credential gives the tokens; nil is azidentity's default chain (environment,
	// workload identity, managed identity, az CLI, …; AZURE_TOKEN_CREDENTIALS
	// chooses among them), which asks for tokens of TenantID if that is set.
	Credential azcore.TokenCredential
	TenantID   string
	// Transport makes the requests; nil is Go's with the certificates above,
	// which are not looked at otherwise.
	Transport http.RoundTripper
	// Clock is the time; nil is the machine's.
	Clock clock.Clock
	// Seed, when not zero, makes jitter and ids the same in every run.
	Seed uint64
	// Limits of requests by kind; nil are [throttle.Default].
	Limits throttle.Limits
	// Retry says how failures are met; its zero fields take their defaults.
	Retry Retry
	// PollInterval is how long to wait between two looks at a long-running
	// operation of which the service does not say it; zero is 5 s.
	PollInterval time.Duration
	// MaxBody is the size in bytes beyond which an answer is refused; zero is 64 MiB.
	MaxBody int64
	// Tracer makes spans; nil is OpenTelemetry's global provider.
	Tracer trace.TracerProvider
	// Log gets a record for every try of a request, at level debug; nil is none.
	Log slog.Handler
	// Agent stands in the User-Agent header, at most 24 characters without space;
	// empty is "holdfast".
	Agent string
}

// Retry says how failures are met: how often and for how long a request is
// repeated. Waits between tries are drawn evenly from nothing up to a bound that
// begins with Base and doubles up to Cap ("full jitter"), and are never shorter
// than what the service asks for.
type Retry struct {
	Tries      int           // in all; default 6; after refusals for too many requests ten times as many
	Time       time.Duration // from the first try to the last; default 5 min
	Base       time.Duration // default 500 ms
	Cap        time.Duration // default 30 s
	ReadLimit  time.Duration // for one try of a GET or HEAD; default 20 s
	WriteLimit time.Duration // for one try of anything else; default 90 s
}

func (r Retry) filled() Retry {
	def := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	if r.Tries <= 0 {
		r.Tries = 6
	}
	def(&r.Time, 5*time.Minute)
	def(&r.Base, 500*time.Millisecond)
	def(&r.Cap, 30*time.Second)
	def(&r.ReadLimit, 20*time.Second)
	def(&r.WriteLimit, 90*time.Second)
	return r
}

func (o Options) filled() Options {
	if o.Clock == nil {
		o.Clock = clock.Real{}
	}
	if o.Limits == nil {
		o.Limits = throttle.Default()
	}
	if o.PollInterval <= 0 {
		o.PollInterval = 5 * time.Second
	}
	if o.MaxBody <= 0 {
		o.MaxBody = 64 << 20
	}
	if o.Agent == "" {
		o.Agent = "holdfast"
	}
	o.Retry = o.Retry.filled()
	return o
}

// transport is the given one, or Go's with the certificates of the options.
func (o Options) transport() (http.RoundTripper, error) {
	if o.Transport != nil {
		return o.Transport, nil
	}
	t, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, errors.New("the program's default transport is not Go's")
	}
	t = t.Clone()
	t.MaxIdleConnsPerHost = 64 // all requests go to one host
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	pem := o.CAPEM
	if o.CAFile != "" {
		file, err := os.ReadFile(o.CAFile)
		if err != nil {
			return nil, fmt.Errorf("certificates to trust (--ca-file): %w", err)
		}
		pem = append(append([]byte{}, pem...), append([]byte("\n"), file...)...)
	}
	if len(pem) > 0 {
		roots, err := x509.SystemCertPool()
		if err != nil {
			roots = x509.NewCertPool()
		}
		if !roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("certificates to trust (--ca-file %s): there is no PEM certificate in it", o.CAFile)
		}
		t.TLSClientConfig.RootCAs = roots
	}
	return t, nil
}

// sameHost keeps redirections from leaving the host that was asked.
func sameHost(req *http.Request, via []*http.Request) error {
	if len(via) >= 5 || req.URL.Scheme != "https" || req.URL.Host != via[0].URL.Host {
		return http.ErrUseLastResponse
	}
	return nil
}
