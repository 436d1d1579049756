package text_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
	"github.com/holdfast-ml/holdfast/internal/report/text"
)

// On the narrowest terminal nothing is lost: what does not fit goes on below.
func TestNarrowestReportsOfSmallResults(t *testing.T) {
	for _, tt := range []struct{ name, what, want string }{
		{"unknown", "what cannot be known is no gap, and not right either: the check is open, with what would tell", `
holdfast 1.0.0 · target production · facts of 2026-05-04

? Whether mlw meets target production is not certain: no gap
  was found, but 1 check is open.
  Target: every capability survives the loss of a zone
  1 workspace · 2 resources · 1 relation · 1 outage tried ·
  from main.json

What is lost when ───────────────────────── mlw · westeurope

              author train  score  score  regist…monitor
                            online batch
 westeurope
  zone 1      ✓holds ?unkno…✓holds ✓holds ✓holds ✓ holds
                     ✓ to ✗
    unknown: st · data lost: at worst all of it
    not known: sku.name of st: [parameters('sku')]

 ! = more than the target allows · below it: time to recover
 (outage: until it ends; rebuild: until rebuilt by hand; ?:
 nobody documents it)

Who must keep it up ────────────────────────────────────────

                                 HA by
 service          resource       default  to do
 Microsoft
  ✓ AML           mlw            no       nothing
 You
  ? Azure Storage st             no       1 open

Not known yet ────────────────────────────────────── 1 check

 ? The default storage account does not survive a zone — st
     not known: sku.name of st: [parameters('sku')]

What was seen, and what was not ────────────────────────────

 ✓ 2 resources read.
   main.json (template, 2 resources)

────────────────────────────────────────────────────────────
? 0 findings fail, 1 unknown, 0 pass, 0 not applicable.
`},
		{"accepted", "an accepted gap does not count, a known one neither; one whose exception is over does again", `
holdfast 1.0.0 · target production · facts of 2026-05-04

✗ 2 of 3 workspaces miss target production: outages that it
  must survive take away train.
  Target: every capability survives the loss of a zone
  3 workspaces · 6 resources · 3 relations · 1 outage tried
  · from main.json

What is lost when ─────────────────────── mlw-a · westeurope

              author train  score  score  regist…monitor
                            online batch
 westeurope
  zone 1      ✓holds ✗ lost ✓holds ✓holds ✓holds ✓ holds
                     outage
    down: sta · data lost: at worst all of it

What is lost when ─────────────────────── mlw-b · westeurope

              author train  score  score  regist…monitor
                            online batch
 westeurope
  zone 1      ✓holds ✗lost! ✓holds ✓holds ✓holds ✓ holds
                     outage
    down: stb · data lost: at worst all of it

What is lost when ─────────────────────── mlw-c · westeurope

              author train  score  score  regist…monitor
                            online batch
 westeurope
  zone 1      ✓holds ✗lost! ✓holds ✓holds ✓holds ✓ holds
                     outage
    down: stc · data lost: at worst all of it

 ! = more than the target allows · below it: time to recover
 (outage: until it ends; rebuild: until rebuilt by hand; ?:
 nobody documents it)

Who must keep it up ────────────────────────────────────────

                                 HA by
 service          resource       default  to do
 Microsoft
  ✓ AML           3 resources    no       nothing
 You
  ✗ Azure Storage 3 resources    no       1 to mend

Do first ───────────────────────────────────────── 1 finding

 1 ✗ HIGH  The default storage account does not survive a
   zone
   The data of stb stand in one zone.
   ✗ zone 1 of westeurope fails: train is lost until it is
     back; data lost: at worst all of it
     stb                   main.json:96:5
   Its exception expired on 2026-10-31 (soon rebuilt): renew
   it or mend this.
   → Convert the account to zone redundancy (ZRS)
     (conversion, up to 72 hours until it starts).
     holdfast explain default-storage-zone

Accepted ──────────────────────────────────────── 2 findings

 – The default storage account does not survive a zone — sta
   : a sandbox, until 2026-12-31, ml
 – 1 finding stands in the baseline and does not count.
 ! 1 exception has expired; what it excused counts again.

What was seen, and what was not ────────────────────────────

 ✓ 6 resources read.
   main.json (template, 6 resources)

────────────────────────────────────────────────────────────
✗ 1 finding fails (1 high), 0 unknown, 0 pass, 0 not
  applicable, 1 accepted, 1 in the baseline.
`},
		{"anywhere", "a region and names that are only known at deployment have words", `
holdfast 1.0.0 · target production · facts of 2026-05-04

✗ {format(…)} misses target production: outages that it must
  survive take away train.
  Target: every capability survives the loss of a zone
  1 workspace · 2 resources · 1 relation · 1 outage tried ·
  from main.json

What is lost when ───────── {format(…)} · its group's region

              author train  score  score  regist…monitor
                            online batch
 its group's region
  zone 1      ✓holds ✗lost! ✓holds ✓holds ✓holds ✓ holds
                     outage
    down: {uniqueString(…)} · data lost: at worst all of it

 ! = more than the target allows · below it: time to recover
 (outage: until it ends; rebuild: until rebuilt by hand; ?:
 nobody documents it)

Who must keep it up ────────────────────────────────────────

                                 HA by
 service          resource       default  to do
 Microsoft
  ✓ AML           {format(…)}    no       nothing
 You
  ✗ Azure Storage {uniqueStrin…  no       1 to mend

Do first ───────────────────────────────────────── 1 finding

 1 ✗ CRITICAL  The default storage account does not survive
   a zone
   The data of {uniqueString(resourceGroup().id)} stand in
   one zone.
   ✗ zone 1 of its group's region fails: train is lost until
     it is back; data lost: at worst all of it
     {uniqueString(resourceGroup().id)}  main.json:48:5
   → Convert the account to zone redundancy (ZRS)
     (conversion, up to 72 hours until it starts).
     holdfast explain default-storage-zone

What was seen, and what was not ────────────────────────────

 ✓ 2 resources read.
   main.json (template, 2 resources)

────────────────────────────────────────────────────────────
✗ 1 finding fails (1 critical), 0 unknown, 0 pass, 0 not
  applicable.
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, opt := reporttest.Small(t, tt.name), reporttest.SmallOptions()
			opt.Width = 60
			var b bytes.Buffer
			if err := text.Write(&b, r, opt); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(tt.want[1:], "\n"), strings.Split(b.String(), "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.what, diff)
			}
		})
	}
}
