package azure_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/holdfast-ml/holdfast/internal/azure"
)

func TestErrorsTellWhatAzureSaid(t *testing.T) {
	for _, tc := range []struct {
		name          string
		status        int
		body          string
		code, message string
		text          string // in the text of the error
		cause         string // code of the innermost cause
	}{
		{"ARM's form", 409, `{"error":{"code":"Conflict","message":"it exists","target":"name"}}`, "Conflict", "it exists", "PUT " + ws + ": 409 Conflict: it exists [request request-1]", "Conflict"},
		{"without the outer member", 400, `{"code":"BadRequest","message":"no"}`, "BadRequest", "no", "400 BadRequest: no", "BadRequest"},
		{"with causes", 400, `{"error":{"code":"InvalidTemplateDeployment","message":"see inner errors","details":[{"code":"StorageAccountAlreadyTaken","message":"taken","target":"sa"}]}}`,
			"InvalidTemplateDeployment", "see inner errors", "see inner errors (StorageAccountAlreadyTaken: taken)", "StorageAccountAlreadyTaken"},
		{"with an error as text in the message", 400, `{"error":{"code":"DeploymentFailed","message":"{\"error\":{\"code\":\"Inner\",\"message\":\"deep\"}}"}}`, "DeploymentFailed", "deep", "DeploymentFailed: deep", "Inner"},
		{"no error", 400, `{"a":1}`, "", `{"a":1}`, `400 Bad Request: {"a":1}`, ""},
		{"a page of a proxy", 403, "<html>\n <body>Forbidden by proxy</body></html>", "", "<html> <body>Forbidden by proxy</body></html>", "403 Forbidden: <html>", ""},
		{"nothing", 404, ``, "", "", "404 Not Found [request", ""},
		{"Entra's form", 400, `{"error":"invalid_client","error_description":"bad"}`, "invalid_client", "", "400 invalid_client", "invalid_client"},
		{"a message that is no text", 400, `{"error":{"code":"X","message":{"value":"inner"}}}`, "X", `{"value":"inner"}`, "400 X", "X"},
		{"null", 400, `{"error":null}`, "", `{"error":null}`, "400 Bad Request", ""},
		{"a secret", 400, `{"error":{"code":"X","message":"AccountKey=` + canary + `; is wrong"}}`, "X", "AccountKey=REDACTED; is wrong", "REDACTED", "X"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newService(t)
			s.say("PUT "+ws, tc.status, tc.body)
			_, err := s.client().Put(t.Context(), ws, version, nil)
			e := new(azure.Error)
			if !errors.As(err, &e) {
				t.Fatal(err)
			}
			if e.Status != tc.status || e.Code != tc.code || e.Message != tc.message || e.Resource != ws || e.Operation != "PUT" || e.RequestID != "request-1" || e.CorrelationID == "" {
				t.Errorf("%+v", e)
			}
			if !strings.Contains(err.Error(), tc.text) {
				t.Errorf("%s\ndoes not say %s", err, tc.text)
			}
			if e.Cause().Code != tc.cause {
				t.Errorf("cause %+v", e.Cause())
			}
			if strings.Contains(err.Error(), canary) {
				t.Error("the secret is in the text")
			}
		})
	}
}

func TestStatusesHaveNames(t *testing.T) {
	all := []error{azure.ErrNotFound, azure.ErrForbidden, azure.ErrUnauthenticated, azure.ErrThrottled, azure.ErrGone, azure.ErrConflict, azure.ErrPrecondition, azure.ErrUnavailable, azure.ErrIncomplete, azure.ErrUnreachable}
	for status, want := range map[int]error{404: azure.ErrNotFound, 403: azure.ErrForbidden, 401: azure.ErrUnauthenticated, 429: azure.ErrThrottled,
		410: azure.ErrGone, 409: azure.ErrConflict, 412: azure.ErrPrecondition, 500: azure.ErrUnavailable, 503: azure.ErrUnavailable, 400: nil} {
		s := newService(t)
		s.say("GET "+ws, status, ``)
		_, err := s.client(func(o *azure.Options) { o.Retry.Tries = 1 }).Get(t.Context(), ws, version)
		for _, target := range all {
			if got := errors.Is(err, target); got != (target == want) {
				t.Errorf("%d is %v: %v", status, target, got)
			}
		}
	}
}

