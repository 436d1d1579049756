package vault

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" // RSA-OAEP is defined with it
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"

	_ "crypto/sha512" // for the signatures with longer digests
)

var keyOps = []string{"encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"}

var b64 = base64.RawURLEncoding

func (v *version) private() (*rsa.PrivateKey, error) {
	k, err := x509.ParsePKCS8PrivateKey(v.Key)
	if err != nil {
		return nil, fmt.Errorf("a key of a vault: %w", err)
	}
	p, ok := k.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("a key of a vault is %T and not RSA", k)
	}
	return p, nil
}

// jwk is the public part of a key.
func (v *version) jwk(id string) map[string]any {
	m := map[string]any{"kid": id, "kty": "RSA", "key_ops": v.Ops}
	if p, err := v.private(); err == nil {
		m["n"] = b64.EncodeToString(p.N.Bytes())
		m["e"] = b64.EncodeToString(big.NewInt(int64(p.E)).Bytes())
	}
	return m
}

// describeKey writes what ARM shows of a key.
func (v *version) describeKey(properties object.Object) {
	properties["kty"] = "RSA"
	ops := []any{}
	for _, o := range v.Ops {
		ops = append(ops, o)
	}
	properties["keyOps"] = ops
	if p, err := v.private(); err == nil {
		properties["keySize"] = p.Size() * 8
	}
}

// newKey makes a version of a key. Keys are not left to the sandbox's chance:
// nothing that can be seen depends on them.
func (q *request) newKey(bits int, ops []string) (*version, error) {
	p, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(p)
	if err != nil {
		return nil, err
	}
	if len(ops) == 0 {
		ops = keyOps
	}
	return &version{ID: strings.ReplaceAll(q.world.GUID(), "-", ""), Created: q.now, Updated: q.now, Enabled: true, Key: der, Ops: ops}, nil
}

func (q *request) createKey() (reply, error) {
	if kty := object.Text(q.body, "kty"); kty != "RSA" {
		return reply{}, bad("The sandbox has keys of the type RSA only, not %q.", kty)
	}
	bits := 2048
	if n, ok := object.Get(q.body, "key_size").(json.Number); ok {
		size, _ := n.Int64()
		bits = int(size)
	}
	if !slices.Contains([]int{2048, 3072, 4096}, bits) {
		return reply{}, bad("The size of an RSA key is 2048, 3072 or 4096.")
	}
	ops, _ := object.Get(q.body, "key_ops").([]any)
	v, err := q.newKey(bits, stringsOf(ops))
	if err != nil {
		return reply{}, err
	}
	v.Tags = q.tags()
	q.setAttributes(v)
	var out map[string]any
	err = q.world.Store.Write(func(tx *state.Tx) error {
		if err := q.free(tx); err != nil {
			return err
		}
		i, r := load(tx, q.vault.ID, keys, q.name())
		if i == nil {
			i = &item{}
		}
		name := q.name()
		if r != nil {
			name = r.Name
		}
		i.Versions = append(i.Versions, v)
		out = q.show(name, v, true)
		return i.save(tx, q.vault, keys, name, r, q.now)
	})
	if err != nil {
		return reply{}, err
	}
	return ok(out)
}

// key gives a version of the request's key. A key that ARM has made gets its
// first version when it is first asked for.
func (q *request) key(id string) (*version, string, error) {
	var v *version
	var name string
	find := func(tx *state.Tx) (*item, *state.Resource, error) {
		i, r := load(tx, q.vault.ID, keys, q.name())
		if i == nil || q.lost(r.Created) {
			return nil, nil, q.notFound()
		}
		name = r.Name
		v = nil
		if shown := i.without(q.lost); shown != nil {
			v = shown.find(id)
		}
		return i, r, nil
	}
	empty := false
	err := q.world.Store.Read(func(tx *state.Tx) error {
		i, _, err := find(tx)
		empty = err == nil && len(i.Versions) == 0
		return err
	})
	if err == nil && empty {
		first, err2 := q.newKey(2048, nil)
		if err2 != nil {
			return nil, "", err2
		}
		err = q.world.Store.Write(func(tx *state.Tx) error {
			i, r, err := find(tx)
			if err != nil || len(i.Versions) > 0 {
				return err
			}
			first.Created, first.Updated = r.Created, r.Created
			i.Versions = append(i.Versions, first)
			if err := i.save(tx, q.vault, keys, r.Name, r, q.now); err != nil {
				return err
			}
			_, _, err = find(tx)
			return err
		})
	}
	if err == nil && v == nil {
		err = q.notFound()
	}
	return v, name, err
}

func (q *request) getKey() (reply, error) {
	v, name, err := q.key(q.versionID())
	if err != nil {
		return reply{}, err
	}
	return ok(q.show(name, v, true))
}

