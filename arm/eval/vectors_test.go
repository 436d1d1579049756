package eval_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/arm/eval"
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// sharedData finds a file of the shared test data, beside the repository or where HOLDFAST_SHARED says.
func sharedData(t testing.TB, name string) []byte {
	t.Helper()
	root := os.Getenv("HOLDFAST_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	b, err := os.ReadFile(filepath.Join(root, "data", name))
	if err != nil {
		t.Skipf("shared test data not found: %v (set HOLDFAST_SHARED to its folder)", err)
	}
	return b
}

// wrongVectors lists the vectors that are themselves wrong, by expression, with the reason.
var wrongVectors = map[string]string{}

// Every expression with a published result gives that result.
func TestVectors(t *testing.T) {
	doc, problems := jsonc.Parse("vectors", sharedData(t, "arm-function-vectors.json"))
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	for _, v := range value.FromNode(doc.Root()).Elems() {
		text := v.Get("expression").Str()
		if reason, ok := wrongVectors[text]; ok {
			t.Logf("left out %s: %s", text, reason)
			continue
		}
		t.Run(v.Get("group").Str()+"/"+text, func(t *testing.T) {
			got, err := single(v).Evaluate(text)
			if hint := v.Get("error"); !hint.IsAbsent() {
				if err == nil {
					t.Fatalf("gives %s, want an error: %s", got.AppendJSON(nil), hint.Str())
				}
				if got.Unknown() == nil || got.Unknown().Reason != value.Failed {
					t.Errorf("with its error, the value is %s", got.AppendJSON(nil))
				}
				return
			}
			if err != nil {
				t.Fatalf("error %v, want %s", err, v.Get("expected").AppendJSON(nil))
			}
			if !sameJSON(t, got, v.Get("expected")) {
				t.Errorf("gives %s, want %s", got.AppendJSON(nil), v.Get("expected").AppendJSON(nil))
			}
		})
	}
}

// single makes the surroundings that a vector describes.
func single(v value.Value) *eval.Single {
	c := v.Get("context")
	given := eval.Given{
		SubscriptionID: c.Get("subscriptionId"), ResourceGroup: c.Get("resourceGroup"), Location: c.Get("location"),
		TenantID: c.Get("tenantId"), Tags: c.Get("tags"), ManagementGroup: c.Get("managementGroup"), Deployer: c.Get("deployer"),
	}
	switch c.Get("scope").Str() {
	case "subscription":
		given.Scope = eval.SubscriptionScope
	case "managementGroup":
		given.Scope = eval.ManagementGroupScope
	case "tenant":
		given.Scope = eval.TenantScope
	}
	s := &eval.Single{
		Parameters: v.Get("parameters"), Variables: v.Get("variables"), Functions: v.Get("functions"),
		DeploymentObject: c.Get("deployment"), ExternalInputs: c.Get("externalInputs"),
		Config: eval.Config{Facts: eval.NewFacts(given), Zones: vectorZones},
	}
	var loops []value.Member
	for k, i := range c.Get("copyLoops").Members() {
		loops = append(loops, value.Member{Key: k, Value: i})
	}
	if i := c.Get("copyIndex"); !i.IsAbsent() {
		loops = append(loops, value.Member{Key: "", Value: i})
	}
	s.CopyLoops = value.Object(loops)
	if now, err := time.Parse(time.RFC3339, c.Get("utcNow").Str()); err == nil {
		s.Config.Now = now
	}
	s.InParameterDefault, _ = c.Get("inParameterDefault").AsBool()
	return s
}

// vectorZones is the piece of Azure's zone table that the vectors lean on.
func vectorZones(namespace, resourceType, location string) ([]string, bool) {
	if strings.EqualFold(namespace+"/"+resourceType, "Microsoft.Compute/virtualMachines") && location == "westus2" {
		return []string{"1", "2", "3"}, true
	}
	return nil, true
}

// sameJSON compares as JSON values: the order of members does not count, integers and floats differ.
func sameJSON(t *testing.T, a, b value.Value) bool {
	t.Helper()
	if a.Kind() != b.Kind() && !(a.IsNull() && b.IsNull()) {
		return false
	}
	var x, y any
	if err := json.Unmarshal(a.AppendJSON(nil), &x); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b.AppendJSON(nil), &y); err != nil {
		t.Fatal(err)
	}
	p, _ := json.Marshal(x)
	q, _ := json.Marshal(y)
	return string(p) == string(q)
}
