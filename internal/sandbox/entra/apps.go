package entra

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// App is a service principal. Of its secret only the digest is kept.
type App struct {
	AppID    string `json:"appId"`
	ObjectID string `json:"objectId"`
	Name     string `json:"name"`
	Digest   string `json:"digest"`
}

const (
	appRecords = "entra.app"
	keyRecords = "entra.key"
)

// Register keeps an app; one with the same id is replaced.
func Register(tx *state.Tx, appID, objectID, name, secret string) error {
	b, err := json.Marshal(App{appID, objectID, name, digest(secret)})
	if err != nil {
		return fmt.Errorf("keeping the app %s: %w", appID, err)
	}
	return tx.PutRecord(appRecords, state.Key(appID), b)
}

func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// find gives the app with that id, nil when there is none.
func find(tx *state.Tx, appID string) *App {
	b, ok := tx.Record(appRecords, state.Key(appID))
	if !ok {
		return nil
	}
	var a App
	if json.Unmarshal(b, &a) != nil {
		return nil
	}
	return &a
}

func (a *App) accepts(secret string) bool {
	return subtle.ConstantTimeCompare([]byte(digest(secret)), []byte(a.Digest)) == 1
}

// signingKey takes up the key that tokens are signed with, or makes one: tokens
// outlive a restart.
func signingKey(w *world.World) (*rsa.PrivateKey, error) {
	var key *rsa.PrivateKey
	err := w.Store.Write(func(tx *state.Tx) error {
		if b, ok := tx.Record(keyRecords, "signing"); ok {
			var err error
			key, err = x509.ParsePKCS1PrivateKey(b)
			return err
		}
		var err error
		if key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			return err
		}
		return tx.PutRecord(keyRecords, "signing", x509.MarshalPKCS1PrivateKey(key))
	})
	if err != nil {
		return nil, fmt.Errorf("the key that signs tokens: %w", err)
	}
	return key, nil
}
