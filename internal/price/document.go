package price

import "time"

// Document is a total for machines. Keys are only added to it.
type Document struct {
	Currency string         `json:"currency"`
	Monthly  float64        `json:"monthly"`         // the sum of what is known
	Maybe    float64        `json:"maybe,omitempty"` // of resources that are only there when a condition holds
	Unknown  int            `json:"unknown"`         // how many things are not known
	Prices   DocumentPrices `json:"prices"`
	Bills    []DocumentBill `json:"bills"`
}

// DocumentPrices says which prices they are.
type DocumentPrices struct {
	Said    string   `json:"said"`
	Newest  string   `json:"newest,omitempty"` // 2006-01-02: from when the newest is valid
	Files   []File   `json:"files"`
	Missing []string `json:"missing,omitempty"` // what of the download certainly is
}

// DocumentBill is the bill of one resource.
type DocumentBill struct {
	Name    string         `json:"name"`
	ID      string         `json:"id"`
	Type    string         `json:"type"`
	OnlyIf  string         `json:"onlyIf,omitempty"`
	Monthly float64        `json:"monthly"`
	Known   bool           `json:"known"`
	Why     string         `json:"why,omitempty"`
	Lines   []DocumentLine `json:"lines"`
}

// DocumentLine is one line of a bill.
type DocumentLine struct {
	Meter       string   `json:"meter"` // the id of the catalog's meter
	What        string   `json:"what"`
	Monthly     *float64 `json:"monthly"` // null when it is not known
	Units       *float64 `json:"units,omitempty"`
	Unit        string   `json:"unit,omitempty"`
	Why         string   `json:"why,omitempty"`
	Item        *Item    `json:"item,omitempty"`
	Bands       []Band   `json:"bands,omitempty"`
	Note        string   `json:"note,omitempty"`
	Unconfirmed string   `json:"unconfirmed,omitempty"`
}

// Document gives the total for machines.
func (t *Total) Document() Document {
	out := Document{
		Currency: t.List.Currency, Monthly: t.Monthly, Maybe: t.Maybe, Unknown: t.Unknown, Bills: []DocumentBill{},
		Prices: DocumentPrices{Said: t.List.Dated(), Files: t.List.Files, Missing: t.List.Partial},
	}
	if !t.List.Newest.IsZero() {
		out.Prices.Newest = t.List.Newest.Format(time.DateOnly)
	}
	for i := range t.Bills {
		b := &t.Bills[i]
		bill := DocumentBill{Name: b.Resource.Name, ID: b.Resource.ID.String(), Type: b.Resource.Type, OnlyIf: b.Resource.Presence, Monthly: b.Monthly, Known: b.Known(), Why: b.Why, Lines: []DocumentLine{}}
		for k := range b.Lines {
			bill.Lines = append(bill.Lines, b.Lines[k].document())
		}
		out.Bills = append(out.Bills, bill)
	}
	return out
}

func (l *Line) document() DocumentLine {
	out := DocumentLine{Meter: l.Meter.ID, What: l.What(), Why: l.Why, Note: l.Meter.Note, Unconfirmed: l.Meter.Unverified}
	if l.Known {
		out.Monthly = &l.Monthly
	}
	if l.Free() {
		out.Why = l.Meter.Nothing
		return out
	}
	out.Unit = l.Meter.Unit
	if l.Counted {
		out.Units = &l.Count
	}
	if l.Found != nil {
		out.Item, out.Bands = l.Found.Item, l.Found.Bands
	}
	return out
}
