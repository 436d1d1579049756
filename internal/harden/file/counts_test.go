package file_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/harden"
	"github.com/holdfast-ml/holdfast/internal/source"
)

const countsHead = `# What hardening makes of the published quickstarts

Each of the templates in ` + "`data/quickstarts/`" + ` (the quickstart templates of Azure that Azure Machine Learning leans on) is
assessed and hardened by itself, with its parameter file, as it would be deployed to a resource group in East US 2: once
for the target production, once for critical. The figures are counts of failing findings by what becomes of them:

- mended: written into the file, and proven to be gone by expanding and assessing the file again
- recreation: only by making a resource anew, which is never written by itself
- decision: something that only the owner can say is missing
- cannot: nothing can be set; the catalog says why, and what to do instead
- by hand: the catalog has no remedy that could be carried out
- withdrawn: it was written, did not hold, and was taken back; why is said below
- follows: new, and either mended in the same run or mere advice (severity info) that is told; it is in no other column

Templates without a failing finding are left out. The table is measured, and held to what is measured, by
` + "`go test ./internal/harden/file -run Counts`" + `; with ` + "`-update`" + ` it is written anew.

`

var columns = []harden.Outcome{harden.Mended, harden.Recreate, harden.Decision, harden.Cannot, harden.ByHand, harden.Withdrawn}

// TestCounts holds the table in docs/ to what is measured.
func TestCounts(t *testing.T) {
	cat := defaults(t)
	names, files := published(t)
	var b strings.Builder
	b.WriteString(countsHead)
	var why []string
	for _, target := range []string{"production", "critical"} {
		fmt.Fprintf(&b, "## Target %s\n\n| template | mended | recreation | decision | cannot | by hand | withdrawn | follows |\n|---|--:|--:|--:|--:|--:|--:|--:|\n", target)
		total := make([]int, len(columns)+1)
		for k, name := range names {
			res := hardened(t, cat, source.Options{Template: here}, target, files[k])
			n, any := make([]int, len(columns)+1), false
			for _, i := range res.Plan.Items {
				any = true
				if i.Follows {
					n[len(columns)]++
					continue
				}
				for c, o := range columns {
					if i.Outcome == o {
						n[c]++
					}
				}
				if i.Outcome == harden.Withdrawn {
					why = append(why, fmt.Sprintf("- %s, %s, %s of %s: %s", name, target, i.Finding.Rule.ID, i.Finding.Resource.Name, i.Why))
				}
			}
			if any {
				row(&b, name, n)
			}
			for c := range n {
				total[c] += n[c]
			}
		}
		row(&b, "**all**", total)
		b.WriteByte('\n')
	}
	b.WriteString("## Withdrawn\n\n")
	if len(why) == 0 {
		why = []string{"None."}
	}
	b.WriteString(strings.Join(why, "\n") + "\n")
	golden(t, filepath.Join("..", "..", "..", "docs", "harden-quickstarts.md"), []byte(b.String()))
}

func row(b *strings.Builder, name string, n []int) {
	b.WriteString("| " + name + " |")
	for _, x := range n {
		fmt.Fprintf(b, " %d |", x)
	}
	b.WriteByte('\n')
}
