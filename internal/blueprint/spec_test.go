package blueprint_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/blueprint"
)

func TestASpecificationIsRefusedWhereItIsWrong(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"nothing", "# later\n", `w.yaml:1:1: the specification says nothing: give it a name and a region, as in "name: churn" and "region: westeurope"`},
		{"a misspelt key", "name: a1\nregoin: x\n", `w.yaml:2:1: a specification has no "regoin": did you mean "region"?`},
		{"a key twice", "name: a1\nname: b1\n", "w.yaml:2:1: mapping key \"name\" already defined at [1:1]: check the indentation and the quotes there"},
		{"a target that is none", "name: a1\nregion: westeurope\ntarget: prodution\n", `w.yaml:3:9: there is no target "prodution": did you mean "production"?`},
		{"a network that is none", "network: open\n", `w.yaml:1:10: there is no network "open": use one of public, private`},
		{"services", "services: [aks, spark, aks, cosmosdb]\n", `w.yaml:1:17: there is no service "spark": use one of aks, databricks, sql, postgresql, mysql, cosmos-db, data-lake, hdinsight
w.yaml:1:24: the service "aks" is there twice: keep one of them
w.yaml:1:29: there is no service "cosmosdb": did you mean "cosmos-db"?`},
		{"services that are no list", "services: aks\n", `w.yaml:1:11: services is a list: write it as "services: [aks, sql]"`},
		{"a key that is a word", "customerManagedKey: yes please\n", "w.yaml:1:21: customerManagedKey is true or false: write one of them, without quotes"},
		{"a list where a word is wanted", "name: [a]\n", "w.yaml:1:7: the name is no text: write a word there, or leave the line out"},
		{"no mapping", "- a\n", `w.yaml:1:1: a specification is a list of "key: value": write it so`},
		{"two documents", "name: a1\n---\nname: b1\n", "w.yaml:3:1: a second document begins here: keep one document in a file"},
		{"a tag that cannot be", "tags:\n  a/b: c\n  ok: d\n  OK: e\n", `w.yaml:2:3: "a/b" cannot be the name of a tag: use up to 128 characters without < > % & \ ? /
w.yaml:4:3: the tag "OK" is there twice: keep one of them`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := blueprint.ParseSpec("w.yaml", []byte(tt.src))
			if err == nil {
				t.Fatal("it is taken")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatAzureWouldRefuseIsRefused(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"no name, no region", "target: dev\n", `w.yaml: the specification has no region: add "region: westeurope" or another one with Azure Machine Learning
w.yaml: the specification has no name: add "name: churn"; the names of all resources derive from it`},
		{"an unknown region", "name: churn\nregion: westeruope\n", `w.yaml:2:9: there is no region "westeruope": did you mean "westeurope"?`},
		{"a region of nowhere", "name: churn\nregion: atlantis-on-sea\n", `w.yaml:2:9: there is no region "atlantis-on-sea": az account list-locations -o table lists those of your subscription`},
		{"a region without AML", "name: churn\nregion: Austria East\n", `w.yaml:2:9: Azure Machine Learning is not offered in Austria East (as of 2026-05-01): choose one by its quota and the law that applies to the data, such as australiaeast, brazilsouth, canadacentral`},
		{"a restricted one", "name: churn\nregion: switzerlandwest\n", `w.yaml:2:9: Switzerland West is restricted: a subscription has to be let in by Microsoft first: choose one of its geography, such as switzerlandnorth`},
		{"one without zones", "name: churn\nregion: westus\n", `w.yaml:2:9: West US has no availability zones, and the target production wants the loss of one survived: choose one of its geography, such as centralus, eastus, eastus2; the target dev asks for no zones`},
		{"critical in one region", "name: churn\nregion: westeurope\ntarget: critical\n", `w.yaml:3:9: the target critical wants the loss of a region survived, and there is one region only: Azure Machine Learning has no failover: add a second region; its pair is northeurope`},
		{"critical whose pair has no AML", "name: churn\nregion: swedencentral\ntarget: critical\n", `w.yaml:3:9: the target critical wants the loss of a region survived, and there is one region only: Azure Machine Learning has no failover: add a second region; the pair of Sweden Central, Sweden South, does not offer Azure Machine Learning: choose one by its quota and the law that applies to the data, such as australiaeast, brazilsouth, canadacentral`},
		{"critical without a pair", "name: churn\nregion: italynorth\ntarget: critical\n", `w.yaml:3:9: the target critical wants the loss of a region survived, and there is one region only: Azure Machine Learning has no failover: add a second region; Italy North has no pair: choose one by its quota and the law that applies to the data, such as australiaeast, brazilsouth, canadacentral`},
		{"critical whose pair has no zones", "name: churn\nregion: uksouth\ntarget: critical\n", `w.yaml:3:9: the target critical wants the loss of a region survived, and there is one region only: Azure Machine Learning has no failover: add a second region; the pair of UK South, UK West, has no availability zones: choose one by its quota and the law that applies to the data, such as australiaeast, brazilsouth, canadacentral`},
		{"twice the same region", "name: churn\nregion: westeurope\nsecondRegion: West Europe\n", `w.yaml:3:15: the second region is the first one: an outage of it would take both workspaces; its pair is northeurope`},
		{"a service that is not there", "name: churn\nregion: italynorth\nservices: [aks, databricks]\n", `w.yaml:3:17: Azure Databricks is not offered in Italy North (as of 2026-05-01): leave it out, or choose a region that has it, such as australiaeast, brazilsouth, canadacentral`},
		{"a name that can be mended", "name: Churn_Model 2\nregion: westeurope\n", `w.yaml:1:7: the name "Churn_Model 2" cannot be made part of Azure's names: use lower-case letters, digits and single hyphens, beginning with a letter and not ending with a hyphen, such as churn-model-2`},
		{"a name that cannot", "name: 7\nregion: westeurope\n", `w.yaml:1:7: the name "7" cannot be made part of Azure's names: use lower-case letters, digits and single hyphens, beginning with a letter and not ending with a hyphen`},
		{"one that is too long there", "name: customer-retention-scoring\nregion: westeurope\n", `w.yaml:1:7: the name "customer-retention-scoring" has 26 characters, with which names of resources in westeurope become too long: use up to 18`},
		{"half an administrator", "name: churn\nregion: westeurope\nadministrators: {name: ml-admins}\n", `w.yaml:3:17: the administrators of the databases need the name and the object id of an Entra group: az ad group show --group NAME --query id`},
		{"a subscription by name", "name: churn\nregion: westeurope\nsubscription: prod\n", `w.yaml:3:15: the subscription "prod" is no id: az account show --query id`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := blueprint.ParseSpec("w.yaml", []byte(tt.src))
			if err != nil {
				t.Fatal(err)
			}
			if err = s.Check(); err == nil {
				t.Fatal("it is taken")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRegionsMayBeWrittenAsPeopleWriteThem(t *testing.T) {
	s, err := blueprint.ParseSpec("w.yaml", []byte("name: churn\nregion: West Europe\nsecondRegion: North Europe\n"))
	if err == nil {
		err = s.Check()
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(s.Regions(), " "); got != "westeurope northeurope" {
		t.Errorf("regions %s", got)
	}
}
