package outage_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
	"github.com/holdfast-ml/holdfast/internal/outage/sketch"
)

// This file works the rules of the package comment out a second time, in the
// plainest way there is: it plays the outage through hour by hour, asks at each
// moment what can be read and written, and reads effect and times off the
// moments. The lens must say the same of every estate.

// The moments between which something may change: an outage begins, ten minutes
// pass, one hour, five hours; it ends; everything is rebuilt.
var moments = []string{"PT0S", "PT10M", "PT1H", "PT5H", "outage", "rebuild"}

// use is how far something can be used at a moment.
type use int

const (
	fully use = iota
	inPart
	notAtAll
)

// story is what somebody wrote into the catalog about a service: its one row.
type story struct {
	state         catalog.State
	rto           int // number in moments
	rpo           int // 0: none, then 15 minutes, an hour, all
	reads, writes string
}

var losses = []string{"0", "PT15M", "PT1H", "total"}

// at plays a row: what can be read and written in the span of time that begins
// with a moment.
func (s story) at(moment int) (read, write use) {
	until, end := s.rto, 4 // the outage ends with moment 4
	word := func(w string, otherwise use) use {
		switch w {
		case "ok":
			return fully
		case "degraded":
			return inPart
		case "down":
			return notAtAll
		}
		return otherwise
	}
	before := func(limit int, u use) use {
		if moment < limit {
			return u
		}
		return fully
	}
	switch s.state {
	case catalog.FailsOver, catalog.FailedOver: // out of reach until it has been switched
		return before(until, word(s.reads, notAtAll)), before(until, word(s.writes, notAtAll))
	case catalog.Down:
		if until == 0 {
			until = end
		}
		return before(until, word(s.reads, notAtAll)), before(until, word(s.writes, notAtAll))
	case catalog.Degraded:
		if until == 0 {
			until = end
		}
		part := func(w string) use {
			if w == "down" { // out of reach at first, then in part until the outage ends
				return max(before(until, notAtAll), before(max(until, end), inPart))
			}
			return before(until, word(w, inPart))
		}
		return part(s.reads), part(s.writes)
	case catalog.ReadOnly:
		if until == 0 {
			until = end
		}
		return before(until, word(s.reads, fully)), before(end, notAtAll)
	}
	return fully, fully
}

// thing is a resource of the play. It leans on things of the layer below.
type thing struct {
	name  string
	story story
	below []*thing
}

// bond is how the things of one layer lean on those of the next, or how the
// capability leans on those of the top layer.
type bond struct {
	read, write catalog.Strength
	oneOf       bool
}

// roles are those in which somebody leans on each layer.
var roles = []estate.Role{estate.Datastore, estate.Logs, estate.Replica}

// play is one random case.
type play struct {
	layers [][]*thing // from what the workspace leans on, down
	bonds  []bond     // bonds[0] is the need, bonds[i] joins layer i-1 with layer i
}

var strengths = []catalog.Strength{catalog.Hard, catalog.Soft, catalog.NoNeed}

func drawPlay(t *rapid.T) *play {
	p := &play{}
	words := rapid.SampledFrom([]string{"", "ok", "degraded", "down"})
	states := rapid.SampledFrom([]catalog.State{catalog.CarriesOn, catalog.FailsOver, catalog.FailedOver, catalog.Degraded, catalog.ReadOnly, catalog.Down})
	for i := range rapid.IntRange(1, 3).Draw(t, "layers") {
		b := bond{rapid.SampledFrom(strengths).Draw(t, "read"), rapid.SampledFrom(strengths).Draw(t, "write"), rapid.Bool().Draw(t, "one of")}
		var layer []*thing
		for k := range rapid.IntRange(1, 3).Draw(t, "things") {
			s := story{state: states.Draw(t, "state"), rto: rapid.IntRange(0, len(moments)-1).Draw(t, "rto"), rpo: rapid.IntRange(0, len(losses)-1).Draw(t, "rpo"), reads: words.Draw(t, "reads"), writes: words.Draw(t, "writes")}
			layer = append(layer, &thing{name: fmt.Sprintf("t%d%d", i, k), story: s})
		}
		if i > 0 {
			for _, up := range p.layers[i-1] {
				up.below = rapid.SliceOfNDistinct(rapid.SampledFrom(layer), 0, len(layer), func(x *thing) string { return x.name }).Draw(t, "below")
			}
		}
		p.layers, p.bonds = append(p.layers, layer), append(p.bonds, b)
	}
	return p
}

// at says how far a thing can be used, with all that it leans on.
func (p *play) at(layer int, x *thing, moment int) (read, write use) {
	read, write = x.story.at(moment)
	if layer+1 == len(p.layers) || len(x.below) == 0 {
		return read, write
	}
	b := p.bonds[layer+1]
	for _, u := range p.bearing(layer+1, x.below, b, moment) {
		far := reaches(u[0], b.read)
		read, write = max(read, far), max(write, reaches(u[1], b.write), far) // what cannot be read cannot be written
	}
	return read, write
}

