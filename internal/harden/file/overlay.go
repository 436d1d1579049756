package file

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/holdfast-ml/holdfast/internal/source"
)

// overlay is files with some of them edited. It notes which ones were read.
type overlay struct {
	base   source.Files
	edited map[string][]byte // by cleaned name
	read   map[string][]byte
}

func (o *overlay) ReadFile(name string) ([]byte, error) {
	clean := filepath.Clean(name)
	if text, ok := o.edited[clean]; ok {
		o.read[clean] = text
		return text, nil
	}
	text, err := o.base.ReadFile(name)
	if err == nil {
		o.read[clean] = text
	}
	return text, err
}

func (o *overlay) ReadDir(name string) ([]fs.DirEntry, error) { return o.base.ReadDir(name) }
func (o *overlay) Stat(name string) (fs.FileInfo, error)      { return o.base.Stat(name) }

var _ source.Files = (*overlay)(nil)

// disk is the files of the operating system.
type disk struct{}

func (disk) ReadFile(name string) ([]byte, error)       { return os.ReadFile(name) }
func (disk) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }
func (disk) Stat(name string) (fs.FileInfo, error)      { return os.Stat(name) }
