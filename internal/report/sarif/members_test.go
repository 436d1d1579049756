package sarif_test

import (
	"bytes"
	stdjson "encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// members gives the values below some paths of a document, each on a line with its path, in
// the order of the document. Ids lose what all of them begin with.
func members(t *testing.T, doc []byte, paths, skip string) string {
	t.Helper()
	left := regexp.MustCompile(skip)
	var out strings.Builder
	for path := range strings.FieldsSeq(paths) {
		v := stdjson.RawMessage(doc)
		for step := range strings.SplitSeq(path, ".") {
			keys, values := parts(t, v)
			v = values[slices.Index(keys, step)]
		}
		list(t, path, v, func(path, text string) {
			if !left.MatchString(path) {
				out.WriteString(path + " " + longID.ReplaceAllString(text, `"…/`) + "\n")
			}
		})
	}
	return out.String()
}

var longID = regexp.MustCompile(`"/subscriptions/0{8}[^"]*?/providers/Microsoft\.\w+/\w+/`)

// list walks a value; a list of plain values stands on one line.
func list(t *testing.T, path string, v stdjson.RawMessage, leaf func(path, text string)) {
	t.Helper()
	keys, values := parts(t, v)
	if len(values) == 0 || v[0] == '[' && !slices.ContainsFunc(values, func(x stdjson.RawMessage) bool { return x[0] == '{' || x[0] == '[' }) {
		var plain bytes.Buffer
		if err := stdjson.Compact(&plain, v); err != nil {
			t.Fatal(err)
		}
		leaf(path, plain.String())
		return
	}
	for i, x := range values {
		list(t, path+"."+keys[i], x, leaf)
	}
}

// parts gives the members of an object or a list in the order in which they are written.
func parts(t *testing.T, v stdjson.RawMessage) (keys []string, values []stdjson.RawMessage) {
	t.Helper()
	dec := stdjson.NewDecoder(bytes.NewReader(v))
	open, err := dec.Token()
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := open.(stdjson.Delim); !ok {
		return nil, nil
	}
	for dec.More() {
		key := any(strconv.Itoa(len(values)))
		if open == stdjson.Delim('{') {
			if key, err = dec.Token(); err != nil {
				t.Fatal(err)
			}
		}
		var value stdjson.RawMessage
		if err := dec.Decode(&value); err != nil {
			t.Fatal(err)
		}
		keys, values = append(keys, key.(string)), append(values, value)
	}
	return keys, values
}
