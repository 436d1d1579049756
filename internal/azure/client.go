package azure

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	armpolicy "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm/policy"
	armruntime "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm/runtime"
	azcloud "github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"

	"github.com/holdfast-ml/holdfast/internal/azure/throttle"
)

// Client talks to the ARM of one cloud with one credential. It may be used from
// many goroutines. It starts none of its own.
type Client struct {
	opts     Options
	cloud    Cloud
	base     *url.URL
	http     *http.Client
	cred     azcore.TokenCredential
	pipeline runtime.Pipeline
	limiter  *throttle.Limiter
	stats    counters
	tracer   trace.Tracer
	log      *slog.Logger

	mu     sync.Mutex
	random *rand.Rand
}

// New makes a client. For a cloud given by its address it reads the cloud's
// metadata; otherwise it makes no request.
func New(ctx context.Context, o Options) (*Client, error) {
	o = o.filled()
	rt, err := o.transport()
	if err != nil {
		return nil, err
	}
	c := &Client{opts: o, http: &http.Client{Transport: rt, CheckRedirect: sameHost}, log: slog.New(slog.DiscardHandler)}
	if o.Log != nil {
		c.log = slog.New(o.Log)
	}
	if o.Tracer == nil {
		o.Tracer = otel.GetTracerProvider()
	}
	c.tracer = o.Tracer.Tracer("github.com/holdfast-ml/holdfast/internal/azure")
	seed := o.Seed
	if seed == 0 {
		seed = rand.Uint64()
	}
	c.random = rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
	c.limiter = throttle.New(o.Limits, o.Clock)
	if err := c.findCloud(ctx); err != nil {
		return nil, err
	}
	if c.base, err = c.cloud.check(); err != nil {
		return nil, err
	}
	if err := c.findCredential(); err != nil {
		return nil, err
	}
	c.pipeline = c.newPipeline()
	return c, nil
}

func (c *Client) findCloud(ctx context.Context) (err error) {
	if c.opts.ARMEndpoint == "" {
		c.cloud, err = CloudNamed(c.opts.Cloud)
		return err
	}
	err = c.repeat(ctx, func(ctx context.Context) (err error) {
		c.cloud, err = Discover(ctx, c.opts.ARMEndpoint, c.http)
		return err
	})
	if err == nil && c.cloud.Custom && c.opts.Cloud != "" {
		c.cloud.Name = c.opts.Cloud
	}
	return err
}

func (c *Client) findCredential() error {
	cred := c.opts.Credential
	if cred == nil {
		chain, err := azidentity.NewDefaultAzureCredential(&azidentity.DefaultAzureCredentialOptions{
			ClientOptions:            c.ClientOptions(),
			DisableInstanceDiscovery: c.cloud.Custom,
			TenantID:                 c.opts.TenantID,
		})
		if err != nil {
			e := &Error{Operation: "login", Resource: c.cloud.Authority, Kind: ErrUnauthenticated, Err: hideLogin(err)}
			e.Hint = hint(e, c)
			return e
		}
		cred = chain
	}
	c.cred = credential{cred}
	return nil
}

func (c *Client) newPipeline() runtime.Pipeline {
	options := c.ClientOptions()
	options.Retry = policy.RetryOptions{MaxRetries: -1} // the client's own policy repeats
	options.Telemetry = policy.TelemetryOptions{ApplicationID: c.opts.Agent}
	return runtime.NewPipeline("holdfast", "v1", runtime.PipelineOptions{
		PerCall: []policy.Policy{retrying{c}},
		PerRetry: []policy.Policy{
			guard{c},
			armruntime.NewBearerTokenPolicy(c.cred, &armpolicy.BearerTokenOptions{Scopes: []string{c.cloud.Scope()}}),
		},
	}, &options)
}

// Cloud is where the client goes.
func (c *Client) Cloud() Cloud { return c.cloud }

// Credential gives tokens for data planes too: ask it for the scope of a service,
// such as https://storage.azure.com/.default.
func (c *Client) Credential() azcore.TokenCredential { return c.cred }

// HTTPClient makes requests without login, with the certificates that the client
// trusts, for data planes that have their own keys. It follows no redirection to
// another host.
func (c *Client) HTTPClient() *http.Client { return c.http }

// ClientOptions are azcore's options for clients of data planes in the same cloud
// over the same transport.
func (c *Client) ClientOptions() policy.ClientOptions {
	return policy.ClientOptions{
		Cloud: azcloud.Configuration{
			ActiveDirectoryAuthorityHost: c.cloud.Authority,
			Services: map[azcloud.ServiceName]azcloud.ServiceConfiguration{
				azcloud.ResourceManager: {Audience: c.cloud.Audience, Endpoint: c.cloud.ARM},
			},
		},
		Transport: c.http,
	}
}

// Close lets go of idle connections. The client can still be used.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// guard is the last look at a request before it gets its token: it must go to the
// ARM of the client's cloud and nowhere else.
type guard struct{ c *Client }

func (g guard) Do(req *policy.Request) (*http.Response, error) {
	if u := req.Raw().URL; !g.c.cloud.owns(g.c.base, u) {
		return nil, g.c.foreign(u)
	}
	return req.Next()
}

// foreign is the refusal to send a token to another host.
func (c *Client) foreign(u *url.URL) error {
	return &Error{Operation: "follow", Resource: u.Scheme + "://" + u.Host + u.Path, Kind: ErrRefused,
		Message: fmt.Sprintf("the service points to another host than its own (%s); the token is not sent there", c.base.Host),
		Hint:    "a proxy or the service is misconfigured; if the cloud's ARM has another address, name it with --arm-endpoint"}
}

// id makes a random identifier in the form of a UUID.
func (c *Client) id() string {
	c.mu.Lock()
	a, b := c.random.Uint64(), c.random.Uint64()
	c.mu.Unlock()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0x3fff|0x8000, b&0xffffffffffff)
}

// float draws from [0,1).
func (c *Client) float() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.random.Float64()
}

// repeat is the retry of what is not an ARM request: the discovery of a cloud.
func (c *Client) repeat(ctx context.Context, do func(context.Context) error) error {
	start := c.opts.Clock.Now()
	for try := 1; ; try++ {
		limited, cancel := c.opts.Clock.WithTimeout(ctx, c.opts.Retry.ReadLimit)
		err := do(limited)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
		e := new(Error)
		if !errors.As(err, &e) {
			return err
		}
		e.Tries = try
		again := e.Status == 0 && !permanent(e.Err) || retryStatus(e.Status) || e.Kind == ErrIncomplete
		wait := c.backoff(try, e.RetryAfter)
		if !again || try >= c.opts.Retry.Tries || c.opts.Clock.Now().Add(wait).Sub(start) > c.opts.Retry.Time {
			return err
		}
		if err := c.opts.Clock.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}
