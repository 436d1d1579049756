package report

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/outage"
)

// Services finds the services of a catalog by their id.
type Services struct {
	byID map[string]*catalog.Service
	all  []*catalog.Service
}

// IndexServices makes the index; c may be nil.
func IndexServices(c *catalog.Catalog) Services {
	s := Services{byID: map[string]*catalog.Service{}}
	if c != nil {
		s.all = c.Services()
		for _, x := range s.all {
			s.byID[x.ID] = x
		}
	}
	return s
}

// All lists the services in the order of the catalog.
func (s Services) All() []*catalog.Service { return s.all }

// Of gives the service with that id, nil when the catalog has none.
func (s Services) Of(id string) *catalog.Service { return s.byID[id] }

// Title is the service's title, its id when the catalog has none.
func (s Services) Title(id string) string {
	if x := s.byID[id]; x != nil && x.Title != "" {
		return x.Title
	}
	return id
}

// Short is the service's short name, its id when the catalog has none.
func (s Services) Short(id string) string {
	if x := s.byID[id]; x != nil && x.Short != "" {
		return x.Short
	}
	return id
}

// Fitting is the service's title where it is at most n characters long, else
// its short name.
func (s Services) Fitting(id string, n int) string {
	if title := s.Title(id); utf8.RuneCountInString(title) <= n {
		return title
	}
	return s.Short(id)
}

// GroupTitle is the heading of a group of services of the catalog.
func GroupTitle(group string) string {
	switch group {
	case "infrastructure":
		return "Infrastructure"
	case "associated":
		return "Made with the workspace"
	case "compute":
		return "Compute"
	case "datastore":
		return "Data stores"
	case "encryption":
		return "Customer-managed keys"
	case "supporting":
		return "Supporting"
	}
	return group
}

// OutageGroup is the heading under which an outage stands among those of a
// workspace: its region, or "one service in" it.
func OutageGroup(o outage.Outage) string {
	switch o.Scope {
	case catalog.ScopeService:
		return "one service in " + RegionName(o.Region)
	case catalog.ScopeResource, catalog.ScopeNode:
		return "one resource"
	}
	return RegionName(o.Region)
}

// ResourceName is a name for people: the resource's own name, else the last
// part of its id. A name that is only an expression stays in its braces.
func ResourceName(r *estate.Resource) string {
	switch {
	case r == nil:
		return ""
	case r.Name != "":
		return r.Name
	case r.ID.Name() != "":
		return r.ID.Name()
	}
	return r.ID.String()
}

// ShortName is the last segment of ResourceName: a child is told by its own
// name where its parent is clear. An expression in it is left out, "st{…}", and
// of a name that is nothing else the function is left, "{uniqueString(…)}".
func ShortName(r *estate.Resource) string {
	name, depth, start, cut := ResourceName(r), 0, 0, -1
	var b strings.Builder
	for i := range len(name) {
		switch {
		case name[i] == '{':
			if depth++; depth == 1 {
				cut = i
			}
		case name[i] == '}' && depth > 0:
			if depth--; depth == 0 && strings.Contains(name[cut:i], "(") {
				b.WriteString(name[start:cut] + "{…}")
				start = i + 1
			}
		case name[i] == '/' && depth == 0:
			b.Reset()
			start = i + 1
		}
	}
	b.WriteString(name[start:])
	if b.String() == "{…}" {
		function, _, _ := strings.Cut(name[strings.IndexByte(name, '{'):], "(")
		return function + "(…)}"
	}
	return b.String()
}

// RegionName is a location for people. A location that a template leaves to its
// deployment has no name yet.
func RegionName(location string) string {
	if location == "" {
		return "no region"
	}
	if strings.HasPrefix(location, "{") && strings.Contains(location, "resourceGroup().location") {
		return "its group's region"
	}
	return location
}

