package vault_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/sandboxtest"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/vault"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

type bench struct {
	*sandboxtest.World
	url  string
	http *http.Client
	id   string
	log  *strings.Builder
}

func start(t *testing.T, properties object.Object) *bench {
	t.Helper()
	w := sandboxtest.New(t)
	log := &strings.Builder{}
	w.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	server := w.Serve(vault.New(w.World))
	w.At.Main = server.URL
	if properties == nil {
		properties = object.Object{}
	}
	b := &bench{World: w, url: server.URL + "/vaults/safe/", http: server.Client(), log: log}
	b.id = w.Put("Microsoft.KeyVault/vaults/safe", "westeurope", object.Object{"properties": properties}, nil)
	return b
}

func (b *bench) options() azcore.ClientOptions {
	return azcore.ClientOptions{Transport: b.http, Retry: policy.RetryOptions{MaxRetries: -1}}
}

func (b *bench) secrets(t *testing.T) *azsecrets.Client {
	t.Helper()
	c, err := azsecrets.NewClient(b.url, b.Credential(), &azsecrets.ClientOptions{ClientOptions: b.options(), DisableChallengeResourceVerification: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ctx(t *testing.T) context.Context {
	c, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return c
}

// want fails unless an error has a status and a code; 0 is no error.
func want(t *testing.T, what string, err error, status int, code string) {
	t.Helper()
	var e *azcore.ResponseError
	if status == 0 {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		return
	}
	if !errors.As(err, &e) || e.StatusCode != status || e.ErrorCode != code {
		t.Errorf("%s gives %v, want %d %s", what, err, status, code)
	}
}

func set(t *testing.T, c *azsecrets.Client, name, value string) string {
	t.Helper()
	r, err := c.SetSecret(ctx(t), name, azsecrets.SetSecretParameters{Value: &value}, nil)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(*r.ID), "/")
	return parts[len(parts)-1]
}

func value(t *testing.T, c *azsecrets.Client, name, version string) string {
	t.Helper()
	r, err := c.GetSecret(ctx(t), name, version, nil)
	if err != nil {
		t.Fatal(err)
	}
	return *r.Value
}

func TestSecretsHaveVersions(t *testing.T) {
	b := start(t, nil)
	c := b.secrets(t)
	first := set(t, c, "password", "one")
	b.Clock.Advance(time.Hour)
	second := set(t, c, "password", "two")
	if first == second {
		t.Fatal("both versions have the same id")
	}
	if got := value(t, c, "password", ""); got != "two" {
		t.Errorf("the last is %q", got)
	}
	if got := value(t, c, "password", first); got != "one" {
		t.Errorf("the first is %q", got)
	}
	_, err := c.GetSecret(ctx(t), "password", "00000000000000000000000000000000", nil)
	want(t, "a version that is not there", err, 404, "SecretNotFound")
	_, err = c.GetSecret(ctx(t), "other", "", nil)
	want(t, "a secret that is not there", err, 404, "SecretNotFound")
	n := 0
	for p := c.NewListSecretPropertiesVersionsPager("password", nil); p.More(); {
		page, err := p.NextPage(ctx(t))
		if err != nil {
			t.Fatal(err)
		}
		n += len(page.Value)
	}
	if n != 2 {
		t.Errorf("%d versions are listed", n)
	}
}

func TestASecretIsAResourceOfARM(t *testing.T) {
	b := start(t, nil)
	c := b.secrets(t)
	set(t, c, "made-here", "canary-value")
	id := b.id + "/secrets/made-here"
	b.Write(func(tx *state.Tx) error {
		r := tx.Resource(id)
		if r == nil || strings.Contains(string(r.Body), "canary-value") || object.Text(object.Must(r.Secret), "value") != "canary-value" {
			t.Errorf("the resource is %+v", r)
			return nil
		}
		n := r.Copy() // as ARM sets it
		n.Changed = n.Changed.Add(time.Minute)
		n.Secret = object.Encode(object.Object{"value": "set by ARM"})
		return tx.Put(n)
	})
	if got := value(t, c, "made-here", ""); got != "set by ARM" {
		t.Errorf("after ARM has set it, it is %q", got)
	}
	b.Put("Microsoft.KeyVault/vaults/safe/secrets/made-there", "", object.Object{"properties": object.Object{"contentType": "text/plain"}}, object.Object{"value": "there"})
	r, err := c.GetSecret(ctx(t), "made-there", "", nil)
	if err != nil || *r.Value != "there" || *r.ContentType != "text/plain" {
		t.Errorf("what ARM made is %+v, %v", r, err)
	}
	set(t, c, "made-there", "changed here")
	if got := value(t, c, "made-there", ""); got != "changed here" {
		t.Errorf("then it is %q", got)
	}
}

func TestOtherPartsReadSecretsByTheirVersion(t *testing.T) {
	b := start(t, nil)
	c := b.secrets(t)
	first := set(t, c, "word", "one")
	second := set(t, c, "word", "two")
	id := b.Put("Microsoft.KeyVault/vaults/safe/secrets/by-arm", "", object.Object{"properties": object.Object{}}, object.Object{"value": "old", "version": "11111111111111111111111111111111"})
	b.Write(func(tx *state.Tx) error { return vault.Adopt(tx, b.id, "by-arm") })
	b.Write(func(tx *state.Tx) error {
		n := tx.Resource(id).Copy()
		n.Secret = object.Encode(object.Object{"value": "old", "version": "22222222222222222222222222222222"})
		n.Body = object.Encode(object.Object{"properties": object.Object{"attributes": object.Object{"enabled": false}}})
		return errors.Join(tx.Put(n), vault.Adopt(tx, b.id, "by-arm"), vault.Adopt(tx, b.id, "nobody"))
	})
	for _, w := range []struct {
		name, version, value string
		err                  error
	}{
		{"word", "", "two", nil},
		{"WORD", first, "one", nil},
		{"word", strings.ToUpper(second), "two", nil},
		{"word", "33333333333333333333333333333333", "", vault.ErrMissing},
		{"none", "", "", vault.ErrMissing},
		{"by-arm", "11111111111111111111111111111111", "old", nil},
		{"by-arm", "22222222222222222222222222222222", "", vault.ErrDisabled},
		{"by-arm", "", "", vault.ErrDisabled},
	} {
		_ = b.Store.Read(func(tx *state.Tx) error {
			got, err := vault.Secret(tx, b.id, w.name, w.version)
			if got != w.value || !errors.Is(err, w.err) {
				t.Errorf("%s/%s: %q, %v", w.name, w.version, got, err)
			}
			return nil
		})
	}
}

func TestListsComeInPages(t *testing.T) {
	b := start(t, nil)
	c := b.secrets(t)
	for i := range 60 {
		b.Put(fmt.Sprintf("Microsoft.KeyVault/vaults/safe/secrets/s%02d", i), "", object.Object{}, object.Object{"value": "v"})
	}
	var names []string
	pages := 0
	for p := c.NewListSecretPropertiesPager(nil); p.More(); pages++ {
		page, err := p.NextPage(ctx(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range page.Value {
			parts := strings.Split(string(*s.ID), "/")
			names = append(names, parts[len(parts)-1])
		}
	}
	if len(names) != 60 || names[0] != "s00" || names[59] != "s59" || pages != 3 {
		t.Errorf("%d names in %d pages: %v", len(names), pages, names)
	}
}

func TestAttributesAndTags(t *testing.T) {
	b := start(t, nil)
	c := b.secrets(t)
	set(t, c, "s", "v")
	expires := sandboxtest.Noon.Add(48 * time.Hour)
	r, err := c.UpdateSecretProperties(ctx(t), "s", "", azsecrets.UpdateSecretPropertiesParameters{
		Tags: map[string]*string{"team": to.Ptr("ml")}, ContentType: to.Ptr("text/x"),
		SecretAttributes: &azsecrets.SecretAttributes{Enabled: to.Ptr(false), Expires: &expires},
	}, nil)
	if err != nil || *r.Tags["team"] != "ml" || !r.Attributes.Expires.Equal(expires) || *r.Attributes.RecoveryLevel != "Recoverable+Purgeable" {
		t.Errorf("it is %+v, %v", r, err)
	}
	_, err = c.GetSecret(ctx(t), "s", "", nil)
	want(t, "a disabled secret", err, 403, "Forbidden")
}

func TestDeletedSecretsCanBeRecoveredOrPurged(t *testing.T) {
	b := start(t, object.Object{"softDeleteRetentionInDays": 7})
	c := b.secrets(t)
	set(t, c, "s", "v")
	d, err := c.DeleteSecret(ctx(t), "s", nil)
	if err != nil || !d.ScheduledPurgeDate.Equal(sandboxtest.Noon.Add(7*24*time.Hour)) {
		t.Fatalf("deleting gives %+v, %v", d, err)
	}
	_, err = c.GetSecret(ctx(t), "s", "", nil)
	want(t, "getting it", err, 404, "SecretNotFound")
	_, err = c.SetSecret(ctx(t), "s", azsecrets.SetSecretParameters{Value: to.Ptr("w")}, nil)
	want(t, "setting it again", err, 409, "Conflict")
	if _, err := c.GetDeletedSecret(ctx(t), "s", nil); err != nil {
		t.Error(err)
	}
	_, err = c.RecoverDeletedSecret(ctx(t), "s", nil)
	want(t, "recovering", err, 0, "")
	if got := value(t, c, "s", ""); got != "v" {
		t.Errorf("it is %q", got)
	}
	_, err = c.DeleteSecret(ctx(t), "s", nil)
	want(t, "deleting again", err, 0, "")
	_, err = c.PurgeDeletedSecret(ctx(t), "s", nil)
	want(t, "purging", err, 0, "")
	_, err = c.RecoverDeletedSecret(ctx(t), "s", nil)
	want(t, "recovering what is purged", err, 404, "SecretNotFound")
	set(t, c, "s", "new")
	_, err = c.DeleteSecret(ctx(t), "s", nil)
	want(t, "deleting the new one", err, 0, "")
	page, err := c.NewListDeletedSecretPropertiesPager(nil).NextPage(ctx(t))
	if err != nil || len(page.Value) != 1 {
		t.Errorf("%d are deleted, %v", len(page.Value), err)
	}
	b.Clock.Advance(7 * 24 * time.Hour)
	_, err = c.GetDeletedSecret(ctx(t), "s", nil)
	want(t, "after the retention", err, 404, "SecretNotFound")
}

func TestPurgeProtection(t *testing.T) {
	b := start(t, object.Object{"enablePurgeProtection": true})
	c := b.secrets(t)
	set(t, c, "s", "v")
	_, err := c.DeleteSecret(ctx(t), "s", nil)
	want(t, "deleting", err, 0, "")
	_, err = c.PurgeDeletedSecret(ctx(t), "s", nil)
	want(t, "purging", err, 403, "Forbidden")
}

func TestBackupAndRestore(t *testing.T) {
	b := start(t, nil)
	c := b.secrets(t)
	set(t, c, "s", "one")
	set(t, c, "s", "two")
	r, err := c.BackupSecret(ctx(t), "s", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.RestoreSecret(ctx(t), azsecrets.RestoreSecretParameters{SecretBackup: r.Value}, nil)
	want(t, "restoring over what is there", err, 409, "Conflict")
	b.Put("Microsoft.KeyVault/vaults/other", "northeurope", object.Object{}, nil)
	o, _ := azsecrets.NewClient(strings.Replace(b.url, "safe", "other", 1), b.Credential(), &azsecrets.ClientOptions{ClientOptions: b.options(), DisableChallengeResourceVerification: true})
	_, err = o.RestoreSecret(ctx(t), azsecrets.RestoreSecretParameters{SecretBackup: r.Value}, nil)
	want(t, "restoring in another vault", err, 0, "")
	if got := value(t, o, "s", ""); got != "two" {
		t.Errorf("there it is %q", got)
	}
	_, err = o.RestoreSecret(ctx(t), azsecrets.RestoreSecretParameters{SecretBackup: []byte("forged")}, nil)
	want(t, "restoring what is no backup", err, 400, "BadParameter")
}

func TestAVaultInAnOutage(t *testing.T) {
	b := start(t, nil)
	c := b.secrets(t)
	set(t, c, "old", "v")
	b.Clock.Advance(time.Hour)
	set(t, c, "late", "v")
	b.Clock.Advance(time.Minute)
	b.Health.Set(b.id, world.Standing{Read: world.Gone, Write: world.Gone})
	_, err := c.GetSecret(ctx(t), "old", "", nil)
	want(t, "reading while the region is gone", err, 503, "ServiceUnavailable")

	b.Health.Set(b.id, world.Standing{Write: world.Gone, Secondary: true, Since: b.Clock.Now(), Lost: 15 * time.Minute})
	if got := value(t, c, "old", ""); got != "v" {
		t.Errorf("after the failover it is %q", got)
	}
	_, err = c.GetSecret(ctx(t), "late", "", nil)
	want(t, "what was written just before", err, 404, "SecretNotFound")
	_, err = c.BackupSecret(ctx(t), "old", nil)
	want(t, "a backup, which is a POST", err, 0, "")
	_, err = c.SetSecret(ctx(t), "old", azsecrets.SetSecretParameters{Value: to.Ptr("w")}, nil)
	want(t, "setting", err, 403, "Forbidden")
	_, err = c.DeleteSecret(ctx(t), "old", nil)
	want(t, "deleting", err, 403, "Forbidden")

	b.Health.Set(b.id, world.Standing{Read: world.Partial, Write: world.Partial})
	failed := 0
	for range 8 {
		if _, err := c.GetSecret(ctx(t), "old", "", nil); err != nil {
			failed++
		}
	}
	if failed != 4 {
		t.Errorf("%d of 8 requests failed", failed)
	}
}

// ask sends a request without the SDK.
func (b *bench) ask(t *testing.T, method, path, token, payload string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx(t), method, strings.TrimSuffix(b.url, "vaults/safe/")+path, strings.NewReader(payload))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", token)
	}
	res, err := b.http.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, _ := io.ReadAll(res.Body)
	return res, string(raw)
}

func (b *bench) token(t *testing.T, audience string) string {
	t.Helper()
	return "Bearer " + b.Tokens.Issue(world.Caller{ObjectID: "o", Tenant: sandboxtest.Tenant}, audience, b.Clock.Now(), time.Hour)
}

func TestRequestsThatAreRefused(t *testing.T) {
	b := start(t, nil)
	good := b.token(t, vault.Resource)
	for name, c := range map[string]struct {
		method, path, token, payload string
		status                       int
	}{
		"no token":           {"GET", "vaults/safe/secrets?api-version=7.4", "", "", 401},
		"another audience":   {"GET", "vaults/safe/secrets?api-version=7.4", b.token(t, "https://management.azure.com"), "", 401},
		"no api-version":     {"GET", "vaults/safe/secrets", good, "", 400},
		"no vault":           {"GET", "vaults/nothing/secrets?api-version=7.4", good, "", 404},
		"no collection":      {"GET", "vaults/safe/certificates?api-version=7.4", good, "", 404},
		"a bad name":         {"GET", "vaults/safe/secrets/a_b?api-version=7.4", good, "", 400},
		"no JSON":            {"PUT", "vaults/safe/secrets/a?api-version=7.4", good, "value", 400},
		"no value":           {"PUT", "vaults/safe/secrets/a?api-version=7.4", good, "{}", 400},
		"a value too large":  {"PUT", "vaults/safe/secrets/a?api-version=7.4", good, `{"value":"` + strings.Repeat("x", 26<<10) + `"}`, 400},
		"a page too large":   {"GET", "vaults/safe/secrets?api-version=7.4&maxresults=26", good, "", 400},
		"a skip token":       {"GET", "vaults/safe/secrets?api-version=7.4&$skiptoken=!", good, "", 400},
		"a body too large":   {"PUT", "vaults/safe/secrets/a?api-version=7.4", good, strings.Repeat(" ", 2<<20), 413},
		"a query of no form": {"GET", "vaults/safe/secrets?api-version=7.4&%zz", good, "", 400},
	} {
		res, text := b.ask(t, c.method, c.path, c.token, c.payload)
		var e struct {
			Error struct{ Code, Message string }
		}
		if res.StatusCode != c.status || json.Unmarshal([]byte(text), &e) != nil || e.Error.Code == "" || e.Error.Message == "" {
			t.Errorf("%s: %d %s", name, res.StatusCode, text)
		}
	}
	res, _ := b.ask(t, "GET", "vaults/safe/secrets?api-version=7.4", "", "")
	if got, want := res.Header.Get("WWW-Authenticate"), `Bearer authorization="`+b.At.Main+"/"+sandboxtest.Tenant+`", resource="https://vault.azure.net"`; got != want {
		t.Errorf("the challenge is %s, want %s", got, want)
	}
}

func TestNoSecretIsLogged(t *testing.T) {
	b := start(t, nil)
	c := b.secrets(t)
	set(t, c, "s", "canary-in-a-secret")
	_ = value(t, c, "s", "")
	b.Health.Set(b.id, world.Standing{Read: world.Gone, Write: world.Gone})
	_, err := c.SetSecret(ctx(t), "s", azsecrets.SetSecretParameters{Value: to.Ptr("canary-in-a-secret")}, nil)
	if strings.Contains(b.log.String(), "canary") || strings.Contains(strings.SplitN(err.Error(), "RESPONSE", 2)[1], "canary") {
		t.Error("the secret is told")
	}
}

func TestForget(t *testing.T) {
	b := start(t, nil)
	c := b.secrets(t)
	set(t, c, "a", "v")
	set(t, c, "b", "v")
	_, err := c.DeleteSecret(ctx(t), "b", nil)
	want(t, "deleting", err, 0, "")
	b.Write(func(tx *state.Tx) error { return vault.Forget(tx, b.id) })
	_ = b.Store.Read(func(tx *state.Tx) error {
		for _, kind := range []string{"vault.version", "vault.deleted"} {
			for k := range tx.Records(kind, "") {
				t.Errorf("%s %q is left", kind, k)
			}
		}
		return nil
	})
}
