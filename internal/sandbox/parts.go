package sandbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/template"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/content"
	"github.com/holdfast-ml/holdfast/internal/sandbox/certificate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/containers"
	"github.com/holdfast-ml/holdfast/internal/sandbox/control"
	"github.com/holdfast-ml/holdfast/internal/sandbox/database"
	"github.com/holdfast-ml/holdfast/internal/sandbox/deployment"
	"github.com/holdfast-ml/holdfast/internal/sandbox/entra"
	"github.com/holdfast-ml/holdfast/internal/sandbox/failure"
	"github.com/holdfast-ml/holdfast/internal/sandbox/files"
	"github.com/holdfast-ml/holdfast/internal/sandbox/graph"
	"github.com/holdfast-ml/holdfast/internal/sandbox/listen"
	"github.com/holdfast-ml/holdfast/internal/sandbox/lookup"
	"github.com/holdfast-ml/holdfast/internal/sandbox/machinelearning"
	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/providers"
	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/telemetry"
	"github.com/holdfast-ml/holdfast/internal/sandbox/vault"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// parts are what a sandbox is put together from.
type parts struct {
	authority *certificate.Authority
	tls       *tls.Config
	object    string // id of the service principal that everybody is
	folder    string // that keeps the state, "" for none

	content   *content.Store
	control   *control.Control
	entra     *entra.Service
	graph     *graph.Service
	learning  http.Handler
	vault     http.Handler
	insights  http.Handler
	directory http.Handler
	ports     *listen.Listeners
	blob      http.Handler
	files     http.Handler
}

// assemble makes the parts. The order matters little: they find each other
// through the world, and nothing is served yet.
func (s *Sandbox) assemble(ctx context.Context, o Options) (err error) {
	p, w := s.parts, s.World
	if p.entra, err = entra.New(w); err != nil {
		return err
	}
	w.Tokens = p.entra
	p.content = content.New()
	if p.folder != "" {
		if p.content, err = content.Open(filepath.Join(p.folder, "content")); err != nil {
			return err
		}
		if err := p.sweep(w); err != nil {
			return err
		}
	}
	blobs, err := blob.New(w, p.content, blob.Options{Azurite: o.Azurite})
	if err != nil {
		return err
	}
	p.blob = blobs
	all, err := providers.Providers(w, providers.Losing(lose))
	if err != nil {
		return fmt.Errorf("the sandbox's resource types: %w", err)
	}
	learning, err := machinelearning.Provider(w, machinelearning.WithBlobs(runBlobs{w, blobs, &lookup.Index{Type: "Microsoft.Storage/storageAccounts"}}))
	if err != nil {
		return fmt.Errorf("the sandbox's machine learning: %w", err)
	}
	p.control = control.New(w, append(all, learning)...)
	p.control.Unthrottled = o.NoThrottling
	p.control.Faults = operationFaults{s.Board}
	p.control.Gone = gone
	p.control.Deploy(deployment.Outside{Secret: secret, Fetch: linked(blobs), Tables: template.Options{Zones: zones}})
	p.graph = graph.New(w, p.control)
	p.graph.Unthrottled = o.NoThrottling
	p.learning = machinelearning.Handler(w, p.control)
	p.vault = vault.New(w)
	p.insights = telemetry.New(w)
	p.directory = &directory{w, principal{ID: p.object, AppID: s.Connection.ClientID, Name: "holdfast-sandbox"}}
	p.files = files.New(w, p.content)
	p.ports = listen.New(w, host(w.At.Main), append(database.Kinds(w), containers.New(w, p.content).Kind(p.tls))...)
	w.At.Port = p.ports.Address
	return w.Store.Write(func(tx *state.Tx) error {
		if len(control.Subscriptions(tx)) > 0 {
			return nil
		}
		return control.PutSubscription(tx, control.Subscription{ID: s.Connection.Subscription, Name: "Holdfast sandbox"})
	})
}

// sweep deletes the contents that nobody owns: what an earlier run wrote and was
// ended before it was kept.
func (p *parts) sweep(w *world.World) error {
	owned := map[string]bool{}
	own := func(id string) { owned[id] = true }
	return w.Store.Read(func(tx *state.Tx) error {
		blob.Owned(tx, own)
		files.Owned(tx, own)
		containers.Owned(tx, own)
		p.content.Sweep(func(id string) bool { return owned[id] })
		return nil
	})
}

// route finds who answers a path of the main address.
func (p *parts) route(tenant, path string) http.Handler {
	low := strings.ToLower(path)
	switch {
	case strings.TrimSuffix(low, "/") == graph.Path:
		return p.graph
	case strings.HasPrefix(low, directoryPath):
		return p.directory
	case strings.HasPrefix(low, "/vaults/"):
		return p.vault
	case strings.HasPrefix(low, "/ingestion/"), strings.HasPrefix(low, "/insights/"):
		return p.insights
	case strings.HasPrefix(low, "/inference/"), strings.HasPrefix(low, "/regions/"):
		return p.learning
	case entra.Serves(tenant, path):
		return p.entra
	}
	return p.control
}

