package price

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// one is an item that the meter of private endpoints asks for; with gives it other
// or further members.
func one(with ...string) string {
	members := map[string]string{
		"currencyCode": `"XTS"`, "tierMinimumUnits": "0", "retailPrice": "0.01", "armRegionName": `"Global"`, "effectiveStartDate": `"2026-10-01T00:00:00Z"`,
		"meterId": `"m"`, "meterName": `"Standard Private Endpoint"`, "productName": `"Virtual Network Private Link"`, "skuName": `"Standard"`,
		"serviceName": `"Virtual Network"`, "unitOfMeasure": `"1 Hour"`, "type": `"Consumption"`, "isPrimaryMeterRegion": "true",
	}
	order := []string{"currencyCode", "tierMinimumUnits", "retailPrice", "armRegionName", "effectiveStartDate", "meterId", "meterName", "productName", "skuName", "serviceName", "unitOfMeasure", "type", "isPrimaryMeterRegion"}
	for i := 0; i < len(with); i += 2 {
		if _, ok := members[with[i]]; !ok {
			order = append(order, with[i])
		}
		members[with[i]] = with[i+1]
	}
	var parts []string
	for _, key := range order {
		if members[key] != "" {
			parts = append(parts, fmt.Sprintf("%q: %s", key, members[key]))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func page(next string, items ...string) string {
	return `{"BillingCurrency": "XTS", "Items": [` + strings.Join(items, ",\n") + `], "NextPageLink": ` + next + `, "Count": 1}`
}

func readText(t testing.TB, text string) (*List, error) {
	t.Helper()
	return Read(loadCatalog(t), Options{}, "prices.json", strings.NewReader(text), time.Time{})
}

func TestShapesOfADownload(t *testing.T) {
	for name, text := range map[string]string{
		"a page":                 page("null", one()),
		"an empty link":          page(`""`, one()),
		"pages one by one":       page(`"next"`, one()) + "\n" + page("null", one("meterId", `"n"`)),
		"a list of pages":        "[" + page(`"next"`, one()) + "," + page("null") + "]",
		"a list of items":        "[" + one() + "]",
		"items line by line":     one() + "\n" + one("meterId", `"n"`) + "\n",
		"one item":               one(),
		"a mark of UTF-8":        "\xef\xbb\xbf" + page("null", one()),
		"other members":          `{"junk": [1, {"a": [{}]}, "x"], "items": [` + one("odd", `{"a": [1]}`) + `], "count": 1}`,
		"members in odd letters": `{"ITEMS": [` + strings.Replace(one(), "meterName", "MeterName", 1) + `]}`,
		"without a retail price": page("null", one("retailPrice", "", "unitPrice", "0.01")),
		"without a currency":     `{"Items": [` + one("currencyCode", "") + `]}`,
		"a reservation beside":   page("null", one(), one("meterId", `"r"`, "type", `"Reservation"`, "retailPrice", "99", "reservationTerm", `"1 Year"`)),
		"an older price beside":  page("null", one("retailPrice", "7", "effectiveStartDate", `"2020-01-01T00:00:00Z"`), one()),
		"an older price behind":  page("null", one(), one("retailPrice", "7", "effectiveStartDate", `"2020-01-01"`)),
		"a date without a zone":  page("null", one("effectiveStartDate", `"2026-10-01T00:00:00"`)),
		"a secondary meter":      page("null", one(), one("meterId", `"n"`, "isPrimaryMeterRegion", "false", "retailPrice", "5")),
	} {
		t.Run(name, func(t *testing.T) {
			l, err := readText(t, text)
			if err != nil {
				t.Fatal(err)
			}
			r := at(t, "Microsoft.Network/privateEndpoints", "pe", "westeurope", `{}`)
			b := Of(l, loadCatalog(t), estateOf(t, r), r)
			if len(b.Lines) != 1 || !b.Lines[0].Known || sum(b.Monthly) != "7.30" {
				t.Errorf("%s: %+v", sum(b.Monthly), b.Lines)
			}
		})
	}
}

func TestWhatIsNoPriceListIsRefusedWithItsPlace(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"nothing":             {"", "prices.json: the file is empty"},
		"blanks":              {" \n ", "the file is empty"},
		"no items":            {page("null"), "there is no item in what was read"},
		"broken JSON":         {"{\"Items\": [\n" + one() + ",\n  {\"retailPrice\": }]}", "prices.json:2:384: the JSON is broken behind this"},
		"cut off":             {"{\"Items\": [\n" + one() + ",\n", "the file ends too early"},
		"cut off in an item":  {`{"Items": [{"meterName": "x`, "the file ends too early"},
		"something else":      {`{"error": {"code": "TooManyRequests"}}`, "prices.json:1:2: this is neither a page of the price list nor an item"},
		"a text":              {`"prices"`, `there is "prices" where a page`},
		"items that are none": {`{"Items": {}}`, "Items is no list"},
		"a list of numbers":   {`{"Items": [1]}`, "is a number"},
		"deep lists":          {`[[[[[]]]]]`, "nested too deep"},
		"a price in words":    {page("null", one("retailPrice", `"much"`)), "retailPrice is a string, not a float64"},
		"a price below 0":     {page("null", one("retailPrice", "-1")), "a price is 0 or more"},
		"no price":            {page("null", one("retailPrice", "")), "has no retailPrice"},
		"no name":             {page("null", one("meterName", "")), "no serviceName or no meterName"},
		"an odd date":         {page("null", one("effectiveStartDate", `"yesterday"`)), "that is no date"},
		"odd units":           {page("null", one("tierMinimumUnits", "-5")), "no number of units"},
		"two currencies":      {page("null", one(), one("currencyCode", `"EUR"`)), "prices in EUR, where those before are in XTS"},
		"two pages":           {page("null", one()) + strings.Replace(page("null", one("currencyCode", `"USD"`)), "XTS", "USD", 1), "prices in USD, where those before are in XTS"},
		"UTF-16":              {"\xff\xfe[\x00", "UTF-16"},
		"compressed":          {"\x1f\x8b\x08", "compressed"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readText(t, tt.text)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "reading prices: ") {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// endless gives a text again and again, so many times.
type endless struct {
	head, body, tail string
	times            int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.head == "" {
		switch {
		case e.times > 0:
			e.head, e.times = e.body, e.times-1
		case e.tail != "":
			e.head, e.tail = e.tail, ""
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, e.head)
	e.head = e.head[n:]
	return n, nil
}

// A list of many megabytes is read piece by piece, and little of it is kept.
func TestALargeListTakesLittleMemory(t *testing.T) {
	item := one("serviceName", `"Made Up"`, "skuName", `"`+strings.Repeat("x", 1000)+`"`) + ","
	const times = 40_000
	in := &endless{head: `{"Items": [`, body: item, times: times, tail: one() + `]}`}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	l, err := Read(loadCatalog(t), Options{}, "large.json", in, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if read, kept := l.Items(); read != times+1 || kept != 1 {
		t.Errorf("%d items were read and %d kept", read, kept)
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 4<<20 {
		t.Errorf("%d bytes are kept of %d", grown, times*len(item))
	}
	runtime.KeepAlive(l)
}

func TestHostileListsEnd(t *testing.T) {
	for name, in := range map[string]*endless{
		"one endless text":   {head: `{"Items": [{"meterName": "`, body: strings.Repeat("x", 1<<16), times: 1 << 20},
		"one endless item":   {head: `{"Items": [{`, body: `"a": 1,`, times: 1 << 40},
		"endless blanks":     {head: `[`, body: strings.Repeat(" ", 1<<16), times: 1 << 40},
		"endless depth":      {head: `{"junk": `, body: strings.Repeat("[", 1<<10), times: 1 << 13, tail: "x"},
		"endless empty text": {head: `[`, body: `"",`, times: 1 << 40},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Read(loadCatalog(t), Options{}, "hostile.json", in, time.Time{}); err == nil {
				t.Error("it was read")
			}
		})
	}
}

func TestPlacesCountLinesAndColumns(t *testing.T) {
	text := "[\n" + strings.Repeat(one()+",\n", 5000) + "  {\"meterName\": 5}]"
	_, err := readText(t, text)
	if err == nil || !strings.Contains(err.Error(), "prices.json:5002:") {
		t.Errorf("got %v, want line 5002", err)
	}
}

func TestFilesAndFolders(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return file
	}
	load := func(names ...string) (*List, error) { return Load(loadCatalog(t), Options{}, names...) }
	write("a/1.json", page(`"next"`, one()))
	last := write("a/b/2.jsonl", page("null", one("meterId", `"n"`)))
	write("a/readme.txt", "no prices")
	l, err := load(filepath.Join(dir, "a"))
	if err != nil {
		t.Fatal(err)
	}
	if read, kept := l.Items(); len(l.Files) != 2 || read != 2 || kept != 2 || len(l.Partial) > 0 {
		t.Errorf("%+v, %v", l.Files, l.Partial)
	}
	when := time.Date(2026, 11, 5, 12, 0, 0, 0, time.UTC)
	if err := os.Chtimes(last, when, when); err != nil {
		t.Fatal(err)
	}
	if l, err = load(last); err != nil {
		t.Fatal(err)
	}
	if got, want := l.Dated(), "retail prices in XTS, valid from 2026-10-01; the file is of 2026-11-05"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	// A download that was cut off between two pages is said to be one.
	for name, file := range map[string]string{
		"only the first page": write("cut.json", page(`"next"`, one())),
		"two of three pages":  write("cut2.json", page(`"next"`, one())+page(`"next"`, one())),
	} {
		l, err := load(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Partial) == 0 || !strings.Contains(l.Dated(), "not all of the list was downloaded") {
			t.Errorf("%s: it looks whole", name)
		}
	}
	for name, tt := range map[string]struct{ file, want string }{
		"not there":        {filepath.Join(dir, "none"), "no such file"},
		"an empty folder":  {filepath.Dir(write("c/readme.txt", "x")), "has no .json file"},
		"two currencies":   {filepath.Dir(write("d/2.json", strings.ReplaceAll(page("null", one()), "XTS", "EUR"))), "2.json:1:"},
		"a broken file":    {write("e.json", "{"), "e.json:1:"},
		"no items at all?": {write("f.json", page("null")), "there is no item"},
	} {
		write("d/1.json", page("null", one()))
		if _, err := load(tt.file); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

// A price that is valid only later does not replace the one of today.
func TestPricesOfTheFutureWait(t *testing.T) {
	text := page("null", one(), one("retailPrice", "7", "effectiveStartDate", `"2027-01-01"`))
	for _, tt := range []struct {
		now  time.Time
		want float64
	}{{time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), 0.01}, {time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC), 7}, {time.Time{}, 7}} {
		l, err := Read(loadCatalog(t), Options{Now: tt.now}, "x", strings.NewReader(text), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		for _, items := range l.items {
			if items[0].Price != tt.want {
				t.Errorf("on %s it costs %g, want %g", tt.now, items[0].Price, tt.want)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{page("null", one()), "[" + one() + "]", one() + one(), `{"Items": [{}]}`, "\xef\xbb\xbf{}", `[[[[`, `{"a": {"b": [1, "x", null]}}`, "\xff\xfe"} {
		f.Add([]byte(seed))
	}
	cat := loadCatalog(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		l, err := Read(cat, Options{}, "fuzz.json", bytes.NewReader(src), time.Time{})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "reading prices: ") {
				t.Errorf("the error is %v", err)
			}
			return
		}
		read, kept := l.Items()
		if read == 0 || kept > read || l.Dated() == "" {
			t.Errorf("%d items, %d kept", read, kept)
		}
	})
}
