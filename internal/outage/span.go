package outage

import (
	"cmp"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

// span is a [catalog.Span] as one number, so that longer is greater: twice the
// seconds, plus one for an upper bound; the words beyond every figure.
type span int64

const (
	spanUnknown span = 1<<62 + iota // not documented: longer than any figure, for nothing promises one
	spanOutage                      // as long as the outage lasts
	spanRebuild                     // until it is rebuilt, which begins at the earliest when the outage ends
	spanTotal                       // for ever
)

func toSpan(s catalog.Span) span {
	switch s.Word {
	case "none":
		return 0
	case "outage":
		return spanOutage
	case "rebuild":
		return spanRebuild
	case "total":
		return spanTotal
	case "unknown":
		return spanUnknown
	}
	if s.Seconds < 0 {
		return spanUnknown
	}
	n := span(s.Seconds) * 2
	if s.Upper {
		n++
	}
	return n
}

func (s span) catalog() catalog.Span {
	switch s {
	case spanUnknown:
		return catalog.Span{Seconds: -1, Word: "unknown"}
	case spanOutage:
		return catalog.Span{Seconds: -1, Word: "outage"}
	case spanRebuild:
		return catalog.Span{Seconds: -1, Word: "rebuild"}
	case spanTotal:
		return catalog.Span{Seconds: -1, Word: "total"}
	}
	return catalog.Span{Seconds: int64(s / 2), Upper: s&1 == 1}
}

// CompareSpans orders spans by how bad they are: figures by length, then what
// is not documented, as long as the outage lasts, until rebuilt, for ever.
func CompareSpans(a, b catalog.Span) int { return cmp.Compare(toSpan(a), toSpan(b)) }
