package template

import (
	"strconv"
	"strings"

	"github.com/holdfast-ml/holdfast/arm/jsonc"
	"github.com/holdfast-ml/holdfast/arm/value"
)

// resolve finds the resources that an argument of reference() or an entry of
// dependsOn means, with its text: by symbol, by id, or by name; the best match comes first.
func (x *expander) resolve(d *deployment, v value.Value, text string) []*Resource {
	if text == "" || v.Secret() {
		return nil
	}
	if d.t.decl.symbolic {
		if list := x.bySymbol(d, text); len(list) > 0 {
			return list
		}
	}
	if strings.HasPrefix(text, "/") || strings.Contains(text, "/providers/") {
		return x.byIDText(d, strings.TrimRight(text, "/"))
	}
	if v.IsUnknown() && len(v.Unknown().Parts) == 0 && !d.t.decl.symbolic && strings.HasPrefix(text, "{") {
		return x.byName(d, text)
	}
	return x.byName(d, strings.Trim(text, "/"))
}

// bySymbol finds the instances of a symbolic name, or one of them by "name[i]".
func (x *expander) bySymbol(d *deployment, text string) []*Resource {
	name, index := text, -1
	if i := strings.IndexByte(text, '['); i > 0 && strings.HasSuffix(text, "]") {
		n, err := strconv.Atoi(text[i+1 : len(text)-1])
		if err != nil {
			return nil
		}
		name, index = text[:i], n
	}
	decl := d.t.symbol(name)
	if decl == nil {
		return nil
	}
	list := x.instancesOf(d, decl)
	if index < 0 {
		return list
	}
	for _, r := range list {
		if len(r.Copies) == 0 {
			continue
		}
		at := r.Copies[len(r.Copies)-1].Index
		if i, ok := at.AsInt(); at.IsUnknown() || ok && i == int64(index) {
			return []*Resource{r}
		}
	}
	return nil
}

// byIDText finds resources of the whole tree by id; those that are deployed
// come first.
func (x *expander) byIDText(d *deployment, id string) []*Resource {
	for a := d; a != nil; a = a.parent {
		x.allInstances(a)
	}
	x.index()
	return best(x.byID[strings.ToLower(id)])
}

// index enters the resources found since the last time.
func (x *expander) index() {
	if x.byID == nil {
		x.byID = map[string][]*Resource{}
	}
	for ; x.indexed < len(x.all); x.indexed++ {
		r := x.all[x.indexed]
		key := strings.ToLower(r.idText)
		x.repeated = x.repeated || len(x.byID[key]) > 0
		x.byID[key] = append(x.byID[key], r)
		if is(r.Type, resourceGroupType) {
			// What resourceId() and subscriptionResourceId() make of a group.
			if sub, name, ok := strings.Cut(key, "/resourcegroups/"); ok {
				key = sub + "/providers/microsoft.resources/resourcegroups/" + name
				x.byID[key] = append(x.byID[key], r)
			}
		}
	}
}

// best puts the resource that is surely deployed first, then those that may be.
func best(list []*Resource) []*Resource {
	if len(list) < 2 {
		return list
	}
	rank := func(r *Resource) int {
		switch {
		case r.Presence == No:
			return 3
		case r.Existing:
			return 2
		case r.Presence == Maybe:
			return 1
		}
		return 0
	}
	top := 0
	for i, r := range list {
		if rank(r) < rank(list[top]) {
			top = i
		}
	}
	if top == 0 {
		return list
	}
	sorted := append([]*Resource{list[top]}, list[:top]...)
	return append(sorted, list[top+1:]...)
}

// byName finds resources of one template by name, type and name, or loop name.
func (x *expander) byName(d *deployment, name string) []*Resource {
	x.allInstances(d)
	if d.names == nil {
		d.names = map[string][]*Resource{}
	}
	for ; d.named < len(d.resources); d.named++ {
		r := d.resources[d.named]
		short := strings.ToLower(r.nameText)
		d.names[short] = append(d.names[short], r)
		long := strings.ToLower(r.Type) + "/" + short
		d.names[long] = append(d.names[long], r)
		if n := len(r.Copies); n > 0 && r.decl.copy.IsValid() {
			loop := "\x00" + strings.ToLower(r.Copies[n-1].Loop)
			d.names[loop] = append(d.names[loop], r)
		}
	}
	key := strings.ReplaceAll(strings.ToLower(name), "//", "/")
	if list := d.names[key]; len(list) > 0 {
		return best(list)
	}
	if list := d.names["\x00"+key]; len(list) > 0 {
		return list
	}
	// The id's own order of types and names: provider/type/name/type/name.
	for _, r := range d.resources {
		if i := strings.LastIndex(r.idText, "/providers/"); i >= 0 && jsonc.EqualFold(r.idText[i+len("/providers/"):], key) {
			return []*Resource{r}
		}
	}
	return nil
}