// useKey encrypts, decrypts, wraps, unwraps, signs or verifies.
func (q *request) useKey() (reply, error) {
	action := strings.ToLower(q.rest[len(q.rest)-1])
	id := ""
	if len(q.rest) == 3 {
		id = q.rest[1]
	}
	i := slices.IndexFunc(keyOps, func(o string) bool { return strings.EqualFold(o, action) })
	if i < 0 {
		return reply{}, refuse(http.StatusNotFound, "NotFound", "The sandbox's keys cannot %s.", action)
	}
	v, name, err := q.key(id)
	if err != nil {
		return reply{}, err
	}
	if !v.Enabled || !slices.Contains(v.Ops, keyOps[i]) {
		return reply{}, refuse(http.StatusForbidden, "Forbidden", "Operation %s is not permitted on this key.", keyOps[i])
	}
	private, err := v.private()
	if err != nil {
		return reply{}, err
	}
	algorithm := object.Text(q.body, "alg")
	field := "value"
	if action == "verify" {
		field = "digest"
	}
	value, err := b64.DecodeString(strings.TrimRight(object.Text(q.body, field), "="))
	if err != nil || len(value) == 0 {
		return reply{}, bad("The property %s must be base64url.", field)
	}
	if action == "verify" {
		signature, err := b64.DecodeString(strings.TrimRight(object.Text(q.body, "value"), "="))
		if err != nil {
			return reply{}, bad("The property value must be base64url.")
		}
		good, err := verify(private, algorithm, value, signature)
		if err != nil {
			return reply{}, err
		}
		return ok(map[string]any{"value": good})
	}
	result, err := compute(private, action, algorithm, value)
	if err != nil {
		return reply{}, err
	}
	return ok(map[string]any{"kid": q.base + "keys/" + name + "/" + v.ID, "value": b64.EncodeToString(result)})
}

// compute carries out an operation but verify.
func compute(k *rsa.PrivateKey, action, algorithm string, value []byte) ([]byte, error) {
	var out []byte
	var err error
	switch encrypts := action == "encrypt" || action == "wrapkey"; {
	case action == "sign":
		h, pss, e := digestOf(algorithm, value)
		if e != nil {
			return nil, e
		}
		if pss {
			out, err = rsa.SignPSS(rand.Reader, k, h, value, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		} else {
			out, err = rsa.SignPKCS1v15(rand.Reader, k, h, value)
		}
	case algorithm == "RSA-OAEP" && encrypts:
		out, err = rsa.EncryptOAEP(sha1.New(), rand.Reader, &k.PublicKey, value, nil)
	case algorithm == "RSA-OAEP-256" && encrypts:
		out, err = rsa.EncryptOAEP(sha256.New(), rand.Reader, &k.PublicKey, value, nil)
	case algorithm == "RSA1_5" && encrypts:
		//lint:ignore SA1019 vaults still have this algorithm
		out, err = rsa.EncryptPKCS1v15(rand.Reader, &k.PublicKey, value)
	case algorithm == "RSA-OAEP":
		out, err = rsa.DecryptOAEP(sha1.New(), nil, k, value, nil)
	case algorithm == "RSA-OAEP-256":
		out, err = rsa.DecryptOAEP(sha256.New(), nil, k, value, nil)
	case algorithm == "RSA1_5":
		//lint:ignore SA1019 vaults still have this algorithm
		out, err = rsa.DecryptPKCS1v15(nil, k, value)
	default:
		return nil, bad("The algorithm %q is not one of RSA-OAEP, RSA-OAEP-256 and RSA1_5.", algorithm)
	}
	if err != nil {
		return nil, bad("The value cannot be processed with this key and algorithm.")
	}
	return out, nil
}

// digestOf is the hash of an algorithm such as RS256, and whether it is PSS.
func digestOf(algorithm string, digest []byte) (crypto.Hash, bool, error) {
	h, found := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[strings.TrimLeft(algorithm, "RPS")]
	pss := strings.HasPrefix(algorithm, "PS")
	if !found || !pss && !strings.HasPrefix(algorithm, "RS") {
		return 0, false, bad("The algorithm %q is not one of RS256, RS384, RS512, PS256, PS384 and PS512.", algorithm)
	}
	if len(digest) != h.Size() {
		return 0, false, bad("The digest has %d bytes; %s needs %d.", len(digest), algorithm, h.Size())
	}
	return h, pss, nil
}

func verify(k *rsa.PrivateKey, algorithm string, digest, signature []byte) (bool, error) {
	h, pss, err := digestOf(algorithm, digest)
	if err != nil {
		return false, err
	}
	if pss {
		return rsa.VerifyPSS(&k.PublicKey, h, digest, signature, nil) == nil, nil
	}
	return rsa.VerifyPKCS1v15(&k.PublicKey, h, digest, signature) == nil, nil
}
