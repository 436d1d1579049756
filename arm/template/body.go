package template

import (
	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// engineMember reports whether a member of a resource is for the deployment
// engine only and not sent to the provider.
func engineMember(key string) bool {
	switch len(key) {
	case 4:
		return is(key, "copy")
	case 6:
		return is(key, "import")
	case 8:
		return is(key, "existing") || is(key, "comments") || is(key, "@options") || is(key, "metadata")
	case 9:
		return is(key, "condition") || is(key, "dependsOn") || is(key, "resources") || is(key, "extension")
	}
	return false
}

// body evaluates the body of a resource, once. The resources that are not
// deployed have none.
func (x *expander) body(r *Resource) {
	if r.state != unset {
		return
	}
	r.state = busy
	if r.Presence == No {
		r.Body = value.Object([]value.Member{
			{Key: "type", Value: value.String(r.Type)}, {Key: "name", Value: r.Name},
		}).WithDef(r.Node)
		r.state = done
		return
	}
	r.Body = x.bodyOf(r)
	r.state = done
}

// bodyOf evaluates the body of a resource that is deployed, without keeping it.
func (x *expander) bodyOf(r *Resource) value.Value {
	members := make([]value.Member, 0, r.Node.Len())
	for c := r.Node.First(); c.IsValid(); c = c.Next() {
		key := c.Key()
		switch {
		case engineMember(key):
		case is(key, "name"):
			members = append(members, value.Member{Key: key, Value: r.Name})
		case is(key, "type"):
			members = append(members, value.Member{Key: key, Value: value.String(r.Type).WithDef(c)})
		case is(key, "location"):
			if !r.Location.IsNull() {
				members = append(members, value.Member{Key: key, Value: r.Location})
			}
		case is(key, "properties") && r.decl.nested != nil && c.Kind() == jsonc.Object:
			members = append(members, value.Member{Key: key, Value: x.deploymentBody(r, c)})
		default:
			members = x.member(members, c, r.frame, true)
		}
	}
	return value.Object(members).WithDef(r.Node)
}

// deploymentBody evaluates the properties of a deployments resource, without its
// template. What goes to secure parameters is secret.
func (x *expander) deploymentBody(r *Resource, properties jsonc.Node) value.Value {
	members := make([]value.Member, 0, properties.Len())
	for c := properties.First(); c.IsValid(); c = c.Next() {
		key := c.Key()
		switch {
		case is(key, "template"):
			if x.running() {
				members = append(members, value.Member{Key: key, Value: x.sentTemplate(r, c)})
			}
		case is(key, "parameters") && c.Kind() == jsonc.Object:
			parameters := make([]value.Member, 0, c.Len())
			for p := c.First(); p.IsValid(); p = p.Next() {
				v := x.tree(p, r.frame)
				if r.child != nil {
					if decl := r.child.t.findParameter(p.Key()); decl != nil && decl.secure {
						v = v.WithSecret()
					}
				}
				parameters = append(parameters, value.Member{Key: p.Key(), Value: v})
			}
			members = append(members, value.Member{Key: key, Value: value.Object(parameters).WithDef(c)})
		default:
			members = x.member(members, c, r.frame, true)
		}
	}
	return value.Object(members).WithDef(properties)
}