func (p *parts) close() error {
	var errs []error
	if p.ports != nil {
		p.ports.Close()
	}
	if p.content != nil {
		errs = append(errs, p.content.Close())
	}
	return errors.Join(errs...)
}

// operationFaults asks the board what becomes of operations.
type operationFaults struct{ board *failure.Board }

// Operation implements [control.Faults].
func (f operationFaults) Operation(_ *state.Tx, _ time.Time, o control.Starting) control.Fate {
	fails, hangs := f.board.Operation(o.Resource)
	if fails {
		return control.Fate{Error: refusal.New(http.StatusInternalServerError, "InternalServerError", "The operation failed: the sandbox was told to let it.")}
	}
	return control.Fate{Hangs: hangs}
}

// runBlobs keeps what runs write as blobs.
type runBlobs struct {
	w        *world.World
	blobs    *blob.Service
	accounts *lookup.Index
}

// Write implements [machinelearning.Blobs].
func (b runBlobs) Write(tx *state.Tx, account, container, name string, content []byte) error {
	r := b.accounts.Find(tx, account)
	if r == nil {
		return refusal.New(http.StatusNotFound, "StorageAccountNotFound", "The storage account %s was not found.", account)
	}
	if err := b.blobs.EnsureContainer(tx, r.ID, container, b.w.Clock.Now()); err != nil {
		return err
	}
	return b.blobs.WriteIn(tx, r.ID, container, name, string(content), "text/plain; charset=utf-8")
}

// secret gives a secret of a vault to a deployment.
func secret(tx *state.Tx, _ time.Time, id, name, version string) (string, error) {
	r := tx.Resource(id)
	if r == nil {
		return "", refusal.New(http.StatusBadRequest, "KeyVaultParameterReferenceNotFound", "The specified KeyVault '%s' could not be found.", id)
	}
	if !object.Bool(object.Must(r.Body), "properties.enabledForTemplateDeployment") {
		return "", refusal.New(http.StatusBadRequest, "KeyVaultParameterReferenceAuthorizationFailed", "The specified KeyVault '%s' is not enabled for template deployment.", id)
	}
	value, err := vault.Secret(tx, id, name, version)
	if err != nil {
		return "", refusal.New(http.StatusBadRequest, "KeyVaultParameterReferenceSecretRetrieveFailed", "The secret of KeyVault parameter '%s' cannot be retrieved: %v.", name, err)
	}
	return value, nil
}

// largestLinked is how large a linked template may be: as large as ARM lets a
// template be, in bytes.
const largestLinked = 4 << 20

// linked gives what a deployment links to when it is a blob of the sandbox.
func linked(blobs *blob.Service) func(*state.Tx, time.Time, string) ([]byte, bool, error) {
	return func(tx *state.Tx, now time.Time, address string) ([]byte, bool, error) {
		raw, ok, err := blobs.Fetch(tx, now, address, largestLinked)
		if f := (*account.Fault)(nil); errors.As(err, &f) {
			err = refusal.New(f.Status, f.Code, "%s (%s)", f.Message, f.Code)
		}
		return raw, ok, err
	}
}

// gone takes away the data of a resource that ARM knows no more.
func gone(tx *state.Tx, id, typ string) error {
	var forget []func(*state.Tx, string) error
	switch strings.ToLower(typ) {
	case "microsoft.storage/storageaccounts":
		forget = append(forget, blob.Forget, files.Forget)
	case "microsoft.storage/storageaccounts/blobservices/containers":
		forget = append(forget, blob.Forget)
	case "microsoft.storage/storageaccounts/fileservices/shares":
		forget = append(forget, files.Forget)
	case "microsoft.containerregistry/registries":
		forget = append(forget, containers.Forget)
	case "microsoft.keyvault/vaults":
		forget = append(forget, vault.Forget)
	case "microsoft.insights/components":
		forget = append(forget, telemetry.Forget)
	}
	for _, f := range forget {
		if err := f(tx, id); err != nil {
			return fmt.Errorf("forgetting the data of %s: %w", id, err)
		}
	}
	return nil
}

// lose takes away what a failed-over account had not copied yet.
func lose(tx *state.Tx, accountID string, after time.Time) error {
	return errors.Join(blob.Lose(tx, accountID, after), files.Lose(tx, accountID, after))
}

// zones answers pickZones() from the region data.
func zones(namespace, resourceType, location string) ([]string, bool) {
	return estate.ZonesFor(namespace+"/"+resourceType, location)
}

var _ eval.ZoneTable = zones

// host is the host of an address.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "127.0.0.1"
	}
	return u.Hostname()
}
