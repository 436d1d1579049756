package report

import (
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// TakenSentence says what a finding takes away as a sentence would, without a
// full stop: "zone 1 of westeurope fails: author and train are lost until it is
// back; data lost: at worst all of it".
func TakenSentence(taken Taken, services Services) string {
	names := make([]string, len(taken.Capabilities))
	for i, c := range taken.Capabilities {
		names[i] = strings.ReplaceAll(CapabilityWord(c), " ", "\u00a0")
	}
	verb := Plural(len(names), " is ", " are ")
	text := OutagesTitle(taken.Outages, services) + " fails: " + And(names) + verb + EffectWord(taken.Effect)
	if taken.Effect == outage.Lost || taken.Effect == outage.Degraded {
		text += ForHowLong(taken.RTO)
	}
	if d := DataLoss(taken.RPO); d != "" {
		text += "; data lost: " + d
	}
	return text
}

// FateSentence says what a resource does in an outage, for how long and at what
// cost: "is down until it is back; data lost: at worst all of it".
func FateSentence(f *outage.Fate) string {
	text := StateWord(f.State)
	switch f.State {
	case catalog.Unknown:
		return text + ": " + StateShort(f.AtBest) + " at best, " + StateShort(f.AtWorst) + " at worst"
	case catalog.FailsOver, catalog.FailedOver:
		text += InHowLong(f.RTO)
	default:
		text += ForHowLong(f.RTO)
	}
	if d := DataLoss(f.RPO); d != "" {
		text += "; data lost: " + d
	}
	return text
}

// ForHowLong ends a sentence on something that is lost: " until it is back",
// " for up to 1 h"; "" when it takes no time.
func ForHowLong(rto catalog.Span) string {
	switch {
	case rto.Word == "outage":
		return " until it is back"
	case rto.Word == "rebuild":
		return " until rebuilt by hand"
	case rto.Word == "none" || rto.Word == "" && rto.Seconds == 0:
		return ""
	case rto.Word != "" || rto.Seconds < 0:
		return " for a time that nobody documents"
	case rto.Upper:
		return " for up to " + Seconds(rto.Seconds)
	}
	return " for " + Seconds(rto.Seconds)
}

// InHowLong is ForHowLong for what is done at the end of that time.
func InHowLong(rto catalog.Span) string {
	return strings.Replace(ForHowLong(rto), " for ", " in ", 1)
}

// DataLoss is how much data is lost, "" when none is, or when nothing is known
// of it.
func DataLoss(s catalog.Span) string {
	switch {
	case s.Word == "total":
		return "at worst all of it"
	case s.Word == "" && s.Seconds > 0 && s.Upper:
		return "up to " + Seconds(s.Seconds)
	case s.Word == "" && s.Seconds > 0:
		return Seconds(s.Seconds)
	}
	return ""
}