func TestHints(t *testing.T) {
	const denied = `The client 'a@b.c' with object id '1' does not have authorization to perform action 'ACTION' over scope '/subscriptions/0000/resourceGroups/g' or the scope is invalid.`
	forbidden := func(action string) string {
		return `{"error":{"code":"AuthorizationFailed","message":"` + strings.Replace(denied, "ACTION", action, 1) + `"}}`
	}
	for _, tc := range []struct {
		name   string
		status int
		body   string
		header []string
		want   []string
	}{
		{"read", 403, forbidden("Microsoft.Storage/storageAccounts/read"), nil, []string{"Microsoft.Storage/storageAccounts/read", "/subscriptions/0000/resourceGroups/g", "role Reader"}},
		{"keys", 403, forbidden("Microsoft.Storage/storageAccounts/listKeys/action"), nil, []string{"Storage Account Key Operator Service Role"}},
		{"compute", 403, forbidden("Microsoft.MachineLearningServices/workspaces/computes/write"), nil, []string{"AzureML Compute Operator"}},
		{"role assignment", 403, forbidden("Microsoft.Authorization/roleAssignments/write"), nil, []string{"Role Based Access Control Administrator"}},
		{"anything", 403, forbidden("Microsoft.Foo/bars/write"), nil, []string{"role Contributor"}},
		{"deep in a deployment", 400, `{"error":{"code":"InvalidTemplateDeployment","message":"x","details":[{"code":"AuthorizationFailed","message":"` + strings.Replace(denied, "ACTION", "Microsoft.Foo/bars/write", 1) + `"}]}}`, nil, []string{"Microsoft.Foo/bars/write"}},
		{"forbidden without a word", 403, ``, nil, []string{"role"}},
		{"the wrong tenant", 401, `{"error":{"code":"InvalidAuthenticationTokenTenant","message":"wrong issuer"}}`, []string{"WWW-Authenticate", `Bearer authorization_uri="https://login.example/72f988bf-86f1-41af-91ab-2d7cd011db47", error="invalid_token", error_description="The tenant is wrong"`}, []string{"tenant 72f988bf-86f1-41af-91ab-2d7cd011db47", "az login --tenant"}},
		{"the wrong tenant, unnamed", 401, `{"error":{"code":"InvalidAuthenticationTokenTenant","message":"wrong issuer"}}`, nil, []string{"az login --tenant TENANT"}},
		{"clock", 401, `{"error":{"code":"InvalidAuthenticationToken","message":"The token is not yet valid"}}`, nil, []string{"clock"}},
		{"expired", 401, `{"error":{"code":"ExpiredAuthenticationToken","message":"expired"}}`, nil, []string{"az login"}},
		{"subscription", 404, `{"error":{"code":"SubscriptionNotFound","message":"x"}}`, nil, []string{"tenant", "az account list"}},
		{"group", 404, `{"error":{"code":"ResourceGroupNotFound","message":"x"}}`, nil, []string{"az group list"}},
		{"a cause that is known", 400, `{"error":{"code":"InvalidTemplateDeployment","message":"x","details":[{"code":"QuotaExceeded","message":"y"}]}}`, nil, []string{"quota"}},
		{"policy", 403, `{"error":{"code":"RequestDisallowedByPolicy","message":"x"}}`, nil, []string{"Policy"}},
		{"lock", 409, `{"error":{"code":"ScopeLocked","message":"x"}}`, nil, []string{"az lock list"}},
		{"throttled", 429, ``, []string{"Retry-After", "30"}, []string{"30s"}},
		{"fault of the service", 500, ``, nil, []string{"request id"}},
		{"nothing known", 400, `{"error":{"code":"Odd","message":"x"}}`, nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newService(t)
			s.say("GET "+ws, tc.status, tc.body, tc.header...)
			_, err := s.client(func(o *azure.Options) { o.Retry.Tries = 1 }).Get(t.Context(), ws, version)
			got := azure.Hint(err)
			for _, w := range tc.want {
				if !strings.Contains(got, w) {
					t.Errorf("%q does not say %q", got, w)
				}
			}
			if tc.want == nil && got != "" {
				t.Errorf("says %q", got)
			}
		})
	}
}

