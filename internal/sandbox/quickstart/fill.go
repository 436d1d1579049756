package quickstart

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
)

// key is a public key for machines; nobody has its other half.
const key = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7holdfastquickstartonlyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA quickstart"

// fill puts values in place of the words of a parameter file.
type fill struct {
	dir   string
	needs func(name string) (string, error) // the value of GET-PREREQ-name, which is made
	vault func() (string, error)            // the id of a vault with the secret "password"
}

// parameters gives the parameters of a file with values for its words. "" has none.
func (f fill) parameters(src []byte) (object.Object, error) {
	if len(src) == 0 {
		return object.Object{}, nil
	}
	file, err := object.Decode(src)
	if err != nil {
		return nil, fmt.Errorf("the parameter file: %w", err)
	}
	all := object.Inner(file, "parameters")
	if all == nil {
		all = object.Object{}
	}
	for name, v := range all {
		p, ok := v.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("the parameter %s is no object", name)
		}
		for member, inner := range p {
			if p[member], err = f.value(name, inner); err != nil {
				return nil, fmt.Errorf("the parameter %s: %w", name, err)
			}
		}
	}
	return all, nil
}

// value gives what stands for v in the parameter of a name.
func (f fill) value(name string, v any) (any, error) {
	var err error
	switch v := v.(type) {
	case string:
		return f.word(name, v)
	case []any:
		for i := range v {
			if v[i], err = f.value(name+strconv.Itoa(i), v[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for k := range v {
			if v[k], err = f.value(name, v[k]); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}

// word gives what stands for a word; what is none stays.
func (f fill) word(name, word string) (any, error) {
	rest, isUnique := strings.CutPrefix(word, "GEN-UNIQUE")
	prerequisite, isPrerequisite := strings.CutPrefix(word, "GET-PREREQ-")
	switch {
	case isUnique:
		length := 16
		if n, err := strconv.Atoi(strings.TrimPrefix(rest, "-")); err == nil {
			length = n
		}
		return unique(f.dir+"/"+name, length), nil
	case isPrerequisite:
		return f.needs(prerequisite)
	case word == "GEN-PASSWORD":
		return "Pass-word-1234", nil
	case word == "GEN-SSH-PUB-KEY":
		return key, nil
	case word == "GEN-GUID", word == "GEN-AZUREAD-OBJECTID", word == "GEN-COSMOS-DB-SP-OBJECTID":
		return "5f2d8c11-7a30-4a52-9d55-0c1f3b9e6a01", nil
	case word == "GEN-KEYVAULT-PASSWORD-REFERENCE":
		id, err := f.vault()
		return object.Object{"keyVault": object.Object{"id": id}, "secretName": "password"}, err
	}
	return word, nil
}

// unique is a name of a length that begins with a letter, the same for the same
// seed.
func unique(seed string, length int) string {
	sum := sha256.Sum256([]byte(seed))
	name := "q" + hex.EncodeToString(sum[:])
	return name[:min(max(length, 1), len(name))]
}
