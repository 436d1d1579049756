package cli

import (
	"math"
	"math/big"

	"github.com/holdfast-ml/holdfast/faulttree"
	"github.com/holdfast-ml/holdfast/faulttree/uncertainty"
)

// treeSchemaVersion is that of the JSON report of faulttree. Keys are only added
// within 1.x. Counts are strings, since they can be larger than what a JSON
// reader keeps exactly.
const treeSchemaVersion = "1.0"

type treeDocument struct {
	SchemaVersion string         `json:"schemaVersion"`
	Files         []string       `json:"files"`
	MissionHours  float64        `json:"missionHours"`
	CommonCauses  bool           `json:"commonCauses"` // groups are applied, or there are none
	Notes         []string       `json:"notes"`
	TopEvents     []treeTopEvent `json:"topEvents"`
}

type treeTopEvent struct {
	Name        string           `json:"name"`
	Label       string           `json:"label,omitempty"`
	Place       string           `json:"place"`
	Probability float64          `json:"probability"`
	Coherent    bool             `json:"coherent"`
	BasicEvents int              `json:"basicEvents"`
	CutSets     treeCutSets      `json:"cutSets"`
	Importance  []treeImportance `json:"importance,omitempty"`
	Uncertainty *treeUncertainty `json:"uncertainty,omitempty"`
	Years       *yearsDoc        `json:"years,omitempty"`
}

type treeCutSets struct {
	Count        string       `json:"count"`
	ByOrder      []treeOrder  `json:"byOrder"`
	MostProbable []treeCutSet `json:"mostProbable"`
}

type treeOrder struct {
	Events int    `json:"events"`
	Count  string `json:"count"`
}

type treeCutSet struct {
	Probability float64  `json:"probability"`
	Share       *float64 `json:"share"` // of the top event's probability
	Events      []string `json:"events"`
}

type treeImportance struct {
	Event         string   `json:"event"`
	Probability   float64  `json:"probability"`
	CutSets       string   `json:"cutSets"` // that have the event
	Birnbaum      float64  `json:"birnbaum"`
	Criticality   *float64 `json:"criticality"`
	FussellVesely *float64 `json:"fussellVesely"`
	RAW           *float64 `json:"riskAchievementWorth"`
	RRW           *float64 `json:"riskReductionWorth"` // null: infinite
}

type treeUncertainty struct {
	Samples int     `json:"samples"`
	Seed    uint64  `json:"seed"`
	Mean    float64 `json:"mean"`
	StdErr  float64 `json:"standardError"`
	StdDev  float64 `json:"standardDeviation"`
	P5      float64 `json:"p5"`
	P50     float64 `json:"p50"`
	P95     float64 `json:"p95"`
	Lowest  float64 `json:"lowest"`
	Highest float64 `json:"highest"`
	Cut     int     `json:"cutToProbability"` // drawn outside of 0 to 1
}

// finite is nil for what JSON has no number for.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func treeJSON(r *treeResult) treeDocument {
	d := treeDocument{SchemaVersion: treeSchemaVersion, Files: r.Files, MissionHours: r.Mission, CommonCauses: r.CCF, Notes: []string{}}
	for _, n := range r.Notes {
		d.Notes = append(d.Notes, n.String())
	}
	for i := range r.Tops {
		t := &r.Tops[i]
		e := treeTopEvent{
			Name: t.Top.Name, Label: t.Top.Label, Place: t.Top.Place.String(), Probability: t.Probability,
			Coherent: t.Coherent, BasicEvents: len(t.Events),
			CutSets: treeCutSets{Count: t.CutSets.Count().String(), ByOrder: orders(t.CutSets.Orders()), MostProbable: []treeCutSet{}},
		}
		for _, s := range t.Probable {
			e.CutSets.MostProbable = append(e.CutSets.MostProbable, treeCutSet{s.Probability, finite(s.Probability / t.Probability), eventNames(s.Events)})
		}
		for _, row := range rankedImportance(t) {
			i := row.Importance
			e.Importance = append(e.Importance, treeImportance{
				i.Event.Name, i.Event.Probability, row.cutSets.String(), i.Birnbaum,
				finite(i.Criticality), finite(i.FussellVesely), finite(i.RAW), finite(i.RRW),
			})
		}
		if u := t.Uncertainty; u != nil {
			e.Uncertainty = uncertaintyJSON(u, r.Seed)
		}
		e.Years = yearsJSON(t.Years, r.Limits, r.Seed)
		d.TopEvents = append(d.TopEvents, e)
	}
	return d
}

func uncertaintyJSON(u *uncertainty.Result, seed uint64) *treeUncertainty {
	return &treeUncertainty{u.Samples, seed, u.Mean, u.StdErr, u.StdDev, u.P5, u.P50, u.P95, u.Lowest, u.Highest, u.Cut}
}

func orders(counts []*big.Int) []treeOrder {
	out := []treeOrder{}
	for n, c := range counts {
		if c.Sign() > 0 {
			out = append(out, treeOrder{n, c.String()})
		}
	}
	return out
}

func eventNames(events []*faulttree.Event) []string {
	out := []string{}
	for _, e := range events {
		out = append(out, e.Name)
	}
	return out
}
