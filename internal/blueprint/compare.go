package blueprint

import (
	"errors"
	"fmt"
	"io/fs"
)

// State says what stands in the folder under the name of a file.
type State string

// The states.
const (
	New     State = "new"     // nothing
	Same    State = "same"    // the file as it would be written
	Differs State = "differs" // another file
)

// Compare says of each file what stands in its place; read reads a file of the
// folder by its name. The error is one of reading.
func Compare(files []File, read func(name string) ([]byte, error)) ([]State, error) {
	out := make([]State, len(files))
	for i, f := range files {
		switch was, err := read(f.Name); {
		case errors.Is(err, fs.ErrNotExist):
			out[i] = New
		case err != nil:
			return nil, fmt.Errorf("looking for %s: %w", f.Name, err)
		case string(was) == f.Text:
			out[i] = Same
		default:
			out[i] = Differs
		}
	}
	return out, nil
}
