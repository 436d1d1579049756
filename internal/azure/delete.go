package azure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// DrillTag is the tag that marks what Holdfast made in a drill; its value is the
// drill's id. Nothing else can be deleted with a [Client].
const DrillTag = "holdfast-drill"

// groupContents lists the resources of a group.
const groupContents = "2021-04-01"

// DeleteDrilled deletes a resource that a drill made. It reads the resource right
// before and goes on only if its [DrillTag] is the drill's id; a resource group
// must hold nothing without that tag. What does not exist (any more) is deleted
// already: the operation is done.
func (c *Client) DeleteDrilled(ctx context.Context, path, version, drill string, opts ...Option) (*Operation, error) {
	refuse := func(why string) error {
		return &Error{Operation: http.MethodDelete, Resource: path, Kind: ErrRefused, Message: why,
			Hint: "Holdfast deletes nothing but what it made itself in a drill and marked with the tag " + DrillTag}
	}
	if strings.TrimSpace(drill) == "" {
		return nil, refuse("no drill is named")
	}
	k, err := c.newCall(ctx, http.MethodDelete, path, version, nil, opts)
	if err != nil {
		return nil, err
	}
	found, err := c.Get(ctx, path, version)
	if errors.Is(err, ErrNotFound) {
		return c.gone(k), nil
	}
	if err != nil {
		return nil, err
	}
	if made := drillOf(found.Body); made != drill {
		return nil, refuse(fmt.Sprintf("its tag %s is %q, not %q", DrillTag, made, drill))
	}
	if group.MatchString(path) {
		var others []string
		for item, err := range c.List(ctx, path+"/resources", groupContents) {
			if err != nil {
				return nil, err
			}
			if drillOf(item) != drill {
				others = append(others, idOf(item))
			}
		}
		if len(others) > 0 {
			slices.Sort(others)
			return nil, refuse(fmt.Sprintf("the group holds %d resources that the drill did not make: %s", len(others), strings.Join(others, ", ")))
		}
	}
	if tag := found.ETag(); tag != "" && k.header.Get("If-Match") == "" {
		k.header.Set("If-Match", tag) // else somebody may have changed it since it was read
	}
	op, err := c.start(ctx, k)
	if errors.Is(err, ErrNotFound) {
		return c.gone(k), nil
	}
	return op, err
}

// gone is the operation of deleting what is not there.
func (c *Client) gone(k *call) *Operation {
	op := &Operation{c: c, s: saved{Version: 1, Method: k.method, URL: k.url.String(), Began: c.opts.Clock.Now()}}
	op.succeed("Succeeded")
	return op
}

var group = regexp.MustCompile(`(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/?$`)

func drillOf(resource json.RawMessage) string {
	var r struct {
		Tags map[string]string `json:"tags"`
	}
	if json.Unmarshal(resource, &r) != nil {
		return ""
	}
	for name, v := range r.Tags { // names of tags are the same in any case
		if strings.EqualFold(name, DrillTag) {
			return v
		}
	}
	return ""
}

func idOf(resource json.RawMessage) string {
	var r struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(resource, &r) != nil || r.ID == "" {
		return "(one without id)"
	}
	return r.ID
}

// destructive are the last segments of actions that take away what they are
// called on.
var destructive = []string{"delete", "purge", "destroy", "deleteresources", "batchdelete", "bulkdelete", "remove", "wipe", "erase"}

var deployment = regexp.MustCompile(`(?i)/providers/Microsoft\.Resources/deployments/[^/]+$`)

// harmful refuses requests that delete by another door than [Client.DeleteDrilled]:
// actions that destroy, and deployments that delete what their template does not
// name.
func harmful(k *call) error {
	path := strings.TrimRight(k.url.Path, "/")
	switch {
	case k.method == http.MethodPost && slices.Contains(destructive, strings.ToLower(path[strings.LastIndexByte(path, '/')+1:])):
		return errors.New("the action destroys what it is called on, which Holdfast does not do")
	case k.method == http.MethodPut && deployment.MatchString(path):
		var d struct {
			Properties struct {
				Mode string `json:"mode"`
			} `json:"properties"`
		}
		if json.Unmarshal(k.payload, &d) == nil && strings.EqualFold(d.Properties.Mode, "Complete") {
			return errors.New("a deployment in mode Complete deletes what its template does not name, which Holdfast does not do")
		}
	}
	return nil
}
