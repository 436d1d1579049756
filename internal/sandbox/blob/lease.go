package blob

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/sandbox/blob/account"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// lease is a claim on a blob or container. A nil lease is none.
type lease struct {
	ID       string        `json:"id"`
	Duration time.Duration `json:"duration"` // 0 is without end
	Until    time.Time     `json:"until,omitzero"`
	Broken   time.Time     `json:"broken,omitzero"` // when the break takes effect
}

// state is the lease's state in the words of the headers.
func (l *lease) state(now time.Time) string {
	switch {
	case l == nil:
		return "available"
	case !l.Broken.IsZero() && now.Before(l.Broken):
		return "breaking"
	case !l.Broken.IsZero():
		return "broken"
	case l.Duration > 0 && !now.Before(l.Until):
		return "expired"
	}
	return "leased"
}

// active says whether the lease keeps others out.
func (l *lease) active(now time.Time) bool {
	s := l.state(now)
	return s == "leased" || s == "breaking"
}

// permits says whether a write with a lease id, or without, may go on. What is
// Blob or Container.
func (l *lease) permits(id string, now time.Time, what string) error {
	no := func(code, text string) error {
		return account.Refuse(http.StatusPreconditionFailed, code, text, strings.ToLower(what))
	}
	switch {
	case l.active(now) && id == "":
		return no("LeaseIdMissing", "There is currently a lease on the %s and no lease ID was specified in the request.")
	case l.active(now) && !strings.EqualFold(id, l.ID):
		return no("LeaseIdMismatchWith"+what+"Operation", "The lease ID specified did not match the lease ID for the %s.")
	case !l.active(now) && id != "":
		return no("LeaseNotPresentWith"+what+"Operation", "There is currently no lease on the %s.")
	}
	return nil
}

// head sets the headers that tell of a lease.
func (l *lease) head(h http.Header, now time.Time) {
	s := l.state(now)
	h.Set("x-ms-lease-state", s)
	h.Set("x-ms-lease-status", "unlocked")
	if l.active(now) {
		h.Set("x-ms-lease-status", "locked")
	}
	if s == "leased" {
		h.Set("x-ms-lease-duration", l.kind())
	}
}

func (l *lease) kind() string {
	if l.Duration > 0 {
		return "fixed"
	}
	return "infinite"
}

