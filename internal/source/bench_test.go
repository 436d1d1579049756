package source_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/internal/source"
	"github.com/holdfast-ml/holdfast/internal/source/inventory/inventorytest"
)

// BenchmarkInventory compares loading an inventory of 100,000 resources with
// 1,000 workspaces (parse, relate, build) with plain decoding of its bytes.
func BenchmarkInventory(b *testing.B) {
	text := inventorytest.Generate(1000)
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			var v any
			if err := json.Unmarshal(text, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("load", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		files := fstest.MapFS{"inventory.json": &fstest.MapFile{Data: text}}
		for b.Loop() {
			e, _, err := source.Load(context.Background(), []string{"inventory.json"}, source.Options{Files: files})
			if err != nil || e.Coverage.Resources != 100_000 {
				b.Fatal(err, len(e.Resources))
			}
		}
	})
}

// BenchmarkQuickstarts compares loading every sample template by itself (parse,
// expand, relate, build) with plain decoding of the same files.
func BenchmarkQuickstarts(b *testing.B) {
	files := map[string][]byte{}
	size := 0
	err := filepath.WalkDir(shared(b, "quickstarts"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[path] = text
		size += len(text)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	memory := fstest.MapFS{}
	var templates []string
	for path, text := range files {
		name := strings.TrimLeft(filepath.ToSlash(path), "./")
		memory[name] = &fstest.MapFile{Data: text}
		if doc, _ := jsonc.Parse(name, text); source.Recognise(doc) == "template" {
			templates = append(templates, name)
		}
	}
	slices.Sort(templates)
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(size))
		for b.Loop() {
			for _, text := range files {
				var v any
				_ = json.Unmarshal(text, &v) // some hold comments: what counts is the time
			}
		}
	})
	b.Run("load", func(b *testing.B) {
		b.SetBytes(int64(size))
		for b.Loop() {
			for _, name := range templates {
				if _, _, err := source.Load(context.Background(), []string{name}, source.Options{Files: memory}); err != nil && !errors.Is(err, source.ErrNothing) {
					b.Fatal(err)
				}
			}
		}
	})
}