// bearing gives what bears on somebody who leans on all of the things, or on one
// of them: then it is out of reach only when all are.
func (p *play) bearing(layer int, on []*thing, b bond, moment int) [][2]use {
	var all [][2]use
	for _, x := range on {
		r, w := p.at(layer, x, moment)
		all = append(all, [2]use{r, w})
	}
	if !b.oneOf {
		return all
	}
	var one [2]use
	for k := range one {
		best, worst := notAtAll, fully
		for _, u := range all {
			best, worst = min(best, u[k]), max(worst, u[k])
		}
		one[k] = max(best, min(worst, inPart))
	}
	return [][2]use{one}
}

func reaches(u use, s catalog.Strength) use {
	switch s {
	case catalog.Hard:
		return u
	case catalog.Soft:
		return min(u, inPart)
	}
	return fully
}

// lost says how much data is lost to somebody who leans on a thing.
func (p *play) lost(layer int, x *thing) int {
	loss := 0
	if x.story.state != catalog.CarriesOn {
		loss = x.story.rpo
	}
	if layer+1 < len(p.layers) {
		if b := p.bonds[layer+1]; b.read == catalog.Hard || b.write == catalog.Hard {
			for _, y := range x.below {
				loss = max(loss, p.lost(layer+1, y))
			}
		}
	}
	return loss
}

// ending is how the play ends for the capability.
type ending struct {
	effect   outage.Effect
	rto, rpo string
}

func (p *play) perform() ending {
	need := p.bonds[0]
	worst, last, loss := fully, 0, 0
	for moment := range len(moments) - 1 {
		now := fully
		for _, u := range p.bearing(0, p.layers[0], need, moment) {
			now = max(now, reaches(u[0], need.read), reaches(u[1], need.write))
		}
		switch {
		case now > worst:
			worst, last = now, moment+1
		case now == worst && now > fully:
			last = moment + 1
		}
	}
	if need.read != catalog.NoNeed || need.write != catalog.NoNeed {
		for _, x := range p.layers[0] {
			loss = max(loss, p.lost(0, x))
		}
	}
	e := ending{outage.None, moments[last], losses[loss]}
	switch {
	case worst == notAtAll:
		e.effect = outage.Lost
	case worst == inPart || loss > 0: // lost data degrade at least
		e.effect = outage.Degraded
	}
	return e
}

// catalog writes the play down as facts.
func (p *play) catalog() string {
	var b strings.Builder
	b.WriteString("sources: [{key: test, title: Made up, where: internal/outage, date: 2026-11-23}]\nservices:\n")
	service := func(id, typ, row string) {
		fmt.Fprintf(&b, "  - {id: %s, title: %s, short: %s, group: associated, managedBy: customer, haByDefault: \"no\", today: A test service., sources: [test], matches: [{type: %s}], survival: [", id, id, id, typ)
		for _, scope := range []string{"resource", "zone", "service"} {
			fmt.Fprintf(&b, "{scope: %s, state: carries-on, why: w, sources: [test]}, ", scope)
		}
		b.WriteString(row + "]}\n")
	}
	service("aml", "Microsoft.MachineLearningServices/workspaces", "{scope: region, state: carries-on, why: w, sources: [test]}")
	for _, layer := range p.layers {
		for _, x := range layer {
			s := x.story
			row := fmt.Sprintf("{scope: region, state: %s, trigger: automatic, rto: %s, rpo: %s, why: w, sources: [test]", s.state, moments[s.rto], losses[s.rpo])
			for k, w := range map[string]string{"reads": s.reads, "writes": s.writes} {
				if w != "" {
					row += ", " + k + ": " + w
				}
			}
			service(x.name, fmt.Sprintf("Microsoft.Test/%s", x.name), row+"}")
		}
	}
	fmt.Fprintf(&b, "needs:\n  - {capability: train, role: %s, read: %s, write: %s, oneOf: %v, why: w, sources: [test]}\n", roles[0], quote(p.bonds[0].read), quote(p.bonds[0].write), p.bonds[0].oneOf)
	for _, c := range catalog.Capabilities {
		fmt.Fprintf(&b, "  - {capability: %s, role: workspace, read: soft, write: soft, why: w, sources: [test]}\n", c)
	}
	if len(p.bonds) > 1 {
		b.WriteString("spreads:\n")
	}
	for i, x := range p.bonds[1:] {
		fmt.Fprintf(&b, "  - {role: %s, read: %s, write: %s, oneOf: %v, why: w, sources: [test]}\n", roles[i+1], quote(x.read), quote(x.write), x.oneOf)
	}
	return b.String()
}

func quote(s catalog.Strength) string { return fmt.Sprintf("%q", string(s)) }

