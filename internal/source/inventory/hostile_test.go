package inventory

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
)

// hostile are texts that a careless reader would take long or much memory for.
// Each is about a megabyte.
var hostile = map[string]string{
	"arrays within arrays":        strings.Repeat("[", 400) + strings.Repeat("]", 400),
	"pages within pages":          strings.Repeat(`{"value":[`, 200) + strings.Repeat("]}", 200),
	"empty pages, all unfinished": "[" + strings.Repeat(`{"value":[],"nextLink":"x"},`, 40_000) + "1]",
	"numbers":                     "[" + strings.Repeat("1,", 500_000) + "1]",
	"objects that are nothing":    `[{"id":"/subscriptions/s/providers/A.B/c/1"},` + strings.Repeat(`{},`, 300_000) + "{}]",
	"the same id again and again": "[" + strings.Repeat(`{"id":"/subscriptions/s/providers/A.B/c/1"},`, 20_000) + `{"id":"/subscriptions/s/providers/A.B/c/1"}]`,
	"an id of a megabyte":         `[{"id":"/subscriptions/s/providers/A.B` + strings.Repeat("/c/1", 250_000) + `"}]`,
	"braces in an id":             `[{"id":"/subscriptions/s/providers/A.B/c/` + strings.Repeat("{", 500_000) + strings.Repeat("}", 500_000) + `"}]`,
	"one line of many resources":  "[" + many(5000, ",") + "]",
	"columns without rows":        `{"data":{"columns":[` + strings.Repeat(`{"name":"id"},`, 60_000) + `{"name":"x"}],"rows":[[1],[2]]}}`,
	"rows without columns":        `{"data":{"columns":[],"rows":[` + strings.Repeat(`["a"],`, 150_000) + `[]]}}`,
	"marks within marks":          `{"resources":[{"id":"/subscriptions/s/providers/A.B/c/1","properties":` + strings.Repeat(`{"$unknown":"[f()]","$choice":{"if":"[c()]","then":`, 100) + "1" + strings.Repeat("}}", 100) + `}]}`,
	"relations to nobody":         `{"estate":{"resources":[],"relations":[` + strings.Repeat(`{"from":"a"},`, 80_000) + `{}]}}`,
	"many workspaces":             "[" + workspaces(8000) + "]",
}

func many(n int, between string) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(between)
		}
		fmt.Fprintf(&b, `{"id":"/subscriptions/s/resourceGroups/g/providers/A.B/c/n%d","properties":{"text":"%s"}}`, i, strings.Repeat("é", 60))
	}
	return b.String()
}

func workspaces(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w%d","properties":{}}`, i)
	}
	return b.String()
}

func TestHostileInventoriesEndQuickly(t *testing.T) {
	for what, text := range hostile {
		t.Run(what, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			doc, _ := jsonc.Parse("f", []byte(text))
			Recognise(doc.Root())
			res := Read(doc)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if took > 30*time.Second { // far more than it takes, also on a busy machine
				t.Errorf("%d bytes took %v", len(text), took)
			}
			if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; mib > 200 {
				t.Errorf("%d bytes took %d MiB", len(text), mib)
			}
			if n := len(res.NotSeen); n > maxUnseen+3 {
				t.Errorf("%d things are told", n)
			}
		})
	}
}

func TestWorkspacesWithoutPartsAreToldTogether(t *testing.T) {
	res := Read(parse(t, "["+workspaces(5)+"]"))
	if len(res.NotSeen) != 1 || res.NotSeen[0].What != "computes and datastores of 5 workspaces (w0, w1, w2, ...)" {
		t.Errorf("%+v", res.NotSeen)
	}
}

func TestUnfinishedPagesAreEachTold(t *testing.T) {
	res := Read(parse(t, `[{"value":[`+many(1, "")+`],"nextLink":"a"},{"value":[],"$skipToken":"b"},{"value":[],"skipToken":""},{"data":[],"totalRecords":3},{"data":[],"resultTruncated":true}]`))
	var what []string
	for _, n := range res.NotSeen {
		what = append(what, n.Origin.Pointer)
	}
	if got := strings.Join(what, " "); got != "/0/nextLink /1/$skipToken /3/totalRecords /4/resultTruncated" {
		t.Errorf("told at %s", got)
	}
}
