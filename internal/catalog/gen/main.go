// Command gen turns the YAML files of the catalog into the JSON that is
// embedded. It is run by go generate in internal/catalog.
package main

import (
	"fmt"
	"os"

	"github.com/holdfast-ml/holdfast/internal/catalog"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	data, err := catalog.Generate(os.DirFS("data"))
	if err != nil {
		return err
	}
	return os.WriteFile("data.json", data, 0o644)
}
