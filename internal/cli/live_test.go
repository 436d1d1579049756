package cli

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox"
	"github.com/holdfast-ml/holdfast/internal/sandbox/failure"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

const (
	liveSubscription = "aaaaaaaa-0000-4000-8000-000000000001"
	liveGroup        = "/subscriptions/" + liveSubscription + "/resourceGroups/rg-ml"
	planted          = "c4n4ryPl4nt3d"
)

// simulated is a sandbox that holds the example, and a session that knows it.
func simulated(t *testing.T) (*sandbox.Sandbox, session) {
	t.Helper()
	s, err := sandbox.Start(context.Background(), sandbox.Options{NoThrottling: true, Chance: 3})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	dir := t.TempDir()
	seed := session{dir: dir}
	if got := seed.run(t, "inventory", workspace(t), "--subscription", liveSubscription, "--resource-group", "rg-ml", "--location", "westeurope", "-o", "seed.json"); got.code != ExitFine {
		t.Fatalf("the seed: %d %s", got.code, got.err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "seed.json"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Seed("seed.json", text); err != nil {
		t.Fatal(err)
	}
	if err := s.Connection.Write(filepath.Join(dir, "cache", "holdfast", "sandbox.json")); err != nil {
		t.Fatal(err)
	}
	return s, session{dir: dir, env: map[string]string{"XDG_CACHE_HOME": filepath.Join(dir, "cache"), "HOLDFAST_CLOUD": "sandbox"}}
}

// TestLiveSourcesAnswerAsTheirSnapshot asks every command of the sandbox and of
// the inventory that was made of it.
func TestLiveSourcesAnswerAsTheirSnapshot(t *testing.T) {
	_, s := simulated(t)
	got := s.run(t, "inventory", liveGroup, "-o", "estate.json")
	if got.code != ExitFine || got.out != "" || !strings.Contains(got.err, "wrote estate.json (json)") {
		t.Fatalf("inventory: %+v", got)
	}
	if !strings.Contains(got.err, "read 24 resources with 18 requests (15 reads, 3 Resource Graph queries") {
		t.Errorf("the number of requests is not told: %s", got.err)
	}
	ws := liveGroup + "/providers/Microsoft.MachineLearningServices/workspaces/demand-ml"
	for _, command := range [][]string{{"assess"}, {"outage", "--region", "westeurope"}, {"outage", "--region", "westeurope", "--zone", "1"}, {"availability", "--draws", "5"}} {
		file := s.run(t, append(append([]string{}, command...), "estate.json", "-o", "json")...)
		for _, source := range []string{ws, liveGroup, "/subscriptions/" + liveSubscription, "azure"} {
			live := s.run(t, append(append([]string{}, command...), source, "-o", "json")...)
			if live.code != file.code {
				t.Errorf("%v %s ends with %d, the file with %d: %s%s", command, source, live.code, file.code, live.err, file.err)
				continue
			}
			if command[0] != "assess" {
				continue
			}
			a, b := verdicts(t, live.out), verdicts(t, file.out)
			if a != b || !strings.Contains(a, "fail") {
				t.Errorf("%s gives other findings than the file:\n%s\n\n%s", source, a, b)
			}
		}
	}
	text := s.run(t, "inventory", "azure")
	for _, want := range []string{"24 resources, ", "1 workspace", "azure (azure): 24 resources, read with 18 requests", "Microsoft.Storage/storageAccounts ", "westeurope"} {
		if !strings.Contains(text.out, want) {
			t.Errorf("the summary lacks %q:\n%s", want, text.out)
		}
	}
}

// verdicts are the findings of a JSON report in short.
func verdicts(t *testing.T, text string) string {
	t.Helper()
	var doc struct {
		Findings []struct {
			Rule, Status, Severity, Fingerprint, Message string
		}
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("%v: %.300s", err, text)
	}
	var b strings.Builder
	for _, f := range doc.Findings {
		b.WriteString(strings.Join([]string{f.Rule, f.Status, f.Severity, f.Fingerprint, f.Message}, " ") + "\n")
	}
	return b.String()
}

// TestLiveErrorsHaveTheirCodes wants what cannot be read to end with the code of
// its reason, and to say what to do.
func TestLiveErrorsHaveTheirCodes(t *testing.T) {
	_, s := simulated(t)
	closed := session{dir: s.dir, env: map[string]string{"XDG_CACHE_HOME": filepath.Join(s.dir, "nowhere")}}
	for _, tc := range []struct {
		s    session
		args []string
		code int
		part string
	}{
		{s, []string{"assess", "/subscriptions/" + liveSubscription + "/resourceGroups/none"}, ExitAzure, "ResourceGroupNotFound"},
		{s, []string{"assess", liveGroup + "/providers/Microsoft.MachineLearningServices/workspaces/none"}, ExitAzure, "ResourceNotFound"},
		{s, []string{"assess", liveGroup + "/providers/Microsoft.Storage/storageAccounts/x"}, ExitUsage, "give the id of a workspace"},
		{s, []string{"assess", "azure", "estate.json"}, ExitUsage, "is a file and the other SOURCE is in Azure"},
		{s, []string{"assess", "azure", "-p", "x=1"}, ExitUsage, "--parameters are for templates"},
		{s, []string{"assess", "azure", "--arm-endpoint", "https://127.0.0.1:1"}, ExitUsage, "knows its own address"},
		{closed, []string{"assess", "azure", "--cloud", "sandbox"}, ExitUsage, "holdfast sandbox"},
		{closed, []string{"assess", "azure", "--cloud", "mars"}, ExitUsage, "mars"},
		{closed, []string{"inventory", "azure", "--arm-endpoint", "https://127.0.0.1:1", "--ca-file", "none.pem"}, ExitUsage, "none.pem"},
	} {
		got := tc.s.run(t, tc.args...)
		if got.code != tc.code || !strings.Contains(got.err, tc.part) {
			t.Errorf("%v ends with %d: %s", tc.args, got.code, got.err)
		}
	}
}

// inject makes requests to a path go wrong.
func inject(t *testing.T, box *sandbox.Sandbox, f failure.Fault) {
	t.Helper()
	if err := box.World.Store.Write(func(tx *state.Tx) error {
		_, err := box.Board.Inject(tx, f)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// TestAPartialReadingEndsWithFour refuses one list, and wants every command to
// say so and to end with the code for results that are not whole.
func TestAPartialReadingEndsWithFour(t *testing.T) {
	box, s := simulated(t)
	inject(t, box, failure.Fault{Kind: "error", Status: 403, Path: "/dataExports"})
	for _, args := range [][]string{
		{"assess", "azure", "--fail-on", "none"}, {"inventory", "azure", "-o", "part.json"}, {"outage", "azure", "--region", "westeurope"}, {"availability", "azure", "--draws", "5"},
		{"assess", "part.json", "--fail-on", "none"},
	} {
		got := s.run(t, args...)
		if got.code != ExitNotWhole || !strings.Contains(got.out+got.err, "dataExports") || !strings.Contains(got.out+got.err, "not whole") {
			t.Errorf("%v ends with %d:\n%s\n%s", args, got.code, got.out, got.err)
		}
	}
}

// TestAnInterruptEndsAReading cancels a reading that hangs.
func TestAnInterruptEndsAReading(t *testing.T) {
	box, s := simulated(t)
	inject(t, box, failure.Fault{Kind: "hang", Delay: failure.Duration(5 * time.Second), Path: "/computes"})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.ctx = ctx
	time.AfterFunc(300*time.Millisecond, cancel)
	if got := s.run(t, "assess", "azure"); got.code != ExitCancelled || got.out != "" {
		t.Errorf("%+v", got)
	}
}

// TestNoSecretLeavesALiveReading plants secrets in every place of a resource that
// can hold one, and looks for them, for the sandbox's own and for the login in
// everything that is produced.
func TestNoSecretLeavesALiveReading(t *testing.T) {
	box, s := simulated(t)
	sub := liveGroup + "/providers/"
	ws := sub + "Microsoft.MachineLearningServices/workspaces/demand-ml"
	if _, err := box.Seed("plants.json", []byte(strings.ReplaceAll(`[
 {"id":"`+ws+`/datastores/planted","type":"Microsoft.MachineLearningServices/workspaces/datastores","name":"planted","properties":{"datastoreType":"AzureBlob","accountName":"demandst7f3k","containerName":"c",
   "description":"see https://demandst7f3k.blob.core.windows.net/c?sv=2024-01-01&sig=PLANT","tags":{"connection":"DefaultEndpointsProtocol=https;AccountName=x;AccountKey=PLANT"},
   "credentials":{"credentialsType":"AccountKey","secrets":{"secretsType":"AccountKey","key":"PLANT"}}}},
 {"id":"`+ws+`/connections/planted","type":"Microsoft.MachineLearningServices/workspaces/connections","name":"planted","properties":{"category":"AzureSqlDb","target":"https://x.blob.core.windows.net/c?sv=1&sig=PLANT","authType":"ApiKey",
   "credentials":{"key":"PLANT","clientSecret":"PLANT"},"metadata":{"apiKey":"PLANT","password":"PLANT"}}},
 {"id":"`+sub+`Microsoft.Sql/servers/demand-sql-7f3k","type":"Microsoft.Sql/servers","name":"demand-sql-7f3k","location":"westeurope","tags":{"note":"Password=PLANT"},"properties":{"administratorLogin":"me","administratorLoginPassword":"PLANT"}},
 {"id":"`+sub+`Microsoft.KeyVault/vaults/demand-kv-7f3k/secrets/planted","type":"Microsoft.KeyVault/vaults/secrets","name":"planted","properties":{"value":"PLANT"}},
 {"id":"`+ws+`/computes/planted","type":"Microsoft.MachineLearningServices/workspaces/computes","name":"planted","location":"westeurope","properties":{"computeType":"VirtualMachine","properties":{"address":"10.0.0.1","administratorAccount":{"username":"u","password":"PLANT","privateKeyData":"-----BEGIN RSA PRIVATE KEY-----PLANT-----END RSA PRIVATE KEY-----"}}}}
]`, "PLANT", planted))); err != nil {
		t.Fatal(err)
	}
	secrets := append(own(t, box), planted, box.Connection.ClientSecret, box.Connection.AdminToken)
	produced := map[string]string{}
	for _, args := range [][]string{
		{"inventory", "azure", "--debug", "-o", "estate.json"}, {"inventory", "azure", "-o", "json"}, {"inventory", "azure"},
		{"assess", "azure", "--debug", "-v", "-o", "text", "-o", "json=r.json", "-o", "html=r.html", "-o", "sarif=r.sarif", "-o", "junit=r.xml", "-o", "markdown=r.md"},
		{"outage", "azure", "-v"}, {"outage", "azure", "-o", "json"}, {"availability", "azure", "--draws", "5"}, {"assess", "estate.json", "-v"},
		{"assess", "/subscriptions/" + liveSubscription + "/resourceGroups/none", "--debug"},
	} {
		got := s.run(t, args...)
		if got.code == ExitCancelled || got.out+got.err == "" {
			t.Errorf("%v: %d", args, got.code)
		}
		produced[strings.Join(args, " ")] = got.out + got.err
	}
	if !strings.Contains(produced["inventory azure --debug -o estate.json"], "/computes") {
		t.Error("--debug logs no request")
	}
	for _, name := range []string{"estate.json", "r.json", "r.html", "r.sarif", "r.xml", "r.md"} {
		text, err := os.ReadFile(filepath.Join(s.dir, name))
		if err != nil {
			t.Error(err)
		}
		produced[name] = string(text)
	}
	for where, text := range produced {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				i := strings.Index(text, secret)
				t.Errorf("%s holds a secret: ...%s", where, text[max(0, i-80):i])
			}
		}
		if strings.Contains(text, "eyJ") {
			t.Errorf("%s holds a token", where)
		}
	}
}

// own are the secrets of the sandbox's resources.
func own(t *testing.T, box *sandbox.Sandbox) []string {
	t.Helper()
	var out []string
	var collect func(any)
	collect = func(x any) {
		switch x := x.(type) {
		case string:
			if len(x) >= 16 && !strings.HasPrefix(x, "http") && !strings.HasPrefix(x, "/") {
				out = append(out, x)
			}
		case map[string]any:
			for _, v := range x {
				collect(v)
			}
		case []any:
			for _, v := range x {
				collect(v)
			}
		}
	}
	if err := box.World.Store.Read(func(tx *state.Tx) error {
		for r := range tx.Below("") {
			var secret any
			if len(r.Secret) > 0 && json.Unmarshal(r.Secret, &secret) == nil {
				collect(secret)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(out) < 4 {
		t.Fatalf("the sandbox has only %d secrets", len(out))
	}
	return out
}
