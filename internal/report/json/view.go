package json

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// serviceView is a service with its times as figures and with lists that are
// never null.
type serviceView struct {
	*catalog.Service
	Types    []string          `json:"types"`
	Survival []survivalView    `json:"survival"`
	Remedies []*catalog.Remedy `json:"remedies"`
	Sources  []string          `json:"sources"`
}

type survivalView struct {
	Scope      catalog.Scope `json:"scope"`
	When       string        `json:"when,omitempty"`
	State      catalog.State `json:"state"`
	Trigger    string        `json:"trigger,omitempty"`
	RTOSeconds *int64        `json:"rtoSeconds"`
	RTO        string        `json:"rto"`
	RPOSeconds *int64        `json:"rpoSeconds"`
	RPO        string        `json:"rpo"`
	Reads      string        `json:"reads,omitempty"`
	Writes     string        `json:"writes,omitempty"`
	Why        string        `json:"why"`
	Estimate   bool          `json:"estimate"`
	Unverified string        `json:"unverified,omitempty"`
	Remedy     string        `json:"remedy,omitempty"`
	Sources    []string      `json:"sources"`
}

func viewService(c *catalog.Catalog, s *catalog.Service) serviceView {
	v := serviceView{Service: s, Types: list(s.Types), Sources: list(s.Sources), Survival: []survivalView{}, Remedies: []*catalog.Remedy{}}
	v.Remedies = append(v.Remedies, c.RemediesFor(s.ID)...)
	for i := range s.Survival {
		v.Survival = append(v.Survival, viewSurvival(&s.Survival[i]))
	}
	return v
}

func viewSurvival(s *catalog.Survival) survivalView {
	v := survivalView{
		Scope: s.Scope, When: s.When, State: s.State, Trigger: s.Trigger, Reads: s.Reads, Writes: s.Writes, Why: s.Why,
		Estimate: s.Estimate, Unverified: s.Unverified, Remedy: s.Remedy, Sources: list(s.Sources),
	}
	v.RTOSeconds, v.RTO = figure(s.RTO)
	v.RPOSeconds, v.RPO = figure(s.RPO)
	return v
}

func figure(s catalog.Span) (*int64, string) {
	n, kind := spanKind(s)
	if n < 0 {
		return nil, kind
	}
	return &n, kind
}

type ruleView struct {
	*catalog.Rule
	Remedies []string  `json:"remedies"` // ids of the remedies of the catalog that mend its findings
	Peers    peersView `json:"peers"`
	Sources  []string  `json:"sources"`
}

type peersView struct {
	PSRule  []string `json:"psrule"`
	Checkov []string `json:"checkov"`
	Trivy   []string `json:"trivy"`
	APRL    []string `json:"aprl"`
	AzQR    []string `json:"azqr"`
}

func viewRule(c *catalog.Catalog, r *catalog.Rule) ruleView {
	p := r.Peers
	ids := []string{}
	for _, m := range c.RemediesOf(r.ID) {
		ids = append(ids, m.ID)
	}
	return ruleView{Rule: r, Remedies: ids, Sources: list(r.Sources), Peers: peersView{
		list(p.PSRule), list(p.Checkov), list(p.Trivy), list(p.APRL), list(p.AzQR),
	}}
}

// list makes nil an empty list.
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func sortedKeys(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }

// compact encodes v on one line, with < and > as they are.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
