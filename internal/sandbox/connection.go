package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/holdfast-ml/holdfast/internal/sandbox/certificate"
	"github.com/holdfast-ml/holdfast/internal/sandbox/entra"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// Connection is what a client needs to know of a sandbox that runs. It holds
// secrets, which are good for that sandbox alone.
type Connection struct {
	Address      string `json:"address"` // of ARM and Entra: https://127.0.0.1:8443
	Blob         string `json:"blob"`
	File         string `json:"file"`
	CAFile       string `json:"caFile"` // the certificate to trust, PEM
	Tenant       string `json:"tenant"`
	Subscription string `json:"subscription"`
	ClientID     string `json:"clientId"`
	ClientSecret string `json:"clientSecret"`
	AdminToken   string `json:"adminToken"`
	PID          int    `json:"pid"`
}

// ErrNoConnection matches the error of reading a connection where no sandbox has
// left one.
var ErrNoConnection = errors.New("no sandbox is running here")

// ReadConnection reads the file in which a sandbox has left its connection.
func ReadConnection(file string) (Connection, error) {
	var c Connection
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return c, fmt.Errorf("%w: there is no %s; start one with: holdfast sandbox", ErrNoConnection, file)
	}
	if err != nil {
		return c, fmt.Errorf("reading the connection of the sandbox: %w", err)
	}
	if err := json.Unmarshal(b, &c); err != nil || c.Address == "" {
		return c, fmt.Errorf("%s is not the connection of a sandbox", file)
	}
	return c, nil
}

// Write leaves the connection in a file that only its owner can read.
func (c Connection) Write(file string) error {
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the connection of the sandbox: %w", err)
	}
	return writeFile(file, append(b, '\n'), 0o600)
}

func writeFile(file string, b []byte, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("making the folder of %s: %w", file, err)
	}
	temporary := file + ".new"
	if err := os.WriteFile(temporary, b, mode); err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	if err := os.Rename(temporary, file); err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	return nil
}

// identity is what a sandbox keeps of itself, so that it is the same one after a
// restart.
type identity struct {
	Tenant       string `json:"tenant"`
	Subscription string `json:"subscription"`
	ClientID     string `json:"clientId"`
	ObjectID     string `json:"objectId"`
	Secret       string `json:"secret"`
	Authority    []byte `json:"authority"`
}

const identityRecords = "sandbox.identity"

// takeUp reads who the sandbox is, or makes it up by the world's chance; secrets
// are made of the system's.
func takeUp(w *world.World) (id identity, authority *certificate.Authority, err error) {
	err = w.Store.Write(func(tx *state.Tx) error {
		if b, ok := tx.Record(identityRecords, "self"); ok {
			if err := json.Unmarshal(b, &id); err != nil {
				return fmt.Errorf("the record of the sandbox's identity: %w", err)
			}
			authority, err = certificate.Parse(id.Authority)
			return err
		}
		if authority, err = certificate.New(w.Wall()); err != nil {
			return err
		}
		id = identity{Tenant: w.GUID(), Subscription: w.GUID(), ClientID: w.GUID(), ObjectID: w.GUID(), Secret: token()}
		if id.Authority, err = authority.Secret(); err != nil {
			return err
		}
		b, err := json.Marshal(id)
		if err != nil {
			return err
		}
		if err := tx.PutRecord(identityRecords, "self", b); err != nil {
			return err
		}
		return entra.Register(tx, id.ClientID, id.ObjectID, "holdfast-sandbox", id.Secret)
	})
	if err != nil {
		return id, nil, fmt.Errorf("who this sandbox is: %w", err)
	}
	return id, authority, nil
}

func token() string {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // it never fails
	return hex.EncodeToString(b)
}