// act carries out a lease operation and gives the lease afterwards.
func (q *request) act(l *lease, what string) (*lease, error) {
	h := q.r.Header
	id, proposed, now := h.Get("x-ms-lease-id"), h.Get("x-ms-proposed-lease-id"), q.Now
	conflict := func(code, text string) error {
		return account.Refuse(http.StatusConflict, code, text, strings.ToLower(what))
	}
	same := l != nil && strings.EqualFold(l.ID, id)
	mismatch := conflict("LeaseIdMismatchWithLeaseOperation", "The lease ID specified did not match the lease ID for the %s.")
	switch action := h.Get("x-ms-lease-action"); action {
	case "acquire":
		seconds, err := strconv.Atoi(h.Get("x-ms-lease-duration"))
		if err != nil || seconds != -1 && (seconds < 15 || seconds > 60) {
			return nil, account.Header("x-ms-lease-duration", h.Get("x-ms-lease-duration"))
		}
		if l.state(now) == "breaking" && strings.EqualFold(l.ID, proposed) {
			return nil, conflict("LeaseIsBreakingAndCannotBeAcquired", "The lease ID matched, but the lease on the %s is currently in breaking state and cannot be acquired until it is broken.")
		}
		if l.active(now) && !(l.state(now) == "leased" && strings.EqualFold(l.ID, proposed)) {
			return nil, conflict("LeaseAlreadyPresent", "There is already a lease present on the %s.")
		}
		if proposed == "" {
			proposed = q.world.GUID()
		}
		n := &lease{ID: proposed}
		if seconds > 0 {
			n.Duration = time.Duration(seconds) * time.Second
			n.Until = now.Add(n.Duration)
		}
		q.w.Header().Set("x-ms-lease-id", n.ID)
		q.status(http.StatusCreated)
		return n, nil
	case "renew", "change", "release":
		if l == nil {
			return nil, conflict("LeaseNotPresentWithLeaseOperation", "There is currently no lease on the %s.")
		}
		if !same {
			return nil, mismatch
		}
		switch s := l.state(now); {
		case action == "renew" && (s == "breaking" || s == "broken"):
			return nil, conflict("LeaseIsBrokenAndCannotBeRenewed", "The lease ID matched, but the lease on the %s has been broken explicitly and cannot be renewed.")
		case action == "change" && s == "breaking":
			return nil, conflict("LeaseIsBreakingAndCannotBeChanged", "The lease ID matched, but the lease on the %s is currently in breaking state and cannot be changed.")
		case action == "change" && s != "leased":
			return nil, conflict("LeaseNotPresentWithLeaseOperation", "There is currently no lease on the %s.")
		}
		n := *l
		switch action {
		case "release":
			q.status(http.StatusOK)
			return nil, nil
		case "change":
			if proposed == "" {
				return nil, account.Header("x-ms-proposed-lease-id", "")
			}
			n.ID = proposed
		case "renew":
			n.Until = now.Add(n.Duration)
		}
		q.w.Header().Set("x-ms-lease-id", n.ID)
		q.status(http.StatusOK)
		return &n, nil
	case "break":
		if l == nil {
			return nil, conflict("LeaseNotPresentWithLeaseOperation", "There is currently no lease on the %s.")
		}
		n := *l
		wait := time.Duration(0)
		if l.state(now) == "leased" && l.Duration > 0 {
			wait = l.Until.Sub(now)
		}
		if v := h.Get("x-ms-lease-break-period"); v != "" {
			seconds, err := strconv.Atoi(v)
			if err != nil || seconds < 0 || seconds > 60 {
				return nil, account.Header("x-ms-lease-break-period", v)
			}
			if d := time.Duration(seconds) * time.Second; l.Duration == 0 || d < wait {
				wait = d
			}
		}
		if l.state(now) != "broken" {
			n.Broken = now.Add(wait)
		}
		q.w.Header().Set("x-ms-lease-time", strconv.Itoa(int(wait/time.Second)))
		q.status(http.StatusAccepted)
		return &n, nil
	default:
		return nil, account.Header("x-ms-lease-action", action)
	}
}

func (q *request) leaseBlob() error {
	err := q.write(func(tx *state.Tx, c *state.Resource) error {
		d, s, err := q.current(tx, c)
		if err != nil {
			return err
		}
		if err := conditions(q.r.Header, "", s.ETag, s.Modified, true); err != nil {
			return err
		}
		l, err := q.act(s.Lease, "Blob")
		if err != nil {
			return err
		}
		n := *s // a lease changes neither the ETag nor the time of change
		n.Lease, n.At = l, q.Now
		q.tagged(n.ETag, n.Modified)
		return q.keep(tx, c, d, &n)
	})
	return q.answer(err)
}

func (q *request) leaseContainer() error {
	err := q.write(func(tx *state.Tx, c *state.Resource) error {
		l, err := q.act(containerLease(tx, c.ID), "Container")
		if err != nil {
			return err
		}
		q.tagged(c.ETag, c.Changed)
		if l == nil {
			return tx.DeleteRecord(leaseKind, state.Key(c.ID))
		}
		raw, err := json.Marshal(l)
		if err != nil {
			return err
		}
		return tx.PutRecord(leaseKind, state.Key(c.ID), raw)
	})
	return q.answer(err)
}

func containerLease(tx *state.Tx, id string) *lease {
	raw, ok := tx.Record(leaseKind, state.Key(id))
	if !ok {
		return nil
	}
	l := new(lease)
	if json.Unmarshal(raw, l) != nil {
		return nil
	}
	return l
}
