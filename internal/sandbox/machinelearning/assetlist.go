package machinelearning

import (
	"cmp"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
	"github.com/holdfast-ml/holdfast/internal/sandbox/state"
)

// active holds an asset against the view of a list, which shows those that are
// not archived unless it is asked for others (facts/azure-ml.md section 5.3).
func active(c *provider.Call) bool {
	archived := object.Bool(c.Body, "properties.isArchived")
	switch strings.ToLower(c.Query.Get("listViewType")) {
	case "all":
		return true
	case "archivedonly":
		return archived
	}
	return !archived
}

// versionListed holds a version against all that a list can ask for.
func versionListed(c *provider.Call) bool {
	q, o := c.Query, c.Body
	tags := orText(q.Get("tags"), q.Get("$tags"))
	switch {
	case !active(c), !hasPairs(object.Inner(o, "properties.tags"), tags), !hasPairs(object.Inner(o, "properties.properties"), q.Get("properties")):
		return false
	case q.Get("version") != "" && q.Get("version") != c.Was.Name:
		return false
	case q.Get("stage") != "" && !strings.EqualFold(q.Get("stage"), object.Text(o, "properties.stage")):
		return false
	}
	return q.Get("description") == "" || strings.Contains(object.Text(o, "properties.description"), q.Get("description"))
}

// codeListed is versionListed for code, of which the same bytes are looked up by
// their hash.
func codeListed(c *provider.Call) bool {
	hash := c.Query.Get("hash")
	if hash == "" {
		return true
	}
	for _, v := range object.Inner(c.Body, "properties.properties") {
		if v == hash {
			return true
		}
	}
	return false
}

// hasPairs says whether a map has all of the names of a comma-separated list,
// with the values that it gives as name=value.
func hasPairs(m object.Object, list string) bool {
	if list == "" {
		return true
	}
	for part := range strings.SplitSeq(list, ",") {
		name, value, valued := strings.Cut(strings.TrimSpace(part), "=")
		v, ok := m[name]
		if !ok || valued && v != value {
			return false
		}
	}
	return true
}

// byQuery sorts by $orderBy: createdtime or modifiedtime, ascending unless it says
// desc; the newest come first when nothing is said.
func byQuery(c *provider.Call, a, b *state.Resource) int {
	return orderBy(orText(c.Query.Get("$orderBy"), "createdtime desc"), a, b)
}

func orderBy(order string, a, b *state.Resource) int {
	field, direction, _ := strings.Cut(strings.ToLower(strings.TrimSpace(order)), " ")
	n := a.Created.Compare(b.Created)
	switch field {
	case "modifiedtime":
		n = a.Changed.Compare(b.Changed)
	case "name":
		n = cmp.Compare(a.Name, b.Name)
	}
	if strings.TrimSpace(direction) == "desc" {
		n = -n
	}
	return cmp.Or(n, cmp.Compare(state.Key(a.ID), state.Key(b.ID)))
}