// estate builds the play: the workspace stands elsewhere, everything else in the
// region that fails.
func (p *play) estate() (*estate.Estate, *estate.Resource) {
	make := func(typ, name, location string) *estate.Resource {
		return &estate.Resource{ID: estate.ParseID("/subscriptions/s/resourceGroups/g/providers/" + typ + "/" + name), Type: typ, Name: name, Location: location}
	}
	ws := make("Microsoft.MachineLearningServices/workspaces", "ws", "northeurope")
	resources, byName := []*estate.Resource{ws}, map[string]*estate.Resource{}
	for _, layer := range p.layers {
		for _, x := range layer {
			byName[x.name] = make("Microsoft.Test/"+x.name, x.name, "westeurope")
			resources = append(resources, byName[x.name])
		}
	}
	var relations []estate.Relation
	for i, layer := range p.layers {
		for _, x := range layer {
			if i == 0 {
				relations = append(relations, estate.Relation{From: ws, To: byName[x.name], Role: roles[0]})
			}
			for _, y := range x.below {
				relations = append(relations, estate.Relation{From: byName[x.name], To: byName[y.name], Role: roles[i+1]})
			}
		}
	}
	return estate.Build(resources, relations, estate.Coverage{}), ws
}

// performed is the ending as the lens has it.
func (p *play) performed(t sketch.T) (ending, outage.Impact) {
	c, err := catalog.Parse(fstest.MapFS{"facts.yaml": {Data: []byte(p.catalog())}}, "play")
	if err != nil {
		t.Fatalf("the facts: %v\n%s", err, p.catalog())
	}
	e, ws := p.estate()
	c.Classify(e)
	r := outage.New(e, c).Run(outage.Outage{Scope: catalog.ScopeRegion, Region: "westeurope"})
	im := r.Impact(e.ByID(ws.ID), catalog.Train)
	return ending{im.Effect, spanText(im.RTO), spanText(im.RPO)}, im
}

func spanText(s catalog.Span) string {
	switch {
	case s.Word != "" && s.Word != "none":
		return s.Word
	case s.Seconds == 0:
		return "0"
	}
	return map[int64]string{600: "PT10M", 900: "PT15M", 3600: "PT1H", 18000: "PT5H"}[s.Seconds]
}

func TestTheLensSaysWhatHappensWhenTheOutageIsPlayedThrough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlay(t)
		want := p.perform()
		if want.rto == "PT0S" {
			want.rto = "0"
		}
		got, im := p.performed(t)
		if got != want {
			t.Fatalf("the lens says %+v, the play ends %+v\n%s", got, want, p.catalog())
		}
		if im.AtBest != im.AtWorst {
			t.Fatalf("everything is known, and the lens is not sure: %s..%s", im.AtBest, im.AtWorst)
		}
		worst := outage.None
		for _, c := range im.Because {
			if c.Effect.Worse(worst) {
				worst = c.Effect
			}
		}
		if worst != im.Effect {
			t.Fatalf("%s, because of resources that are %s at most", im.Effect, worst)
		}
	})
}

// The table of one resource: what each state makes of each strength of need,
// where the row says nothing of reads and writes.
func TestEachStateMeetsEachNeed(t *testing.T) {
	const hour = 2
	tests := []struct {
		state                         catalog.State
		readOnly, writeOnly, softly   outage.Effect // hard for reading, hard for writing, soft for both
		readTime, writeTime, softTime string
	}{
		{catalog.CarriesOn, outage.None, outage.None, outage.None, "0", "0", "0"},
		{catalog.FailsOver, outage.Lost, outage.Lost, outage.Degraded, "PT1H", "PT1H", "PT1H"},
		{catalog.FailedOver, outage.Lost, outage.Lost, outage.Degraded, "PT1H", "PT1H", "PT1H"},
		{catalog.Degraded, outage.Degraded, outage.Degraded, outage.Degraded, "PT1H", "PT1H", "PT1H"},
		{catalog.ReadOnly, outage.None, outage.Lost, outage.Degraded, "0", "outage", "outage"}, // what can be read goes on
		{catalog.Down, outage.Lost, outage.Lost, outage.Degraded, "PT1H", "PT1H", "PT1H"},
	}
	for _, tt := range tests {
		t.Run(string(tt.state), func(t *testing.T) {
			for _, need := range []struct {
				bond
				effect outage.Effect
				time   string
			}{
				{bond{catalog.Hard, catalog.NoNeed, false}, tt.readOnly, tt.readTime},
				{bond{catalog.NoNeed, catalog.Hard, false}, tt.writeOnly, tt.writeTime},
				{bond{catalog.Soft, catalog.Soft, false}, tt.softly, tt.softTime},
				{bond{catalog.NoNeed, catalog.NoNeed, false}, outage.None, "0"},
			} {
				p := &play{layers: [][]*thing{{{name: "t00", story: story{state: tt.state, rto: hour}}}}, bonds: []bond{need.bond}}
				if got, _ := p.performed(t); got.effect != need.effect || got.rto != need.time || got.rpo != "0" {
					t.Errorf("needed %s/%s it is %+v, want %s for %s", need.read, need.write, got, need.effect, need.time)
				}
			}
		})
	}
}
