package deploy

// Resilience is what a deployment does to what survives an outage. It is worked
// out elsewhere; here it is only told.
type Resilience struct {
	Shifts []Shift    `json:"shifts"` // worst first
	New    []Newcomer `json:"new"`    // workspaces that are not there yet
	Same   int        `json:"same"`   // how many answers for workspaces that are there stay as they are
	// Unknown tells why it could not be worked out; empty when it could.
	Unknown string `json:"unknown,omitempty"`
	// Notes are what the answer leaves out.
	Notes []string `json:"notes,omitempty"`
}

// Shift is one answer that changes: what outages do to capabilities of a workspace.
type Shift struct {
	Workspace    string   `json:"workspace"`
	Gained       bool     `json:"gained"` // false: lost
	Capabilities []string `json:"capabilities"`
	Outage       string   `json:"outage"`
	Before       string   `json:"before"`
	After        string   `json:"after"`
}

// Newcomer is a workspace that the deployment makes, and what it will withstand.
type Newcomer struct {
	Workspace string   `json:"workspace"`
	Lines     []Stands `json:"outages"`
}

// Stands is what a new workspace does in one outage.
type Stands struct {
	Outage string   `json:"outage"`
	Holds  []string `json:"holds"`
	Hurt   []string `json:"hurt"` // degraded, or not known
	Lost   []string `json:"lost"`
}

// Gained and Lost count the shifts.
func (r *Resilience) Gained() int { return r.count(true) }

// Lost counts the shifts for the worse.
func (r *Resilience) Lost() int { return r.count(false) }

func (r *Resilience) count(gained bool) int {
	n := 0
	for _, s := range r.Shifts {
		if s.Gained == gained {
			n++
		}
	}
	return n
}
