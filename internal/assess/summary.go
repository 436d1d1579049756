package assess

// order is the place of a finding's group in the result: failing ones by
// severity, those that stand behind a workspace last among equals; those that
// are not known in the same way; then the rest.
func (f *Finding) order() int {
	switch f.Status {
	case Fail:
		return f.grade()
	case Unknown:
		return grades + f.grade()
	case Suppressed:
		return groups - 3
	case NotApplicable:
		return groups - 2
	}
	return groups - 1
}

func (f *Finding) grade() int {
	n := f.Severity.rank() * 2
	if f.Behind != nil {
		n++
	}
	return n
}

// grades is the number of groups of one status that counts, groups that of all.
const (
	grades = 2 * 6
	groups = 2*grades + 3
)

// sort groups the findings, see [Finding.order]. Within a group they keep their
// order: by rule, then by resource.
func (r *Result) sort() {
	var start [groups + 1]int
	for i := range r.Findings {
		start[r.Findings[i].order()+1]++
	}
	for g := range groups {
		start[g+1] += start[g]
	}
	to := make([]int32, len(r.Findings)) // where each finding goes
	for i := range r.Findings {
		g := r.Findings[i].order()
		to[i] = int32(start[g])
		start[g]++
	}
	for i := range to { // in place: there may be half a million
		for to[i] != int32(i) {
			k := to[i]
			r.Findings[i], r.Findings[k] = r.Findings[k], r.Findings[i]
			to[i], to[k] = to[k], to[i]
		}
	}
}

// count fills in the summary, but for the workspaces.
func (r *Result) count() {
	s := &r.Summary
	s.Resources, s.External, s.Relations = r.Estate.Coverage.Resources, r.Estate.Coverage.External, len(r.Estate.Relations)
	s.Outages, s.Rules, s.Findings = len(r.Outages), len(r.Catalog.Rules()), len(r.Findings)
	s.NotSeen = len(r.Estate.Coverage.NotSeen)
	s.BySeverity = make(map[Severity]int, len(severities))
	for i := range r.Findings {
		f := &r.Findings[i]
		switch f.Status {
		case Pass:
			s.Pass++
		case Fail:
			s.Fail++
			if !f.Known {
				s.BySeverity[f.Severity]++
			}
		case Unknown:
			s.Unknown++
		case NotApplicable:
			s.NotApplicable++
		case Suppressed:
			s.Suppressed++
		}
		if f.Known {
			s.Known++
		}
	}
}

// FailOn says whether a finding fails that counts and is as severe as least, or
// more. Suppressed and known ones do not count.
func (r *Result) FailOn(least Severity) bool {
	for s, n := range r.Summary.BySeverity {
		if n > 0 && s.AtLeast(least) {
			return true
		}
	}
	return false
}

// NotWhole says why the result is not whole: what could not be looked at, in
// short sentences; nil when all was.
func (r *Result) NotWhole() []string {
	var why []string
	if r.Estate.Coverage.Resources == 0 {
		why = append(why, "no resource was seen")
	} else if r.Summary.Workspaces == 0 {
		why = append(why, "no workspace was seen")
	}
	for _, n := range r.Estate.Coverage.NotSeen {
		why = append(why, n.What+": "+n.Why)
	}
	for _, n := range r.Notes {
		if n.Severity == "error" {
			why = append(why, n.Message)
		}
	}
	return why
}
