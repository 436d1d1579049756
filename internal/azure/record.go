package azure

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/holdfast-ml/holdfast/internal/azure/redact"
	"github.com/holdfast-ml/holdfast/internal/azure/throttle"
)

// record notes a try in the request log, in the counters and in the call's span.
func (c *Client) record(ctx context.Context, req *policy.Request, k *call, o outcome, waited time.Duration) {
	status := 0
	if o.resp != nil {
		status = o.resp.StatusCode
	}
	if status == http.StatusTooManyRequests {
		c.stats.refused.Add(1)
	}
	if k.tries > 1 || o.err != nil || retryStatus(status) {
		trace.SpanFromContext(ctx).AddEvent("try", trace.WithAttributes(
			attribute.Int("azure.try", k.tries), attribute.Int("http.response.status_code", status)))
	}
	if c.log.Enabled(ctx, slog.LevelDebug) {
		c.log.LogAttrs(ctx, slog.LevelDebug, "azure request", attributes(req, k, o, waited)...)
	}
}

// attributes are what the request log tells of a try.
func attributes(req *policy.Request, k *call, o outcome, waited time.Duration) []slog.Attr {
	attrs := []slog.Attr{
		slog.String("method", k.method), slog.String("url", redact.URL(req.Raw().URL)),
		slog.Int("try", k.tries), slog.Duration("duration", o.took), slog.Int("bytes", len(o.body)),
		slog.String("client_request_id", req.Raw().Header.Get("x-ms-client-request-id")),
	}
	if waited > 0 {
		attrs = append(attrs, slog.Duration("throttled", waited))
	}
	if o.resp != nil {
		attrs = append(attrs, slog.Int("status", o.resp.StatusCode), slog.String("request_id", redact.Text(o.resp.Header.Get("x-ms-request-id"))))
		if n, ok := throttle.Remaining(o.resp.Header, k.scope, k.kind); ok {
			attrs = append(attrs, slog.Int("remaining", n))
		}
		if o.asked {
			attrs = append(attrs, slog.Duration("retry_after", o.after))
		}
		if code := errorCode(o.resp, o.body); code != "" {
			attrs = append(attrs, slog.String("code", redact.Text(code)))
		}
	}
	if o.err != nil {
		attrs = append(attrs, slog.String("error", redact.Text(o.err.Error())))
	}
	return attrs
}

// startSpan begins the span of a call: one for all its tries.
func (c *Client) startSpan(ctx context.Context, k *call) (context.Context, trace.Span) {
	ctx, span := c.tracer.Start(ctx, "azure "+k.method+" "+typeOf(k.url.Path), trace.WithSpanKind(trace.SpanKindClient))
	if span.IsRecording() {
		span.SetAttributes(
			attribute.String("http.request.method", k.method),
			attribute.String("url.full", redact.URL(k.url)),
			attribute.String("server.address", k.url.Hostname()),
			attribute.String("azure.caller", redact.Text(k.caller)),
		)
	}
	return ctx, span
}

func endSpan(span trace.Span, k *call, err error) {
	defer span.End()
	span.SetAttributes(attribute.Int("azure.tries", k.tries), attribute.Int("azure.bytes", len(k.body)))
	if k.resp != nil {
		span.SetAttributes(attribute.Int("http.response.status_code", k.resp.StatusCode),
			attribute.String("azure.request_id", k.resp.Header.Get("x-ms-request-id")))
	}
	if err != nil {
		span.SetStatus(codes.Error, redact.Text(err.Error()))
	}
}

// typeOf is the type of what a path is about, for the names of spans, which must
// not differ from resource to resource.
func typeOf(path string) string {
	segments := strings.Split(strings.Trim(path, "/"), "/")
	last := -1
	for i, s := range segments {
		if strings.EqualFold(s, "providers") {
			last = i
		}
	}
	var parts []string
	if last < 0 {
		for i := 0; i < len(segments); i += 2 {
			parts = append(parts, segments[i])
		}
		return strings.Join(parts, "/")
	}
	if last+1 < len(segments) {
		parts = append(parts, segments[last+1])
	}
	for i := last + 2; i < len(segments); i += 2 {
		parts = append(parts, segments[i])
	}
	return strings.Join(parts, "/")
}
