package vault

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// Why a secret cannot be read by another part of the sandbox.
var (
	ErrMissing  = errors.New("there is no such secret, or no such version of it")
	ErrDisabled = errors.New("the secret is disabled")
)

// Secret gives the value of a secret to another part of the sandbox, such as the
// parameter of a deployment; version "" is the newest one. The error wraps
// [ErrMissing] or [ErrDisabled].
func Secret(tx *state.Tx, vaultID, name, version string) (string, error) {
	i, r := load(tx, vaultID, secrets, name)
	if r == nil {
		return "", fmt.Errorf("the secret %s of %s: %w", name, vaultID, ErrMissing)
	}
	v := i.find(version)
	switch {
	case v == nil:
		return "", fmt.Errorf("the version %s of the secret %s of %s: %w", version, name, vaultID, ErrMissing)
	case !v.Enabled: // when it begins and ends to be valid is for its users to heed
		return "", fmt.Errorf("the secret %s of %s: %w", name, vaultID, ErrDisabled)
	}
	return v.Value, nil
}

// Adopt keeps what ARM has set of a secret as a version of it, so that the value
// before is still found by its version. ARM's provider calls it after each PUT.
func Adopt(tx *state.Tx, vaultID, name string) error {
	i, r := load(tx, vaultID, secrets, name)
	if r == nil {
		return nil
	}
	raw, err := json.Marshal(i)
	if err != nil {
		return fmt.Errorf("keeping the versions of %s: %w", r.ID, err)
	}
	return tx.PutRecord(versionKind, itemKey(vaultID, secrets, name), raw)
}
