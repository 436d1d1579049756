package content

import "github.com/holdfast-ml/holdfast/internal/sandbox/state"

// Collect takes the records of a kind, whose keys are pieces that nobody owns any
// more, and adds the pieces to loose. They are to be deleted when the transaction
// is kept.
func Collect(tx *state.Tx, kind string, loose *[]string) error {
	from := len(*loose)
	for id := range tx.Records(kind, "") {
		*loose = append(*loose, id)
	}
	for _, id := range (*loose)[from:] {
		if err := tx.DeleteRecord(kind, id); err != nil {
			return err
		}
	}
	return nil
}
