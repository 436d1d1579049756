package vault_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/vault"
	"github.com/holdfast-ml/holdfast/internal/sandbox/world"
)

// keyAnswer is what requests about keys are answered with.
type keyAnswer struct {
	status int
	Key    struct{ Kid, N, E string }
	Value  any
	Error  struct{ Code string }
}

// of gives the bytes of the value.
func (a keyAnswer) bytes(t *testing.T) []byte {
	t.Helper()
	s, _ := a.Value.(string)
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// key sends a request about keys, with a body of names and values in turn.
func (b *bench) key(t *testing.T, method, path string, body ...any) keyAnswer {
	t.Helper()
	o := map[string]any{}
	for i := 0; i+1 < len(body); i += 2 {
		if raw, ok := body[i+1].([]byte); ok {
			body[i+1] = base64.RawURLEncoding.EncodeToString(raw)
		}
		o[body[i].(string)] = body[i+1]
	}
	payload, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	res, text := b.ask(t, method, "vaults/safe/"+path+"?api-version=7.4", b.token(t, vault.Resource), string(payload))
	a := keyAnswer{status: res.StatusCode}
	if text != "" && json.Unmarshal([]byte(text), &a) != nil {
		t.Fatalf("%s %s: %s", method, path, text)
	}
	return a
}

func (a keyAnswer) want(t *testing.T, what string, status int, code string) keyAnswer {
	t.Helper()
	if a.status != status || a.Error.Code != code {
		t.Errorf("%s gives %d %s, want %d %s", what, a.status, a.Error.Code, status, code)
	}
	return a
}

func TestKeysEncrypt(t *testing.T) {
	b := start(t, nil)
	k := b.key(t, "POST", "keys/k/create", "kty", "RSA").want(t, "creating", 200, "")
	if n, _ := base64.RawURLEncoding.DecodeString(k.Key.N); len(n) != 256 || k.Key.E != "AQAB" {
		t.Errorf("the key is %+v", k.Key)
	}
	version := k.Key.Kid[strings.LastIndexByte(k.Key.Kid, '/')+1:]
	secret := []byte("a data encryption key")
	for _, alg := range []string{"RSA-OAEP", "RSA-OAEP-256", "RSA1_5"} {
		for there, back := range map[string]string{"encrypt": "decrypt", "wrapkey": "unwrapkey"} {
			e := b.key(t, "POST", "keys/k/"+there, "alg", alg, "value", secret).want(t, there, 200, "").bytes(t)
			if bytes.Contains(e, secret) {
				t.Errorf("%s does not %s", alg, there)
			}
			for _, path := range []string{"keys/k/" + back, "keys/k//" + back, "keys/k/" + version + "/" + back} {
				if d := b.key(t, "POST", path, "alg", alg, "value", e).want(t, back, 200, "").bytes(t); !bytes.Equal(d, secret) {
					t.Errorf("%s %s: it comes back as %q", path, alg, d)
				}
			}
		}
	}
	b.key(t, "POST", "keys/k/decrypt", "alg", "RSA-OAEP", "value", []byte("noise")).want(t, "decrypting noise", 400, "BadParameter")
	b.key(t, "POST", "keys/k/encrypt", "alg", "A128CBC", "value", secret).want(t, "an algorithm of other keys", 400, "BadParameter")
	b.key(t, "POST", "keys/k/encrypt", "alg", "RSA-OAEP", "value", "%%").want(t, "what is not base64url", 400, "BadParameter")
	b.key(t, "POST", "keys/k/rotate").want(t, "what the sandbox does not have", 404, "NotFound")
}

func TestKeysSign(t *testing.T) {
	b := start(t, nil)
	b.key(t, "POST", "keys/k/create", "kty", "RSA", "key_size", 3072).want(t, "creating", 200, "")
	digest := sha256.Sum256([]byte("text"))
	for _, alg := range []string{"RS256", "PS256"} {
		s := b.key(t, "POST", "keys/k/sign", "alg", alg, "value", digest[:]).want(t, "signing", 200, "").bytes(t)
		if good := b.key(t, "POST", "keys/k/verify", "alg", alg, "digest", digest[:], "value", s).Value; good != true {
			t.Errorf("%s: the signature is %v", alg, good)
		}
		s[0] ^= 1
		if good := b.key(t, "POST", "keys/k/verify", "alg", alg, "digest", digest[:], "value", s).Value; good != false {
			t.Errorf("%s: a wrong signature is %v", alg, good)
		}
	}
	b.key(t, "POST", "keys/k/sign", "alg", "RS512", "value", digest[:]).want(t, "a digest of another length", 400, "BadParameter")
	b.key(t, "POST", "keys/k/sign", "alg", "ES256", "value", digest[:]).want(t, "an algorithm of other keys", 400, "BadParameter")
}

func TestKeysHaveVersionsAndAreRecovered(t *testing.T) {
	b := start(t, nil)
	for range 2 {
		b.key(t, "POST", "keys/k/create", "kty", "RSA", "key_ops", []string{"sign"}).want(t, "creating", 200, "")
	}
	if list, _ := b.key(t, "GET", "keys/k/versions").Value.([]any); len(list) != 2 {
		t.Errorf("the versions are %v", list)
	}
	if list, _ := b.key(t, "GET", "keys").Value.([]any); len(list) != 1 {
		t.Errorf("the keys are %v", list)
	}
	b.key(t, "POST", "keys/k/encrypt", "alg", "RSA-OAEP", "value", []byte("x")).want(t, "what the key must not be used for", 403, "Forbidden")
	b.key(t, "PATCH", "keys/k", "key_ops", []string{"encrypt"}).want(t, "changing what it may be used for", 200, "")
	b.key(t, "POST", "keys/k/encrypt", "alg", "RSA-OAEP", "value", []byte("x")).want(t, "what it may be used for now", 200, "")
	b.key(t, "POST", "keys/e/create", "kty", "EC").want(t, "a key of another type", 400, "BadParameter")
	b.key(t, "POST", "keys/e/create", "kty", "RSA", "key_size", 512).want(t, "a key too small", 400, "BadParameter")
	b.key(t, "DELETE", "keys/k").want(t, "deleting", 200, "")
	b.key(t, "GET", "keys/k").want(t, "getting what is deleted", 404, "KeyNotFound")
	b.key(t, "POST", "deletedkeys/k/recover").want(t, "recovering", 200, "")
	b.key(t, "GET", "keys/k").want(t, "getting what is recovered", 200, "")
}

func TestAKeyThatARMMadeStaysOneKey(t *testing.T) {
	b := start(t, nil)
	b.Put("Microsoft.KeyVault/vaults/safe/keys/cmk", "", object.Object{"properties": object.Object{"kty": "RSA"}}, nil)
	first := b.key(t, "GET", "keys/cmk").want(t, "getting it", http.StatusOK, "")
	b.Health.Set(b.id, world.Standing{Write: world.Gone}) // reading it is no write
	second := b.key(t, "GET", "keys/cmk").want(t, "getting it again", http.StatusOK, "")
	if first.Key != second.Key {
		t.Error("it is another the second time")
	}
}