// OutageName says what fails, within its region: "zone 1", "the region",
// "Azure Storage", "stmlprod".
func OutageName(o outage.Outage, s Services) string {
	switch o.Scope {
	case catalog.ScopeZone:
		if o.Zone == "" || o.Zone == "any" {
			return "any one zone"
		}
		return "zone " + o.Zone
	case catalog.ScopeRegion:
		return "the whole region"
	case catalog.ScopeService:
		return s.Title(o.Service)
	case catalog.ScopeResource, catalog.ScopeNode:
		return ResourceName(o.Resource)
	}
	return string(o.Scope)
}

// OutageTitle is OutageName with the region: "zone 1 of westeurope".
func OutageTitle(o outage.Outage, s Services) string {
	name, region := OutageName(o, s), RegionName(o.Region)
	switch o.Scope {
	case catalog.ScopeZone:
		return name + " of " + region
	case catalog.ScopeRegion:
		if strings.HasPrefix(region, "its ") {
			return strings.Replace(region, "its ", "the ", 1)
		}
		return "region " + region
	case catalog.ScopeService:
		if o.Region == "" {
			return name
		}
		return name + " in " + region
	case catalog.ScopeNode:
		return "a node of " + name
	}
	return name
}

// OutagesName is OutageName for outages of one scope and region: "zones 1, 2, 3".
func OutagesName(os []outage.Outage, s Services) string {
	if len(os) == 0 {
		return ""
	}
	names := make([]string, len(os))
	for i, o := range os {
		names[i] = OutageName(o, s)
	}
	if len(os) > 1 && os[0].Scope == catalog.ScopeZone {
		for i, o := range os {
			names[i] = o.Zone
		}
		return "zones " + strings.Join(names, ", ")
	}
	return strings.Join(names, ", ")
}

// OutagesPlain names outages of one scope and region for a list: "zones 1, 2, 3
// of westeurope".
func OutagesPlain(os []outage.Outage, s Services) string {
	if len(os) > 1 && os[0].Scope == catalog.ScopeZone {
		return OutagesName(os, s) + " of " + RegionName(os[0].Region)
	}
	titles := make([]string, len(os))
	for i, o := range os {
		titles[i] = OutageTitle(o, s)
	}
	return strings.Join(titles, ", ")
}

// InputName is the name of an input for people; "-" is the standard input.
func InputName(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}

// OutagesTitle is OutageTitle for outages of one scope and region: "one of
// zones 1, 2, 3 of westeurope".
func OutagesTitle(os []outage.Outage, s Services) string {
	if len(os) == 1 {
		return OutageTitle(os[0], s)
	}
	if len(os) > 1 && os[0].Scope == catalog.ScopeZone {
		return "any of " + OutagesName(os, s) + " of " + RegionName(os[0].Region)
	}
	titles := make([]string, len(os))
	for i, o := range os {
		titles[i] = OutageTitle(o, s)
	}
	return "any of " + AndMore(titles, 6)
}

// Place is file:line:column, as editors and compilers print it; "" when the
// resource has no file.
func Place(o estate.Origin) string {
	if o.File == "" {
		return ""
	}
	if o.Line == 0 {
		return o.File
	}
	s := o.File + ":" + strconv.Itoa(o.Line)
	if o.Column > 0 {
		s += ":" + strconv.Itoa(o.Column)
	}
	return s
}

// SourceText is where a fact was read: the URL or repository path of the source
// with that key, the key itself when the catalog does not hold it.
func SourceText(c *catalog.Catalog, key string) string {
	if c != nil {
		if s := c.Source(key); s != nil {
			return s.Where
		}
	}
	return key
}

// SourceLink is an address that a browser opens, "" when there is none. A path
// in a repository (owner/repo:path) becomes its page on GitHub.
func SourceLink(where string) string {
	if strings.HasPrefix(where, "https://") || strings.HasPrefix(where, "http://") {
		return where
	}
	repo, path, ok := strings.Cut(where, ":")
	if !ok || strings.Count(repo, "/") != 1 || strings.ContainsAny(repo, " \t") || strings.HasPrefix(path, "//") {
		return ""
	}
	path, _, _ = strings.Cut(strings.TrimSpace(path), " ")
	return "https://github.com/" + repo + "/blob/HEAD/" + strings.TrimPrefix(path, "/")
}