func TestHintsOfTheNetwork(t *testing.T) {
	closed := httptest.NewTLSServer(nil)
	closed.Close()
	noTLS := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, `{}`) }))
	defer noTLS.Close()
	s := newService(t)
	for _, tc := range []struct {
		name, arm string
		transport http.RoundTripper
		want      string
	}{
		{"nobody listens", closed.URL, nil, "is the sandbox running"},
		{"no TLS", strings.Replace(noTLS.URL, "http:", "https:", 1), nil, "TLS"},
		{"unknown authority", s.URL, &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}, "--ca-file"},
		{"another name", strings.Replace(s.URL, "127.0.0.1", "localhost", 1), s.Client().Transport, "another name"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := azure.New(t.Context(), azure.Options{ARMEndpoint: tc.arm, Transport: tc.transport, Credential: token{}, Retry: azure.Retry{Tries: 1}})
			if !strings.Contains(azure.Hint(err), tc.want) {
				t.Errorf("%v\nhint: %s", err, azure.Hint(err))
			}
		})
	}
}

// failing is a credential that has no token to give.
type failing struct{ err error }

func (f failing) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{}, f.err
}

func TestWithoutLoginTheErrorSaysHowToLogIn(t *testing.T) {
	s := newService(t)
	c := s.client(func(o *azure.Options) {
		o.Credential = failing{errors.New("DefaultAzureCredential: failed; client_secret=" + canary)}
	})
	_, err := c.Get(t.Context(), ws, version)
	if !errors.Is(err, azure.ErrUnauthenticated) || !strings.Contains(azure.Hint(err), "az login") {
		t.Errorf("%v, hint %s", err, azure.Hint(err))
	}
	if strings.Contains(err.Error(), canary) || !strings.Contains(err.Error(), "DefaultAzureCredential: failed") {
		t.Errorf("%v", err)
	}
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		if strings.Contains(inner.Error(), canary) {
			t.Errorf("the secret is in a cause: %v", inner)
		}
	}
	if n := len(s.requests()); n != 0 {
		t.Errorf("%d requests without a token", n)
	}
}

// TestTheDefaultChainSaysWhatEachOfItsPartsIsMissing in one line.
func TestTheDefaultChainSaysWhatEachOfItsPartsIsMissing(t *testing.T) {
	s := newService(t)
	c := s.client(func(o *azure.Options) {
		o.Credential = failing{errors.New("DefaultAzureCredential: failed to acquire a token.\nAttempted credentials:\n\tEnvironmentCredential: missing environment variable AZURE_TENANT_ID\n\t-----\n\n\tAzureCLICredential: Azure CLI not found on path\nTo troubleshoot, visit https://aka.ms/x")}
	})
	_, err := c.Get(t.Context(), ws, version)
	want := "no token could be had: DefaultAzureCredential: failed to acquire a token; EnvironmentCredential: missing environment variable AZURE_TENANT_ID; AzureCLICredential: Azure CLI not found on path"
	if err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("%v\nwant %s", err, want)
	}
}

func TestAnErrorOfAContextIsThatContexts(t *testing.T) {
	s := newService(t)
	c := s.client()
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	if _, err := c.Get(ctx, ws, version); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, azure.ErrUnreachable) {
		t.Error(err)
	}
	if got := c.Stats().Failed; got != 0 {
		t.Errorf("%d failures are counted", got)
	}
}

func TestACallThatMayHaveHappenedSaysSo(t *testing.T) {
	s := newService(t)
	s.say("POST "+ws, 200, `{"half":`)
	_, err := s.client().Post(t.Context(), ws, version, nil)
	if !errors.Is(err, azure.ErrIncomplete) || !strings.Contains(azure.Hint(err), "may have done") {
		t.Errorf("%v, hint %s", err, azure.Hint(err))
	}
}
