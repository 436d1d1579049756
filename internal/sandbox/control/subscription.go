package control

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// Subscription is one subscription of the sandbox's tenant.
type Subscription struct {
	ID   string            `json:"id"` // a GUID
	Name string            `json:"name"`
	Tags map[string]string `json:"tags,omitempty"`
}

// SubscriptionRecords is the kind of the records that hold subscriptions; their
// keys are the ids in lower case, their values are [Subscription] in JSON.
const SubscriptionRecords = "control.subscription"

// PutSubscription keeps a subscription; one with the same id is replaced.
func PutSubscription(tx *state.Tx, s Subscription) error {
	b, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("keeping the subscription %s: %w", s.ID, err)
	}
	return tx.PutRecord(SubscriptionRecords, state.Key(s.ID), b)
}

// Subscriptions gives all subscriptions in the order of their ids.
func Subscriptions(tx *state.Tx) []Subscription {
	var out []Subscription
	for _, v := range tx.Records(SubscriptionRecords, "") {
		var s Subscription
		if json.Unmarshal(v, &s) == nil {
			out = append(out, s)
		}
	}
	return out
}

// guid is the form of a subscription's id.
var guid = regexp.MustCompile(`^` + guidPattern + `$`)

// subscription finds one; the error refuses an id that is none.
func subscription(tx *state.Tx, id string) (*Subscription, error) {
	b, ok := tx.Record(SubscriptionRecords, strings.ToLower(id))
	var s Subscription
	switch {
	case ok && json.Unmarshal(b, &s) == nil:
		return &s, nil
	case !guid.MatchString(id):
		return nil, refusal.New(http.StatusBadRequest, "InvalidSubscriptionId", "The provided subscription identifier '%s' is malformed or invalid.", id)
	}
	return nil, refusal.New(http.StatusNotFound, "SubscriptionNotFound", "The subscription '%s' could not be found.", id)
}
