package facet

import (
	"strings"

	"github.com/holdfast-ml/holdfast/internal/sandbox/object"
	"github.com/holdfast-ml/holdfast/internal/sandbox/provider"
)

// Inline makes the inline children that the body of a resource names in a list:
// each element has a name and properties. Where the list is the whole of them,
// those that it has no more are taken away. A body without the list leaves the children as they are. The list
// is taken out of the body: the children are what is kept. It is a hook for after
// the resource is kept.
func Inline(c *provider.Call, path, typ string, whole bool) error {
	list, ok := object.Find(c.Body, path)
	if !ok || list == nil {
		return nil
	}
	segment := typ[strings.LastIndexByte(typ, '/')+1:]
	named := map[string]bool{}
	for _, child := range Objects(c.Body, path) {
		name := object.Text(child, "name")
		named[strings.ToLower(name)] = true
		body := object.CloneObject(child)
		for _, own := range []string{"id", "name", "type", "etag"} {
			object.Delete(body, own)
		}
		if err := Bring(c, provider.Request{ID: c.ID + "/" + segment + "/" + name, Body: body}); err != nil {
			return err
		}
	}
	var gone []string
	for r := range c.Tx.Children(c.ID, typ) {
		if whole && !named[strings.ToLower(r.Name)] {
			gone = append(gone, r.ID)
		}
	}
	for _, id := range gone {
		if _, err := c.Engine.Delete(c.Tx, c.Now, provider.Request{ID: id, Caller: c.Caller, Internal: true}); err != nil {
			return err
		}
	}
	object.Delete(c.Body, path)
	return nil
}

// ShowInline puts the inline children of a type into the list at a path of the
// body, as reading each of them shows it.
func ShowInline(c *provider.Call, path, typ string) error {
	list := []any{}
	for r := range c.Tx.Children(c.ID, typ) {
		child, err := c.Engine.Get(c.Tx, c.Now, r.ID)
		if err != nil {
			return err
		}
		list = append(list, child)
	}
	object.Set(c.Body, path, list)
	return nil
}

// Bring makes a resource that comes with the one of the call. What comes with
// something from an estate is left out where it cannot be: the estate may not say
// all that it leans on.
func Bring(c *provider.Call, r provider.Request) error {
	r.Caller, r.Internal = c.Caller, true
	err := c.Tx.Attempt(func() error {
		_, err := c.Engine.Put(c.Tx, c.Now, r)
		return err
	})
	if !c.Seeding {
		return err
	}
	if made := c.Tx.Resource(r.ID); err == nil && made != nil { // it is there already, whatever Azure takes to make it
		body := object.Must(made.Body)
		if object.Text(body, "properties.provisioningState") != "" {
			object.Set(body, "properties.provisioningState", "Succeeded")
			return Change(c, made, body, nil)
		}
	}
	return nil
}
