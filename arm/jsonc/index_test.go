package jsonc

import (
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// many is an array of n objects, one behind the other or one a line.
func many(n int, between string) string {
	var b strings.Builder
	b.WriteByte('[')
	for i := range n {
		if i > 0 {
			b.WriteString(between)
		}
		b.WriteString(`{"é":` + strconv.Itoa(i) + `,"more":["ü"]}`)
	}
	b.WriteByte(']')
	return b.String()
}

func TestPlacesInLargeArrays(t *testing.T) {
	for _, between := range []string{",", ",\n"} {
		text := many(3000, between)
		doc, errs := Parse("f", []byte(text))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		i := 0
		for c := range doc.Root().Children() {
			member := c.Get("é")
			if got, want := member.Pointer(), "/"+strconv.Itoa(i)+"/é"; got != want {
				t.Fatalf("pointer %s, want %s", got, want)
			}
			if doc.Root().At(i) != c {
				t.Fatalf("At(%d) is another node", i)
			}
			start := strings.LastIndexByte(text[:member.Start()], '\n') + 1
			want := 1 + utf8.RuneCountInString(text[start:member.Start()])
			if p := member.Pos(); p.Column != want || p.Line != 1+strings.Count(text[:member.Start()], "\n") {
				t.Fatalf("element %d is at %v, want column %d", i, p, want)
			}
			i++
		}
		if doc.Root().At(3000).IsValid() || !doc.Root().At(2999).IsValid() {
			t.Error("the end of the array")
		}
	}
}

func TestPlacesInAnObjectOfManyMembersSomeOfThemReplaced(t *testing.T) {
	var b strings.Builder
	for i := range 200 {
		b.WriteString(`,"k` + strconv.Itoa(i%150) + `":{"a":` + strconv.Itoa(i) + `}`)
	}
	doc, _ := Parse("f", []byte("{"+b.String()[1:]+"}"))
	root := doc.Root()
	if root.Len() != 150 {
		t.Fatalf("%d members", root.Len())
	}
	i := 0
	for c := range root.Children() {
		if root.At(i) != c || c.index(root) != i {
			t.Fatalf("member %d is at %d", i, c.index(root))
		}
		i++
	}
}

func TestPlacesOfAllElementsAreFoundQuickly(t *testing.T) {
	doc, errs := Parse("f", []byte(many(100_000, ",")))
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	start := time.Now()
	for c := range doc.Root().Children() {
		c.Pointer()
		c.Pos()
	}
	if d := time.Since(start); d > 30*time.Second {
		t.Errorf("the places of 100,000 elements in one line took %v", d)
	}
}
