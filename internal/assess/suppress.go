package assess

import (
	"fmt"
	"strings"
	"time"
)

// covers says whether the suppression is about the finding.
func (s *Suppression) covers(f *Finding) bool {
	if !glob(s.Rule, f.Rule.ID) {
		return false
	}
	if f.Resource == nil {
		return s.Resource == "*"
	}
	return glob(s.Resource, f.Resource.Name) || glob(s.Resource, f.Resource.ID.String())
}

// glob says whether text fits a pattern in which * stands for any text. Letter
// case does not count. It takes time in proportion to the product of both
// lengths at most.
func glob(pattern, text string) bool {
	pattern, text = strings.ToLower(pattern), strings.ToLower(text)
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && pattern[p] == text[t]:
			p, t = p+1, t+1
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// suppress marks the findings that are accepted. One that has expired is named
// at the finding, which counts; one that no finding needs is noted.
func (r *Result) suppress(list []Suppression, now time.Time) {
	if len(list) == 0 {
		return
	}
	used := make([]bool, len(list))
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Status != Fail && f.Status != Unknown {
			continue
		}
		for k := range list {
			if !list[k].covers(f) {
				continue
			}
			used[k] = true
			s := list[k]
			s.Expired = !s.Expires.IsZero() && !now.Before(s.Expires)
			if f.Suppression == nil || f.Suppression.Expired {
				f.Suppression = &s
			}
			if !s.Expired {
				f.Status = Suppressed
				break
			}
		}
	}
	for k, s := range list {
		switch {
		case !used[k]:
			r.Notes = append(r.Notes, Note{"warning", fmt.Sprintf("the suppression of %s for %s fits no finding", s.Rule, s.Resource), "take it out, or correct the rule or the resource", s.Origin})
		case !s.Expires.IsZero() && !now.Before(s.Expires):
			r.Summary.Expired++
			last := s.Expires.AddDate(0, 0, -1).Format(time.DateOnly)
			r.Notes = append(r.Notes, Note{"warning", fmt.Sprintf("the suppression of %s for %s expired on %s: its findings count again", s.Rule, s.Resource, last), "mend them, or renew it with a new date and reason", s.Origin})
		}
	}
}
