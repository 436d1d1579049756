package report

import (
	"unicode/utf8"

	"github.com/holdfast-ml/holdfast/internal/assess"
	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Duty is one service of the estate, who must keep it up, and what is open.
type Duty struct {
	ID        string
	Service   *catalog.Service // nil when the catalog has none
	Resources []*estate.Resource
	External  int // of Resources: only named, not in the input
	Fail      int // failing findings that count
	Worst     assess.Severity
	Unknown   int
	Pass      int
}

// Title is the service's title where it has at most n characters, else its
// short name.
func (d *Duty) Title(n int) string {
	switch {
	case d.Service == nil:
		return d.ID
	case utf8.RuneCountInString(d.Service.Title) <= n || d.Service.Short == "":
		return d.Service.Title
	}
	return d.Service.Short
}

// ManagedBy is "microsoft", "customer" or "" as in the catalog.
func (d *Duty) ManagedBy() string {
	if d.Service == nil {
		return ""
	}
	return d.Service.ManagedBy
}

// HAByDefault is "yes", "no", "notApplicable" or "" as in the catalog.
func (d *Duty) HAByDefault() string {
	if d.Service == nil {
		return ""
	}
	return d.Service.HAByDefault
}

// Duties lists the services of the estate in catalog order, then the services
// that the catalog does not hold. The number of resources without any service
// comes beside it, so that the counts add up to the estate.
func Duties(r *assess.Result) (duties []Duty, others int) {
	at := map[string]int{}
	if r.Catalog != nil {
		for _, s := range r.Catalog.Services() {
			at[s.ID] = len(duties)
			duties = append(duties, Duty{ID: s.ID, Service: s})
		}
	}
	for _, x := range r.Estate.Resources {
		if x.Service == "" {
			others++
			continue
		}
		i, ok := at[x.Service]
		if !ok {
			i = len(duties)
			at[x.Service] = i
			duties = append(duties, Duty{ID: x.Service})
		}
		duties[i].Resources = append(duties[i].Resources, x)
		if x.External {
			duties[i].External++
		}
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Resource == nil || f.Resource.Service == "" {
			continue
		}
		if n, ok := at[f.Resource.Service]; ok {
			duties[n].count(f)
		}
	}
	kept := duties[:0]
	for _, d := range duties {
		if len(d.Resources) > 0 {
			kept = append(kept, d)
		}
	}
	return kept, others
}

func (d *Duty) count(f *assess.Finding) {
	switch {
	case f.Status == assess.Pass:
		d.Pass++
	case f.Status == assess.Unknown:
		d.Unknown++
	case f.Status == assess.Fail && !f.Known:
		d.Fail++
		if d.Worst == "" || SeverityRank(f.Severity) < SeverityRank(d.Worst) {
			d.Worst = f.Severity
		}
	}
}
