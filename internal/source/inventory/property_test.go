package inventory

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Lines and columns are those of the document, in whatever order they are asked
// for, in texts of any characters.
func TestPositionsAreThoseOfTheDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.StringOf(rapid.SampledFrom([]rune("aé\n\r\U0001F600\t "))).Draw(t, "text")
		text := rapid.SampledFrom([]string{"", "\uFEFF"}).Draw(t, "mark") + "\"" + body + "\""
		doc, _ := jsonc.Parse("f", []byte(text))
		p := positioner{text: doc.Source(), line: 1}
		for range 6 {
			offset := rapid.IntRange(len(text)-len(body)-2, len(text)).Draw(t, "offset")
			for offset < len(text) && text[offset]&0xC0 == 0x80 {
				offset--
			}
			line, column := p.at(offset)
			if want := doc.Position(offset); line != want.Line || column != want.Column {
				t.Fatalf("offset %d of %q is %d:%d, want %d:%d", offset, text, line, column, want.Line, want.Column)
			}
		}
	})
}

// A listing in any form gives the same resources: as an array, as a page, as a
// page of Resource Graph in both forms, one a line, with keys in any case.
func TestAllFormsOfAListingGiveTheSameResources(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var elements, rows, want []string
		for i := range rapid.IntRange(1, 6).Draw(t, "resources") {
			id := fmt.Sprintf("/subscriptions/S/resourceGroups/g/providers/A.B/c/n%d", i)
			location := rapid.SampledFrom([]string{"westeurope", "West Europe", "", "global"}).Draw(t, "location")
			zones := rapid.SampledFrom([]string{`null`, `["1"]`, `["1","2"]`, `[]`, `[3]`}).Draw(t, "zones")
			upper := rapid.SampledFrom([]func(string) string{strings.ToUpper, strings.ToLower, func(s string) string { return s }}).Draw(t, "case")
			elements = append(elements, fmt.Sprintf(`{"%s":"%s","%s":"%s","%s":%s,"%s":{"i":%d}}`, upper("id"), id, upper("location"), location, upper("zones"), zones, upper("properties"), i))
			rows = append(rows, fmt.Sprintf(`["%s","%s",%s,{"i":%d}]`, id, location, zones, i))
			want = append(want, fmt.Sprintf("n%d %s %s", i, estate.NormalizeLocation(location), strings.Map(digits, zones)))
		}
		all := strings.Join(elements, ",")
		for form, text := range map[string]string{
			"array": "[" + all + "]", "page": `{"value":[` + all + `]}`, "graph": `{"data":[` + all + `],"count":1}`, "pages": `[{"value":[` + all + `]},{"value":[]}]`,
			"table": `{"data":{"columns":[{"name":"id"},{"name":"location"},{"name":"zones"},{"name":"properties"}],"rows":[` + strings.Join(rows, ",") + `]}}`,
			"lines": strings.Join(elements, "\n"),
		} {
			if form == "lines" && len(elements) > 1 {
				joined, ok := Join([]byte(text))
				if !ok {
					t.Fatalf("the lines are no stream: %s", text)
				}
				text = string(joined)
			}
			doc, errs := jsonc.Parse("f", []byte(text))
			if len(errs) > 0 || Recognise(doc.Root()) != "inventory" {
				t.Fatalf("%s: %v", form, errs)
			}
			res := Read(doc)
			var got []string
			for i, r := range res.Resources {
				if n, _ := r.Property("i").AsInt(); int(n) != i {
					t.Fatalf("%s: resource %d has the properties of %d", form, i, n)
				}
				got = append(got, r.Name+" "+r.Location+" "+strings.Join(r.Zones, ""))
			}
			if strings.Join(got, ";") != strings.Join(want, ";") || len(res.NotSeen) != 0 {
				t.Fatalf("%s: got %q, want %q; not seen %v", form, got, want, res.NotSeen)
			}
		}
	})
}

func digits(r rune) rune {
	if r >= '0' && r <= '9' {
		return r
	}
	return -1
}

// Nothing of a listing is lost: every element is a resource or is told.
func TestEveryElementIsAResourceOrTold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pick := rapid.SampledFrom([]string{`{"id":"/subscriptions/S/providers/A.B/c/1","properties":{}}`, `{"id":"x"}`, `{}`, `3`, `null`, `"s"`, `true`, `{"type":"A.B/c","name":"n","resourceGroup":"g","properties":{}}`})
		elements := rapid.SliceOfN(pick, 0, 12).Draw(t, "elements")
		doc, errs := jsonc.Parse("f", []byte("["+strings.Join(elements, ",")+"]"))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		res := Read(doc)
		if len(res.Resources)+len(res.NotSeen) != len(elements) {
			t.Fatalf("%d elements, %d resources, %d told", len(elements), len(res.Resources), len(res.NotSeen))
		}
	})
}

// Bodies with marks of unknown values read back as they were, whatever stands in
// the marks.
func TestMarksThatAreNoneStayWhatTheyAre(t *testing.T) {
	for text, want := range map[string]string{
		`{"$unknown":"no brackets"}`:                       `{"$unknown":"no brackets"}`,
		`{"$unknown":"[broken("}`:                          `{"$unknown":"[broken("}`,
		`{"$secret":false}`:                                `{"$secret":false}`,
		`{"$secret":true,"more":1}`:                        `{"$secret":true,"more":1}`,
		`{"$secret":true}`:                                 `{"$secret":true}`,
		`{"$unknown":"[f()]","$reason":999,"$hint":"x"}`:   `{"$unknown":"[f()]"}`,
		`{"a":[{"$unknown":"[f(1)]"},1.5,null,false,"s"]}`: `{"a":[{"$unknown":"[f(1)]"},1.5,null,false,"s"]}`,
	} {
		doc, errs := jsonc.Parse("f", []byte(text))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		if got := string(decode(doc.Root()).AppendJSON(nil)); got != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
}
