// Command holdfast keeps Azure Machine Learning working when Azure does not.
package main

import (
	"os"

	"github.com/holdfast-ml/holdfast/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], cli.SystemStreams())) }
