package price

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// place is a line and a column of a file, both from 1.
type place struct{ line, column int }

// maxItem bounds the bytes of one item, and of whatever else stands between two.
const maxItem = 1 << 20

var errTooLong = errors.New("too long")

// tracker counts lines, and stops a reader that is asked for too much before an
// item is complete.
type tracker struct {
	r      io.Reader
	read   int64   // bytes that were given out
	passed int64   // up to where all is done with
	breaks []int64 // the line breaks between passed and read
	line   int     // of passed
	start  int64   // of that line
}

func (t *tracker) Read(p []byte) (int, error) {
	room := t.passed + 2*maxItem - t.read
	if room <= 0 {
		return 0, errTooLong
	}
	n, err := t.r.Read(p[:min(int64(len(p)), room)])
	for i := range n {
		if p[i] == '\n' {
			t.breaks = append(t.breaks, t.read+int64(i))
		}
	}
	t.read += int64(n)
	return n, err
}

// pass says that all up to the offset is done with, and where that is.
func (t *tracker) pass(offset int64) place {
	n := 0
	for n < len(t.breaks) && t.breaks[n] < offset {
		t.line, t.start = t.line+1, t.breaks[n]+1
		n++
	}
	t.breaks = append(t.breaks[:0], t.breaks[n:]...)
	t.passed = offset
	return place{t.line + 1, int(offset-t.start) + 1}
}

// rawItem is an item as the list has it.
type rawItem struct {
	Currency string   `json:"currencyCode"`
	From     *float64 `json:"tierMinimumUnits"`
	Retail   *float64 `json:"retailPrice"`
	Unit     *float64 `json:"unitPrice"`
	Region   string   `json:"armRegionName"`
	Since    string   `json:"effectiveStartDate"`
	MeterID  string   `json:"meterId"`
	Meter    string   `json:"meterName"`
	Product  string   `json:"productName"`
	SkuID    string   `json:"skuId"`
	Sku      string   `json:"skuName"`
	Service  string   `json:"serviceName"`
	Measure  string   `json:"unitOfMeasure"`
	Type     string   `json:"type"`
	Primary  bool     `json:"isPrimaryMeterRegion"`
	ArmSku   string   `json:"armSkuName"`
}

// fileReader reads one file.
type fileReader struct {
	*builder
	name string
	t    *tracker
	dec  *json.Decoder
	file File
	next bool // the last page says that another one follows
}

// read takes in a file: pages of the answers of the API, lists of pages or of
// items, or items, one after the other.
func (b *builder) read(name string, r io.Reader, date time.Time) error {
	f := &fileReader{builder: b, name: name, t: &tracker{r: r}, file: File{Name: name, Date: date}}
	if err := f.skipMark(); err != nil {
		return err
	}
	f.dec = json.NewDecoder(f.t)
	values, before := 0, b.pages
	for {
		err := f.value(0)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		values++
	}
	if values == 0 {
		return fmt.Errorf("%s: the file is empty: download the price list again, see docs/costs.md", name)
	}
	b.list.Files = append(b.list.Files, f.file)
	if b.pages > before+1 && f.next {
		b.list.Partial = append(b.list.Partial, name+": its last page says that another page follows")
	}
	return nil
}

// skipMark leaves out the mark that some programs begin UTF-8 with, and refuses
// UTF-16.
func (f *fileReader) skipMark() error {
	var head [3]byte
	n, err := io.ReadFull(f.t.r, head[:])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	got := head[:n]
	switch {
	case n == 3 && string(got) == "\xef\xbb\xbf":
		got = nil
	case n >= 2 && (string(got[:2]) == "\xff\xfe" || string(got[:2]) == "\xfe\xff"):
		return fmt.Errorf("%s: the file is UTF-16: write it as UTF-8, in PowerShell with Set-Content -Encoding utf8", f.name)
	case n >= 2 && string(got[:2]) == "\x1f\x8b":
		return fmt.Errorf("%s: the file is compressed: unpack it with gunzip", f.name)
	}
	f.t.r = io.MultiReader(strings.NewReader(string(got)), f.t.r)
	return nil
}

// wrong puts the place before an error.
func (f *fileReader) wrong(format string, args ...any) error {
	at := f.t.pass(f.dec.InputOffset())
	return fmt.Errorf("%s:%d:%d: %w", f.name, at.line, at.column, fmt.Errorf(format, args...))
}

// broken explains an error of the decoder.
func (f *fileReader) broken(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, errTooLong):
		return f.wrong("an item has more than %d bytes: this is no price list", maxItem)
	case errors.As(err, &kind):
		return f.wrong("%s is a %s, not a %s: this is no item of the price list", kind.Field, kind.Value, kind.Type)
	case errors.As(err, &syntax):
		return f.wrong("the JSON is broken behind this: %w: download the file again", err)
	case errors.Is(err, io.ErrUnexpectedEOF), err == io.EOF:
		return f.wrong("the file ends too early: download it again")
	}
	return f.wrong("%w", err)
}

// maxDepth bounds lists of lists.
const maxDepth = 3

// value reads a page, an item, or a list of them; [io.EOF] when there is none.
func (f *fileReader) value(depth int) error {
	tok, err := f.dec.Token()
	switch {
	case err == io.EOF && depth == 0:
		return io.EOF
	case err != nil:
		return f.broken(err)
	case tok == json.Delim('{'):
		return f.object()
	case tok != json.Delim('['):
		return f.wrong("there is %.40q where a page or an item of the price list belongs", fmt.Sprint(tok))
	case depth >= maxDepth:
		return f.wrong("lists are nested too deep for a price list")
	}
	for f.dec.More() {
		if err := f.value(depth + 1); err != nil {
			return err
		}
	}
	if _, err := f.dec.Token(); err != nil {
		return f.broken(err)
	}
	return nil
}

