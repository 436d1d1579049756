package deployment

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/refusal"
)

// place is what the path of a request about deployments means.
type place struct {
	scope        string // id of the group or subscription
	subscription string // its GUID
	group        string // its name, "" at subscription scope
	name         string // of the deployment, "" for the list
	rest         []string
}

// collection is how a path names deployments, lower case.
const collection = "/providers/microsoft.resources/deployments"

// Handles says whether a path is one of deployments at any scope.
func Handles(path string) bool {
	_, rest, ok := cut(path)
	return ok && (rest == "" || rest[0] == '/')
}

// cut splits a path at the last collection that begins a resource of its own, so
// that a deployment's children belong to it.
func cut(path string) (scope, rest string, ok bool) {
	lower := strings.ToLower(path)
	if i := strings.Index(lower, collection); i >= 0 {
		return path[:i], path[i+len(collection):], true
	}
	// Operations of groups are listed without a provider in the path.
	if m := ofGroup.FindStringSubmatchIndex(path); m != nil {
		return path[:m[3]], path[m[3]+len("/deployments"):], true
	}
	return "", "", false
}

var ofGroup = regexp.MustCompile(`(?i)^(/subscriptions/[^/]+/resourcegroups/[^/]+)/deployments(/.*)?$`)

// names of deployments: up to 64 letters, digits, dots, dashes, underscores and
// parentheses (learn.microsoft.com/azure/azure-resource-manager/management/
// resource-name-rules, Microsoft.Resources/deployments).
var namePattern = regexp.MustCompile(`^[-\w._()]{1,64}$`)

// parse reads a path.
func parse(path string) (place, error) {
	scope, rest, ok := cut(path)
	if !ok {
		return place{}, refusal.New(http.StatusNotFound, "NotFound", "The path '%s' is not one of deployments.", path)
	}
	p, err := parseScope(scope)
	if err != nil {
		return p, err
	}
	if rest = strings.Trim(rest, "/"); rest == "" {
		return p, nil
	}
	segments := strings.Split(rest, "/")
	p.name, p.rest = segments[0], segments[1:]
	if !namePattern.MatchString(p.name) {
		return p, refusal.New(http.StatusBadRequest, "InvalidDeploymentName",
			"The deployment name '%s' is invalid. The name cannot be longer than 64 characters and it can only contain alphanumeric characters, '-', '_', '(', ')' or '.'.", p.name)
	}
	return p, nil
}

// parseScope reads the id of a scope. Those of tenants and management groups are
// refused: the sandbox has no such deployments.
func parseScope(scope string) (place, error) {
	segments := strings.Split(strings.Trim(scope, "/"), "/")
	word := func(i int, w string) bool { return i < len(segments) && strings.EqualFold(segments[i], w) }
	switch {
	case len(segments) == 2 && word(0, "subscriptions"):
		return place{scope: "/subscriptions/" + segments[1], subscription: segments[1]}, nil
	case len(segments) == 4 && word(0, "subscriptions") && word(2, "resourceGroups"):
		return place{
			scope:        "/subscriptions/" + segments[1] + "/resourceGroups/" + segments[3],
			subscription: segments[1], group: segments[3],
		}, nil
	}
	return place{}, refusal.New(http.StatusBadRequest, "InvalidDeploymentScope",
		"The sandbox deploys templates to resource groups and subscriptions only; '%s' is neither. Deployments to management groups and tenants are not simulated.", scope)
}

func (p place) id() string { return p.scope + "/providers/" + Type + "/" + p.name }
