package telemetry

import "github.com/holdfast-ml/holdfast/internal/sandbox/state"

// Forget takes away what a component has taken in, when ARM deletes it.
func Forget(tx *state.Tx, componentID string) error {
	key := state.Key(componentID)
	var items []string
	for k := range tx.Records(itemRecords, key+"/") {
		items = append(items, k)
	}
	for _, k := range items {
		if err := tx.DeleteRecord(itemRecords, k); err != nil {
			return err
		}
	}
	return tx.DeleteRecord(countRecords, key)
}
