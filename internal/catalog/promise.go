package catalog

import "github.com/holdfast-ml/holdfast/internal/estate"

// Promise is the published availability of a resource: two figures that differ
// where it is not known which row holds.
type Promise struct {
	Best, Worst *SLA // nil where nothing is published for the configuration
	Unknowns    []string
}

// Promise gives the first SLA of the resource's service whose condition holds.
// Where that is not known, Best and Worst are the highest and the lowest figure
// of those that may hold, Worst is nil when it may be that none does.
func (c *Catalog) Promise(e *estate.Estate, r *estate.Resource) Promise {
	s, v := c.situationOf(e, r)
	if s == nil {
		return Promise{}
	}
	var p Promise
	var needs []int
	open, found := false, false
	for i, when := range s.frame.slas {
		row := &s.frame.service.SLA[i]
		holds, known := true, true
		if when != nil {
			a := s.answer(when)
			holds, known = a.holds, a.known
			needs = append(needs, a.needs...)
		}
		if known && !holds {
			continue
		}
		if !found || p.Best.Percent < row.Percent {
			p.Best = row
		}
		if !found || p.Worst.Percent > row.Percent {
			p.Worst = row
		}
		found = true
		if open = !known; known {
			break
		}
	}
	if open {
		p.Worst = nil
	}
	if p.Best != p.Worst {
		settled := shared{needs: needs}
		p.Unknowns = v.words(s.frame, e, r, settled.settled().needs, nil)
	}
	return p
}
