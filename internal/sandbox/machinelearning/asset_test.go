package machinelearning

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

const (
	modelBody = `{"properties":{"modelUri":"azureml://datastores/workspaceblobstore/paths/m/1","tags":{"stage":"prod"}}}`
	envBody   = `{"properties":{"image":"mcr.microsoft.com/azureml/x:1"}}`
	dataBody  = `{"properties":{"dataType":"uri_folder","dataUri":"azureml://datastores/workspaceblobstore/paths/d/"}}`
)

// versionBodies are a body for a version of each kind.
var versionBodies = map[string]string{
	"codes":                `{"properties":{"codeUri":"https://stone.blob.core.windows.net/c/p","properties":{"hash_sha256":"abc"}}}`,
	"components":           `{"properties":{"componentSpec":{"name":"c","version":"1","type":"command","command":"python x.py"}}}`,
	"data":                 dataBody,
	"environments":         envBody,
	"models":               modelBody,
	"featuresets":          `{"properties":{"specification":{"path":"azureml://datastores/workspaceblobstore/paths/f"},"entities":["azureml:e:1"]}}`,
	"featurestoreEntities": `{"properties":{"indexColumns":[{"columnName":"id","dataType":"String"}]}}`,
}

func TestTheFirstVersionMakesTheContainer(t *testing.T) {
	b := workspace(t)
	for _, kind := range workspaceAssets {
		a := b.must("PUT", ws+"/"+kind+"/thing/versions/1", versionBodies[kind])
		if a.status != 201 || a.header.Get("Azure-AsyncOperation") != "" || a.text("name") != "1" || a.text("systemData.createdAt") == "" {
			t.Errorf("%s: %v", kind, a)
		}
		b.later(time.Second)
		b.must("PUT", ws+"/"+kind+"/thing/versions/4", versionBodies[kind])
		c := b.must("GET", ws+"/"+kind+"/thing", "")
		if c.text("properties.latestVersion") != "4" || c.text("properties.nextVersion") != "5" {
			t.Errorf("the container of %s is %v", kind, c)
		}
		if again := b.must("PUT", ws+"/"+kind+"/thing/versions/1", versionBodies[kind]); again.status != 200 {
			t.Errorf("%s again: %v", kind, again)
		}
	}
	if c := b.must("GET", ws+"/data/thing", ""); c.text("properties.dataType") != "uri_folder" {
		t.Errorf("the data asset is %v", c)
	}
}

func TestPathsOfAssetsNeverChange(t *testing.T) {
	b := workspace(t)
	for kind, change := range map[string][2]string{"models": {"m/1", "m/2"}, "data": {"paths/d/", "paths/e/"}, "codes": {"c/p", "c/q"}} {
		b.must("PUT", ws+"/"+kind+"/a/versions/1", versionBodies[kind])
		b.refused("PUT", ws+"/"+kind+"/a/versions/1", strings.Replace(versionBodies[kind], change[0], change[1], 1), 400, "(UserError) Asset paths cannot be updated.")
	}
	b.must("PUT", ws+"/environments/e/versions/1", envBody)
	b.refused("PUT", ws+"/environments/e/versions/1", strings.Replace(envBody, "x:1", "x:2", 1), 400, "cannot be changed")
	b.must("PUT", ws+"/environments/e/versions/1", strings.Replace(envBody, `"image"`, `"description":"new","image"`, 1))
	b.refused("PUT", ws+"/environments/none/versions/1", `{"properties":{}}`, 400, "needs 'image' or 'build'")
}

func TestTheTypeOfADataAssetIsFixedAndItStays(t *testing.T) {
	b := workspace(t)
	b.must("PUT", ws+"/data/d/versions/1", dataBody)
	b.refused("PUT", ws+"/data/d/versions/2", strings.Replace(dataBody, "uri_folder", "uri_file", 1), 400, "cannot be of the type")
	b.refused("DELETE", ws+"/data/d/versions/1", "", 400, "cannot be deleted")
	b.refused("PUT", ws+"/data/e/versions/1", strings.Replace(dataBody, "workspaceblobstore", "nowhere", 1), 400, "was not found")
	b.must("PUT", ws+"/models/m/versions/1", modelBody)
	b.must("DELETE", ws+"/models/m/versions/1", "")
}