// object reads a page or an item, of which the brace is read.
func (f *fileReader) object() error {
	var raw rawItem
	fields := itemFields(&raw)
	page, item, next := false, false, false
	begin := f.t.pass(f.dec.InputOffset())
	for f.dec.More() {
		tok, err := f.dec.Token()
		if err != nil {
			return f.broken(err)
		}
		key, _ := tok.(string)
		switch field := fields[strings.ToLower(key)]; {
		case strings.EqualFold(key, "items"):
			page = true
			if err := f.items(); err != nil {
				return err
			}
			continue
		case strings.EqualFold(key, "nextPageLink"):
			var link *string
			if err = f.dec.Decode(&link); err == nil {
				next = link != nil && *link != ""
			}
		case strings.EqualFold(key, "billingCurrency"):
			var currency string
			if err = f.dec.Decode(&currency); err == nil {
				if err := f.currency(currency); err != nil {
					return err
				}
			}
		case field != nil:
			item = true
			err = f.dec.Decode(field)
		default:
			err = f.skip()
		}
		if err != nil {
			return f.broken(err)
		}
	}
	if _, err := f.dec.Token(); err != nil {
		return f.broken(err)
	}
	switch {
	case page:
		f.pages++
		f.next = next
		if !next {
			f.ends++
		}
		f.t.pass(f.dec.InputOffset())
		return nil
	case !item:
		return fmt.Errorf("%s:%d:%d: this is neither a page of the price list nor an item: a page has Items, an item has meterName and retailPrice", f.name, begin.line, begin.column)
	}
	return f.take(&raw)
}

func itemFields(r *rawItem) map[string]any {
	return map[string]any{
		"currencycode": &r.Currency, "tierminimumunits": &r.From, "retailprice": &r.Retail, "unitprice": &r.Unit, "armregionname": &r.Region,
		"effectivestartdate": &r.Since, "meterid": &r.MeterID, "metername": &r.Meter, "productname": &r.Product, "skuid": &r.SkuID, "skuname": &r.Sku,
		"servicename": &r.Service, "unitofmeasure": &r.Measure, "type": &r.Type, "isprimarymeterregion": &r.Primary, "armskuname": &r.ArmSku,
	}
}

// items reads the items of a page.
func (f *fileReader) items() error {
	tok, err := f.dec.Token()
	if err != nil {
		return f.broken(err)
	}
	if tok != json.Delim('[') {
		return f.wrong("Items is no list: this is no page of the price list")
	}
	for f.dec.More() {
		var raw rawItem
		if err := f.dec.Decode(&raw); err != nil {
			return f.broken(err)
		}
		if err := f.take(&raw); err != nil {
			return err
		}
	}
	if _, err := f.dec.Token(); err != nil {
		return f.broken(err)
	}
	return nil
}

// skip passes over a value, token by token.
func (f *fileReader) skip() error {
	for depth := 0; ; {
		tok, err := f.dec.Token()
		if err != nil {
			return err
		}
		switch tok {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
		f.t.pass(f.dec.InputOffset())
	}
}

// currency holds all prices to one currency.
func (f *fileReader) currency(code string) error {
	switch code = strings.ToUpper(strings.TrimSpace(code)); {
	case code == "":
	case f.list.Currency == "":
		f.list.Currency = code
	case f.list.Currency != code:
		return f.wrong("prices in %s, where those before are in %s: download the whole list in one currency", code, f.list.Currency)
	}
	return nil
}

// take checks an item and adds it.
func (f *fileReader) take(raw *rawItem) error {
	if err := f.currency(raw.Currency); err != nil {
		return err
	}
	amount := raw.Retail
	if amount == nil {
		amount = raw.Unit
	}
	switch {
	case raw.Service == "" || raw.Meter == "":
		return f.wrong("an item has no serviceName or no meterName: this is no item of the price list")
	case amount == nil:
		return f.wrong("%s has no retailPrice", raw.Meter)
	case !(*amount >= 0) || *amount > 1e12:
		return f.wrong("%s costs %g: a price is 0 or more", raw.Meter, *amount)
	case !utf8.ValidString(raw.Service + raw.Product + raw.Sku + raw.Meter):
		return f.wrong("an item has a name that is no text")
	}
	it := Item{
		Service: raw.Service, Product: raw.Product, Sku: raw.Sku, Meter: raw.Meter, MeterID: raw.MeterID, ArmSku: raw.ArmSku, Region: raw.Region,
		Unit: raw.Measure, Price: *amount, Primary: raw.Primary, skuID: raw.SkuID,
	}
	if raw.From != nil {
		if it.From = *raw.From; !(it.From >= 0) || it.From > 1e15 {
			return f.wrong("%s is for %g units and more: that is no number of units", raw.Meter, it.From)
		}
	}
	if raw.Since != "" {
		since, err := parseDate(raw.Since)
		if err != nil {
			return f.wrong("%s is valid from %.40q: that is no date", raw.Meter, raw.Since)
		}
		it.Since = since
	}
	f.t.pass(f.dec.InputOffset())
	f.file.Items++
	kept, err := f.add(&it, raw.Type)
	if err != nil {
		return f.wrong("%w", err)
	}
	if kept {
		f.file.Kept++
	}
	return nil
}

func parseDate(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no date", text)
}
