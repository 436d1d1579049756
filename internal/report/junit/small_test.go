package junit_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/report/junit"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

// What a test page is given, all of it, by what was assessed: only what fails and counts is a
// failure, and what is not known, seen or counted is never a success.
func TestReportsOfSmallResults(t *testing.T) {
	for _, tt := range []struct{ name, what, want string }{
		{"right", "nothing is wrong: the answer says so, and nothing is to be done", `
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="holdfast 1.0.0" tests="1" failures="0" errors="0" skipped="0">
  <testsuite name="Azure Storage" tests="1" failures="0" errors="0" skipped="0">
    <properties>
      <property name="workspaces" value="1"></property>
      <property name="resources" value="2"></property>
      <property name="outages" value="1"></property>
      <property name="target" value="production"></property>
      <property name="catalog" value="2026-05-04"></property>
    </properties>
    <testcase name="The default storage account does not survive a zone: st" classname="default-storage-zone" file="main.json" line="48"></testcase>
  </testsuite>
</testsuites>
`},
		{"unknown", "what cannot be known is no gap, and not right either: the check is open, with what would tell", `
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="holdfast 1.0.0" tests="1" failures="0" errors="0" skipped="1">
  <testsuite name="Azure Storage" tests="1" failures="0" errors="0" skipped="1">
    <properties>
      <property name="workspaces" value="1"></property>
      <property name="resources" value="2"></property>
      <property name="outages" value="1"></property>
      <property name="target" value="production"></property>
      <property name="catalog" value="2026-05-04"></property>
    </properties>
    <testcase name="The default storage account does not survive a zone: st" classname="default-storage-zone" file="main.json" line="48">
      <skipped message="not known: sku.name of st: [parameters(&#39;sku&#39;)]"></skipped>
    </testcase>
  </testsuite>
</testsuites>
`},
		{"accepted", "an accepted gap does not count, a known one neither; one whose exception is over does again", `
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="holdfast 1.0.0" tests="3" failures="1" errors="0" skipped="2">
  <testsuite name="Azure Storage" tests="3" failures="1" errors="0" skipped="2">
    <properties>
      <property name="workspaces" value="3"></property>
      <property name="resources" value="6"></property>
      <property name="outages" value="1"></property>
      <property name="target" value="production"></property>
      <property name="catalog" value="2026-05-04"></property>
    </properties>
    <testcase name="The default storage account does not survive a zone: stb" classname="default-storage-zone" file="main.json" line="96">
      <failure type="high" message="The data of stb stand in one zone."><![CDATA[
zone 1 of westeurope fails: train is lost until it is back; data lost: at worst all of it
resource: /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.Storage/storageAccounts/stb
  at main.json:96:5
its exception expired on 2026-10-31: soon rebuilt
remedy: Convert the account to zone redundancy (ZRS).
rule: default-storage-zone
]]></failure>
    </testcase>
    <testcase name="The default storage account does not survive a zone: stc" classname="default-storage-zone" file="main.json" line="144">
      <skipped message="it stands in the baseline"></skipped>
    </testcase>
    <testcase name="The default storage account does not survive a zone: sta" classname="default-storage-zone" file="main.json" line="48">
      <skipped message="accepted: a sandbox, until 2026-12-31"></skipped>
    </testcase>
  </testsuite>
</testsuites>
`},
		{"unseen", "what is not there to be read makes the answer uncertain, however right the rest is", `
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="holdfast 1.0.0" tests="3" failures="0" errors="0" skipped="2">
  <testsuite name="Azure Storage" tests="1" failures="0" errors="0" skipped="0">
    <properties>
      <property name="workspaces" value="1"></property>
      <property name="resources" value="2"></property>
      <property name="outages" value="1"></property>
      <property name="target" value="production"></property>
      <property name="catalog" value="2026-05-04"></property>
    </properties>
    <testcase name="The default storage account does not survive a zone: st" classname="default-storage-zone" file="main.json" line="48"></testcase>
  </testsuite>
  <testsuite name="what was not seen" tests="2" failures="0" errors="0" skipped="2">
    <testcase name="network.json" classname="coverage" file="main.json" line="9">
      <skipped message="not seen: the file is not there"></skipped>
    </testcase>
    <testcase name="the region of mlw" classname="coverage">
      <skipped message="not seen: no permission"></skipped>
    </testcase>
  </testsuite>
</testsuites>
`},
		{"unused", "without a workspace nothing can be said about outages; the checks are made all the same", `
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="holdfast 1.0.0" tests="1" failures="1" errors="0" skipped="0">
  <testsuite name="Azure Storage" tests="1" failures="1" errors="0" skipped="0">
    <properties>
      <property name="workspaces" value="0"></property>
      <property name="resources" value="2"></property>
      <property name="outages" value="0"></property>
      <property name="target" value="production"></property>
      <property name="catalog" value="2026-05-04"></property>
    </properties>
    <testcase name="The default storage account does not survive a zone: st" classname="default-storage-zone" file="main.json" line="24">
      <failure type="medium" message="The data of st stand in one zone."><![CDATA[
resource: /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.Storage/storageAccounts/st
  at main.json:24:5
remedy: Convert the account to zone redundancy (ZRS).
rule: default-storage-zone
]]></failure>
    </testcase>
  </testsuite>
</testsuites>
`},
		{"anywhere", "a region and names that are only known at deployment have words", `
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="holdfast 1.0.0" tests="1" failures="1" errors="0" skipped="0">
  <testsuite name="Azure Storage" tests="1" failures="1" errors="0" skipped="0">
    <properties>
      <property name="workspaces" value="1"></property>
      <property name="resources" value="2"></property>
      <property name="outages" value="1"></property>
      <property name="target" value="production"></property>
      <property name="catalog" value="2026-05-04"></property>
    </properties>
    <testcase name="The default storage account does not survive a zone: {uniqueString(resourceGroup().id)}" classname="default-storage-zone" file="main.json" line="48">
      <failure type="critical" message="The data of {uniqueString(resourceGroup().id)} stand in one zone."><![CDATA[
zone 1 of its group's region fails: train is lost until it is back; data lost: at worst all of it
resource: /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.Storage/storageAccounts/{uniqueString(resourceGroup().id)}
  at main.json:48:5
remedy: Convert the account to zone redundancy (ZRS).
rule: default-storage-zone
]]></failure>
    </testcase>
  </testsuite>
</testsuites>
`},
		{"four", "more workspaces than fit are counted, and the worst off named", `
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="holdfast 1.0.0" tests="4" failures="1" errors="0" skipped="0">
  <testsuite name="Azure Storage" tests="4" failures="1" errors="0" skipped="0">
    <properties>
      <property name="workspaces" value="4"></property>
      <property name="resources" value="8"></property>
      <property name="outages" value="2"></property>
      <property name="target" value="production"></property>
      <property name="catalog" value="2026-05-04"></property>
    </properties>
    <testcase name="The default storage account does not survive a zone: std" classname="default-storage-zone" file="main.json" line="192">
      <failure type="critical" message="The data of std stand in one zone."><![CDATA[
zone 1 of westeurope fails: train is lost until it is back; data lost: at worst all of it
resource: /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-ml/providers/Microsoft.Storage/storageAccounts/std
  at main.json:192:5
remedy: Convert the account to zone redundancy (ZRS).
rule: default-storage-zone
]]></failure>
    </testcase>
    <testcase name="The default storage account does not survive a zone: sta" classname="default-storage-zone" file="main.json" line="48"></testcase>
    <testcase name="The default storage account does not survive a zone: stb" classname="default-storage-zone" file="main.json" line="96"></testcase>
    <testcase name="The default storage account does not survive a zone: stc" classname="default-storage-zone" file="main.json" line="144"></testcase>
  </testsuite>
</testsuites>
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := junit.Write(&b, reporttest.Small(t, tt.name), reporttest.SmallOptions()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(strings.TrimPrefix(tt.want, "\n"), "\n"), strings.Split(b.String(), "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.what, diff)
			}
		})
	}
}