func TestListsShowWhatIsNotArchived(t *testing.T) {
	b := workspace(t)
	for i := 1; i <= 3; i++ {
		b.must("PUT", fmt.Sprintf("%s/models/m/versions/%d", ws, i), modelBody)
		b.later(time.Minute)
	}
	b.must("PUT", ws+"/models/m/versions/2", strings.Replace(modelBody, `"tags":{"stage":"prod"}`, `"isArchived":true,"tags":{"stage":"old"}`, 1))
	for query, want := range map[string][]string{
		"":                                {"3", "1"},
		"listViewType=All":                {"3", "2", "1"},
		"listViewType=ArchivedOnly":       {"2"},
		"$orderBy=createdtime%20asc":      {"1", "3"},
		"tags=stage=prod":                 {"3", "1"},
		"tags=stage=old&listViewType=All": {"2"},
		"version=3":                       {"3"},
		"$top=1":                          {"3", "1"},
	} {
		if got := b.names(ws + "/models/m/versions?" + query); !slices.Equal(got, want) {
			t.Errorf("?%s gives %v, want %v", query, got, want)
		}
	}
	if got := object.List(b.must("GET", ws+"/models/m/versions?$top=1", "").body, "value"); len(got) != 1 {
		t.Errorf("a page of one has %d", len(got))
	}
	b.must("PUT", ws+"/models/m", `{"properties":{"isArchived":true}}`)
	if got := b.names(ws + "/models"); len(got) != 0 {
		t.Errorf("archived containers are listed: %v", got)
	}
	if a := b.must("PUT", ws+"/models/m/versions/9", modelBody); !object.Bool(a.body, "properties.isArchived") {
		t.Errorf("a version in an archived container is %v", a)
	}
	b.must("PUT", ws+"/codes/c/versions/1", versionBodies["codes"])
	if got := b.names(ws + "/codes/c/versions?hash=abc&hashVersion=1"); !slices.Equal(got, []string{"1"}) {
		t.Errorf("by its hash the code is %v", got)
	}
}

func TestNamesThatDifferInCaseOnlyAreRefused(t *testing.T) {
	b := workspace(t)
	b.must("PUT", ws+"/models/m/versions/one", modelBody)
	b.refused("PUT", ws+"/models/m/versions/ONE", modelBody, 409, "case only")
}

func TestUploadsHaveAPlaceOfTheirOwn(t *testing.T) {
	b := workspace(t)
	a := b.must("POST", ws+"/codes/c/versions/1/startPendingUpload", `{"pendingUploadType":"TemporaryBlobReference"}`)
	uri := a.text("blobReferenceForConsumption.blobUri")
	if !strings.HasPrefix(uri, b.w.At.Blob+"/stone/") || a.text("blobReferenceForConsumption.storageAccountArmId") != stID {
		t.Errorf("it is %v", a)
	}
	sas := a.text("blobReferenceForConsumption.credential.sasUri")
	if !strings.HasPrefix(sas, uri+"?") || !strings.Contains(sas, "sig=") || !strings.Contains(sas, "sr=c") {
		t.Errorf("the address to write to is %s", sas)
	}
	b.must("GET", stID+"/blobServices/default/containers/"+last(uri)+"?api-version=2023-05-01", "")
	b.refused("POST", ws+"/codes/c/versions/1/startPendingUpload", `{"pendingUploadType":"Pigeon"}`, 400, "not supported")
	b.sick.set(stID, world.Whole, world.Gone)
	b.refused("POST", ws+"/codes/c/versions/1/startPendingUpload", `{}`, 503, "cannot be written to")
}
