package markdown_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/holdfast-ml/holdfast/internal/report/markdown"
	"github.com/holdfast-ml/holdfast/internal/report/reporttest"
)

// What a reader finds in the summary of a job, all of it, by what was assessed.
func TestReportsOfSmallResults(t *testing.T) {
	for _, tt := range []struct{ name, what, want string }{
		{"right", "nothing is wrong: the answer says so, and nothing is to be done", `
# Resilience of Azure Machine Learning

✓ **mlw meets target production: no outage that it must survive takes a capability away.**

1 workspace · 2 resources · 1 relation · 1 outage tried · from main.json

## What is lost when

### mlw

✓ Nothing is lost when one of these fails: zone 1 of westeurope.

**!** = more than the target allows. Times are times to recover.

## Who must keep it up

| service | kept up by | highly available by default | resources | to do |
| --- | --- | --- | --- | --- |
| Azure Machine Learning | Microsoft | no | mlw | – |
| Azure Storage | you | no | st | – |

## What was seen, and what was not

✓ 2 resources read, 0 only named by others, 0 left out by their condition.

<sub>holdfast 1.0.0 · target production · facts of 2026-05-04</sub>
`},
		{"unknown", "what cannot be known is no gap, and not right either: the check is open, with what would tell", `
# Resilience of Azure Machine Learning

? **Whether mlw meets target production is not certain: no gap was found, but 1 check is open.**

1 workspace · 2 resources · 1 relation · 1 outage tried · from main.json

## What is lost when

### mlw

| when this fails | author | train | score online | score batch | register | monitor |
| --- | --- | --- | --- | --- | --- | --- |
| zone 1 of westeurope | ✓ holds | ? unknown<br>holds to lost | ✓ holds | ✓ holds | ✓ holds | ✓ holds |

**!** = more than the target allows. Times are times to recover.

## Who must keep it up

| service | kept up by | highly available by default | resources | to do |
| --- | --- | --- | --- | --- |
| Azure Machine Learning | Microsoft | no | mlw | – |
| Azure Storage | you | no | st | ? 1 open |

## Not known yet

- ? The default storage account does not survive a zone: sku.name of st: \[parameters('sku')\]

## What was seen, and what was not

✓ 2 resources read, 0 only named by others, 0 left out by their condition.

<sub>holdfast 1.0.0 · target production · facts of 2026-05-04</sub>
`},
		{"accepted", "an accepted gap does not count, a known one neither; one whose exception is over does again", `
# Resilience of Azure Machine Learning

✗ **2 of 3 workspaces miss target production: outages that it must survive take away train.**

3 workspaces · 6 resources · 3 relations · 1 outage tried · from main.json

## What is lost when

### mlw-b

| when this fails | author | train | score online | score batch | register | monitor |
| --- | --- | --- | --- | --- | --- | --- |
| zone 1 of westeurope | ✓ holds | **✗ lost!**<br>until it ends | ✓ holds | ✓ holds | ✓ holds | ✓ holds |

### mlw-c

| when this fails | author | train | score online | score batch | register | monitor |
| --- | --- | --- | --- | --- | --- | --- |
| zone 1 of westeurope | ✓ holds | **✗ lost!**<br>until it ends | ✓ holds | ✓ holds | ✓ holds | ✓ holds |

### mlw-a

| when this fails | author | train | score online | score batch | register | monitor |
| --- | --- | --- | --- | --- | --- | --- |
| zone 1 of westeurope | ✓ holds | **✗ lost**<br>until it ends | ✓ holds | ✓ holds | ✓ holds | ✓ holds |

**!** = more than the target allows. Times are times to recover.

## Who must keep it up

| service | kept up by | highly available by default | resources | to do |
| --- | --- | --- | --- | --- |
| Azure Machine Learning | Microsoft | no | mlw-a, mlw-b, mlw-c | – |
| Azure Storage | you | no | sta, stb, stc | ✗ 1 to mend |

## Do first

<details><summary>✗ HIGH — The default storage account does not survive a zone (1 resource)</summary>

- ✗ zone 1 of westeurope fails: train is lost until it is back; data lost: at worst all of it

| resource | seen | where |
| --- | --- | --- |
| stb | The data of stb stand in one zone. | <code>main.json&#58;96&#58;5</code> |

**Remedy:** Convert the account to zone redundancy (ZRS). (conversion, up to 72 hours until it starts)

- <code>az storage account migration start --name default --account-name stcontosoml --resource-group rg-ml --sku Standard&#95;ZRS</code>
- <code>Template&#58; set &#34;sku&#34;&#58; &#123;&#34;name&#34;&#58; &#34;Standard&#95;ZRS&#34;&#125; for new deployments</code>

Rule <code>default-storage-zone</code>

</details>

## Accepted

- – The default storage account does not survive a zone — sta: a sandbox, until 2026-12-31, ml
- – 1 finding stands in the baseline and does not count.
- **!** 1 exception has expired; what it excused counts again.

## What was seen, and what was not

✓ 6 resources read, 0 only named by others, 0 left out by their condition.

<sub>holdfast 1.0.0 · target production · facts of 2026-05-04</sub>
`},
		{"unseen", "what is not there to be read makes the answer uncertain, however right the rest is", `
# Resilience of Azure Machine Learning

? **Whether mlw meets target production is not certain: no gap was found, but 2 things were not seen.**

1 workspace · 2 resources · 1 relation · 1 outage tried · from main.json

## What is lost when

### mlw

✓ Nothing is lost when one of these fails: zone 1 of westeurope.

**!** = more than the target allows. Times are times to recover.

## Who must keep it up

| service | kept up by | highly available by default | resources | to do |
| --- | --- | --- | --- | --- |
| Azure Machine Learning | Microsoft | no | mlw | – |
| Azure Storage | you | no | st | – |

## What was seen, and what was not

✓ 2 resources read, 0 only named by others, 1 left out by its condition.

- ✗ not seen: network.json — the file is not there (<code>main.json&#58;9&#58;3</code>)
- ✗ not seen: the region of mlw — no permission

## Notes on the input

- **error:** apiVersion is missing Hint: add it
- **info:** one parameter is not used (<code>main.json&#58;2</code>)

<sub>holdfast 1.0.0 · target production · facts of 2026-05-04</sub>
`},
		{"unused", "without a workspace nothing can be said about outages; the checks are made all the same", `
# Resilience of Azure Machine Learning

? **No workspace was found, so nothing can be said about outages.**

0 workspaces · 2 resources · 0 relations · 0 outages tried · from main.json

## Who must keep it up

| service | kept up by | highly available by default | resources | to do |
| --- | --- | --- | --- | --- |
| Azure Storage | you | no | st | ✗ 1 to mend |

1 other resource belongs to no service of the catalog.

## Do next

<details><summary>✗ MEDIUM — The default storage account does not survive a zone (1 resource)</summary>

| resource | seen | where |
| --- | --- | --- |
| st | The data of st stand in one zone. | <code>main.json&#58;24&#58;5</code> |

**Remedy:** Convert the account to zone redundancy (ZRS). (conversion, up to 72 hours until it starts)

- <code>az storage account migration start --name default --account-name stcontosoml --resource-group rg-ml --sku Standard&#95;ZRS</code>
- <code>Template&#58; set &#34;sku&#34;&#58; &#123;&#34;name&#34;&#58; &#34;Standard&#95;ZRS&#34;&#125; for new deployments</code>

Rule <code>default-storage-zone</code>

</details>

## What was seen, and what was not

✓ 2 resources read, 0 only named by others, 0 left out by their condition.

<sub>holdfast 1.0.0 · target production · facts of 2026-05-04</sub>
`},
		{"anywhere", "a region and names that are only known at deployment have words", `
# Resilience of Azure Machine Learning

✗ **{format(…)} misses target production: outages that it must survive take away train.**

1 workspace · 2 resources · 1 relation · 1 outage tried · from main.json

## What is lost when

### {format(…)}

| when this fails | author | train | score online | score batch | register | monitor |
| --- | --- | --- | --- | --- | --- | --- |
| zone 1 of its group's region | ✓ holds | **✗ lost!**<br>until it ends | ✓ holds | ✓ holds | ✓ holds | ✓ holds |

**!** = more than the target allows. Times are times to recover.

## Who must keep it up

| service | kept up by | highly available by default | resources | to do |
| --- | --- | --- | --- | --- |
| Azure Machine Learning | Microsoft | no | {format(…)} | – |
| Azure Storage | you | no | {uniqueString(…)} | ✗ 1 to mend |

## Do first

<details><summary>✗ CRITICAL — The default storage account does not survive a zone (1 resource)</summary>

- ✗ zone 1 of its group's region fails: train is lost until it is back; data lost: at worst all of it

| resource | seen | where |
| --- | --- | --- |
| {uniqueString(resourceGroup().id)} | The data of {uniqueString(resourceGroup().id)} stand in one zone. | <code>main.json&#58;48&#58;5</code> |

**Remedy:** Convert the account to zone redundancy (ZRS). (conversion, up to 72 hours until it starts)

- <code>az storage account migration start --name default --account-name stcontosoml --resource-group rg-ml --sku Standard&#95;ZRS</code>
- <code>Template&#58; set &#34;sku&#34;&#58; &#123;&#34;name&#34;&#58; &#34;Standard&#95;ZRS&#34;&#125; for new deployments</code>

Rule <code>default-storage-zone</code>

</details>

## What was seen, and what was not

✓ 2 resources read, 0 only named by others, 0 left out by their condition.

<sub>holdfast 1.0.0 · target production · facts of 2026-05-04</sub>
`},
		{"four", "more workspaces than fit are counted, and the worst off named", `
# Resilience of Azure Machine Learning

✗ **1 of 4 workspaces misses target production: outages that it must survive take away train.**

4 workspaces · 8 resources · 4 relations · 2 outages tried · from main.json

## What is lost when

### mlw-d

| when this fails | author | train | score online | score batch | register | monitor |
| --- | --- | --- | --- | --- | --- | --- |
| zone 1 of westeurope | ✓ holds | **✗ lost!**<br>until it ends | ✓ holds | ✓ holds | ✓ holds | ✓ holds |

✓ Nothing is lost when one of these fails: zone 2 of westeurope.

### mlw-a

✓ Nothing is lost when one of these fails: zone 1 of westeurope, zone 2 of westeurope.

### mlw-b

✓ Nothing is lost when one of these fails: zone 1 of westeurope, zone 2 of westeurope.

### mlw-c

✓ Nothing is lost when one of these fails: zone 1 of westeurope, zone 2 of westeurope.

**!** = more than the target allows. Times are times to recover.

## Who must keep it up

| service | kept up by | highly available by default | resources | to do |
| --- | --- | --- | --- | --- |
| Azure Machine Learning | Microsoft | no | mlw-a, mlw-b, mlw-c and 1 more | – |
| Azure Storage | you | no | sta, stb, stc and 1 more | ✗ 1 to mend |

## Do first

<details><summary>✗ CRITICAL — The default storage account does not survive a zone (1 resource)</summary>

- ✗ zone 1 of westeurope fails: train is lost until it is back; data lost: at worst all of it

| resource | seen | where |
| --- | --- | --- |
| std | The data of std stand in one zone. | <code>main.json&#58;192&#58;5</code> |

**Remedy:** Convert the account to zone redundancy (ZRS). (conversion, up to 72 hours until it starts)

- <code>az storage account migration start --name default --account-name stcontosoml --resource-group rg-ml --sku Standard&#95;ZRS</code>
- <code>Template&#58; set &#34;sku&#34;&#58; &#123;&#34;name&#34;&#58; &#34;Standard&#95;ZRS&#34;&#125; for new deployments</code>

Rule <code>default-storage-zone</code>

</details>

## What was seen, and what was not

✓ 8 resources read, 0 only named by others, 0 left out by their condition.

<sub>holdfast 1.0.0 · target production · facts of 2026-05-04</sub>
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := markdown.Write(&b, reporttest.Small(t, tt.name), reporttest.SmallOptions()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(strings.TrimPrefix(tt.want, "\n"), "\n"), strings.Split(b.String(), "\n")); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.what, diff)
			}
		})
	}
}
