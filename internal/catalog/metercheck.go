package catalog

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func (ck *checker) meter(m *Meter) {
	ck.text(m, &m.ID, "id")
	if m.ID != "" && !isID(m.ID) {
		ck.at(&m.ID, "the id "+quote(m.ID)+" has other characters than a to z, 0 to 9 and -", "write it like storage-blobs")
	}
	ck.text(m, &m.Title, "title")
	ck.sourcesOf(m, m.Sources, false)
	if len(m.Services) == 0 && len(m.Types) == 0 {
		ck.at(m, "it does not say what it is about", "name services: or types:")
	}
	ck.servicesExist(m.Services)
	for i := range m.Types {
		t := strings.TrimSuffix(m.Types[i], "/*")
		if t == m.Types[i] || strings.Contains(t, "/") {
			ck.armType(&m.Types[i])
		}
	}
	if m.When != "" && len(m.Services) == 0 {
		ck.at(&m.When, "a condition is about the settings of services", "name services:")
	}
	for _, id := range m.Services {
		if f := ck.c.byID[id]; f != nil {
			ck.compiles(&m.When, m.When, f, "the condition "+quote(m.When)+" is wrong for "+id, "")
		}
	}
	ck.meterKind(m)
	ck.meterReadings(m)
}

// meterKind requires that a meter names price items, or says why there are none.
func (ck *checker) meterKind(m *Meter) {
	said := 0
	for _, text := range []string{m.Nothing, m.NoPrice} {
		if text != "" {
			said++
		}
	}
	switch {
	case said+min(1, len(m.Items)) != 1:
		ck.at(m, "it needs exactly one of items, nothing and noPrice", "name the price items, or say why there are none")
	case len(m.Items) > 0 && m.Unit == "":
		ck.at(m, "unit is missing", "say what one unit is, such as node or GB")
	}
	if e := &m.Each; *e != (Each{}) {
		if (e.Path == "") == (e.Child == "") {
			ck.at(e, "it goes over a list or over children", "write path: or child:")
		}
		if e.Path != "" {
			ck.path(&e.Path, e.Path)
		}
		if e.Child != "" {
			ck.armType(&e.Child)
		}
	}
}

func (ck *checker) meterReadings(m *Meter) {
	known := []string{"location"}
	for i := range m.Read {
		rd := &m.Read[i]
		ck.text(rd, &rd.Name, "name")
		if len(rd.Path) == 0 {
			ck.at(rd, "path is missing", "say where the value is, such as path: sku.name")
		}
		for k := range rd.Path {
			ck.path(&rd.Path[k], rd.Path[k])
			if strings.Contains(rd.Path[k], "[*]") {
				ck.at(&rd.Path[k], "a reading is one value", "go over the list with each:")
			}
		}
		if rd.In == inElement && m.Each == (Each{}) {
			ck.at(&rd.In, "there is no element without each", "add each:, or remove in:")
		}
		known = append(known, rd.Name)
		if rd.Pattern == "" {
			continue
		}
		p, err := wholePattern(rd.Pattern)
		if err != nil {
			ck.at(&rd.Pattern, "the pattern is no regular expression: "+err.Error(), "mend it")
			continue
		}
		known = append(known, p.SubexpNames()...)
	}
	uses := func(p any, text string) {
		for _, name := range braces.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(known, name[1]) {
				ck.at(p, "there is no reading "+quote(name[1]), nearestOf(name[1], known))
			}
		}
		if pattern, ok := Pattern(text); ok {
			if _, err := wholePattern(braces.ReplaceAllString(pattern, "x")); err != nil {
				ck.at(p, quote(text)+" is no regular expression: "+err.Error(), "mend it, or leave the slashes out")
			}
		}
	}
	factors := func(texts Values) {
		for i := range texts {
			uses(&texts[i], texts[i])
			for piece := range strings.SplitSeq(texts[i], "/") {
				if _, err := strconv.ParseFloat(piece, 64); err != nil && !braces.MatchString(piece) {
					ck.at(&texts[i], quote(texts[i])+" is no number", "write a number, or the name of a reading in braces")
				}
			}
		}
	}
	uses(&m.Region, m.Region)
	factors(m.Count)
	for i := range m.Items {
		x := &m.Items[i]
		ck.text(x, &x.Service, "service")
		for _, p := range []*string{&x.Product, &x.Sku, &x.Meter, &x.ArmSku} {
			uses(p, *p)
		}
		if _, err := regexp.Compile(x.Not); err != nil {
			ck.at(&x.Not, quote(x.Not)+" is no regular expression: "+err.Error(), "mend it")
		}
		factors(x.Times)
	}
}

// Pattern gives the regular expression of a text of a [PriceItem] in slashes;
// false for one that is the field itself.
func Pattern(text string) (string, bool) {
	if len(text) > 2 && text[0] == '/' && text[len(text)-1] == '/' {
		return text[1 : len(text)-1], true
	}
	return "", false
}
