package wire

import (
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"testing"
	"time"
	"unicode/utf8"
)

func TestDocuments(t *testing.T) {
	d := NewDocument()
	d.Open("List")
	d.Name("Name", "a & b/<ü>")
	d.Name("Name", "bell\a")
	d.Text("Empty", "")
	d.Some("Missing", "")
	d.When("Never", time.Time{})
	d.When("Noon", time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	d.Pairs("Metadata", map[string]string{"b": "2", "a": "1"})
	d.Close("List")
	want := "\ufeff" + `<?xml version="1.0" encoding="utf-8"?><List><Name>a &amp; b/&lt;ü&gt;</Name><Name Encoded="true">bell%07</Name><Empty></Empty>` +
		`<Noon>Mon, 23 Nov 2026 12:00:00 GMT</Noon><Metadata><a>1</a><b>2</b></Metadata></List>`
	if got := d.String(); got != want {
		t.Errorf("it is %s", got)
	}
	if got := Attribute(`"a"<`); got != "&#34;a&#34;&lt;" {
		t.Errorf("the attribute is %s", got)
	}
}

func TestRanges(t *testing.T) {
	for _, c := range []struct {
		value        string
		size         int64
		from, length int64
		partial, bad bool
	}{
		{"", 10, 0, 10, false, false}, {"bytes=0-", 10, 0, 10, true, false}, {"bytes=2-3", 10, 2, 2, true, false}, {"bytes=2-99", 10, 2, 8, true, false},
		{"bytes=-3", 10, 7, 3, true, false}, {"bytes=-30", 10, 0, 10, true, false}, {"bytes=-3", 0, 0, 0, false, false}, {"bytes=10-", 10, 0, 10, false, true},
		{"bytes=0-", 0, 0, 0, false, true}, {"bytes=5-2", 10, 0, 10, false, false}, {"lines=1-2", 10, 0, 10, false, false}, {"bytes=a-b", 10, 0, 10, false, false}, {"bytes=5", 10, 0, 10, false, false},
	} {
		got, err := RangeOf(http.Header{"Range": {c.value}}, c.size)
		if (err != nil) != c.bad || err == nil && got != (Span{c.from, c.length, c.partial}) {
			t.Errorf("%q of %d is %+v, %v", c.value, c.size, got, err)
		}
	}
	got, _ := RangeOf(http.Header{"Range": {"bytes=0-1"}, "X-Ms-Range": {"bytes=4-5"}}, 10)
	if got.Header(10) != "bytes 4-5/10" {
		t.Errorf("of two headers it takes %s", got.Header(10))
	}
}

func TestSums(t *testing.T) {
	for _, c := range []struct {
		header, value string
		good          bool
	}{
		{"Content-Md5", "XUFAKrxLKna5cZ2REBfFkg==", true}, {"Content-Md5", "XUFAKrxLKna5cZ2REBfFkQ==", false}, {"Content-Md5", "no", false},
		{"X-Ms-Content-Crc64", crcOf("hello"), true}, {"X-Ms-Content-Crc64", crcOf("hellO"), false}, {"X-Ms-Content-Crc64", "no", false}, {"X-Other", "x", true},
	} {
		if err := CheckSum(http.Header{c.header: {c.value}}, []byte("hello")); (err == nil) != c.good {
			t.Errorf("%s %s: %v", c.header, c.value, err)
		}
	}
}

func crcOf(text string) string {
	s := NewSums()
	_, _ = s.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(s.CRC64())
}

func TestMetadata(t *testing.T) {
	m, err := Metadata(http.Header{"X-Ms-Meta-Colour": {"blue"}, "X-Ms-Meta-Naïve": {"a", "b"}, "Other": {"x"}})
	if err != nil || len(m) != 2 || m["colour"] != "blue" || m["naïve"] != "a,b" {
		t.Errorf("it is %v, %v", m, err)
	}
	for _, name := range []string{"X-Ms-Meta-", "X-Ms-Meta-1a", "X-Ms-Meta-A.b"} {
		if _, err := Metadata(http.Header{name: {"x"}}); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	h := http.Header{}
	HeadMetadata(h, m)
	if h.Get("x-ms-meta-colour") != "blue" {
		t.Errorf("the headers are %v", h)
	}
}

// FuzzName holds that what is written is XML that reads back as the name.
func FuzzName(f *testing.F) {
	for _, s := range []string{"a/b", "<&>\"'", "\x00\x1f", "ü日", "\ufffe", "%41", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		d := NewDocument()
		d.Name("Name", name)
		var got struct {
			Encoded bool   `xml:"Encoded,attr"`
			Text    string `xml:",chardata"`
		}
		if err := DecodeXML([]byte(d.String()), &got); err != nil {
			t.Fatalf("%q is written as %s: %v", name, d.String(), err)
		}
		if !got.Encoded && utf8.ValidString(name) && got.Text != name {
			t.Errorf("%q comes back as %q", name, got.Text)
		}
	})
}

// FuzzDecodeXML holds that no document makes the reader fail otherwise than with
// an error.
func FuzzDecodeXML(f *testing.F) {
	f.Add([]byte("\ufeff<BlockList><Latest>MQ==</Latest></BlockList>"))
	f.Add([]byte("<SignedIdentifiers><SignedIdentifier><Id>a</Id></SignedIdentifier></SignedIdentifiers>"))
	f.Add([]byte("<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>"))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		var list struct {
			Entries []struct {
				XMLName xml.Name
				ID      string `xml:",chardata"`
			} `xml:",any"`
		}
		_ = DecodeXML(raw, &list)
		var tags struct {
			Tags []struct{ Key, Value string } `xml:"TagSet>Tag"`
		}
		_ = DecodeXML(raw, &tags)
	})
}

func FuzzRangeOf(f *testing.F) {
	f.Add("bytes=0-", int64(10))
	f.Add("bytes=-5", int64(0))
	f.Fuzz(func(t *testing.T, value string, size int64) {
		if size < 0 {
			return
		}
		s, err := RangeOf(http.Header{"Range": {value}}, size)
		if err == nil && (s.From < 0 || s.Length < 0 || s.From+s.Length > size || s.Partial && s.Length == 0) {
			t.Errorf("%q of %d is %+v", value, size, s)
		}
	})
}
