package relate

import (
	"strings"

	"github.com/holdfast-ml/holdfast/arm/value"
	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Options are facts that no body holds. The zero value works.
type Options struct {
	// GroupLocation gives the region of a resource group that is not in the
	// input, "" when nobody knows it; nil knows none. A group whose region is
	// known, or that is in the input, is leaned on by what lies in it.
	GroupLocation func(group estate.ResourceID) string
}

// Result is what was found beside the resources that were given.
type Result struct {
	// Resources are the given ones, followed by the external ones that they name.
	Resources []*estate.Resource
	Relations []estate.Relation
	// NotSeen are the references that could not be followed.
	NotSeen []estate.NotSeen
}

// Find relates the resources. They are not changed; of several with the same id
// the first that is not external counts.
func Find(resources []*estate.Resource, opts Options) Result {
	f := newFinder(resources, opts)
	// First what is named by its id: names alone are looked up when all ids are known.
	for i := 0; i < len(f.resources); i++ {
		f.relate(f.resources[i])
	}
	done := len(f.resources)
	for len(f.later) > 0 {
		todo := f.later
		f.later = nil
		for _, do := range todo {
			do()
		}
		for ; done < len(f.resources); done++ {
			f.relate(f.resources[done])
		}
	}
	return Result{Resources: f.resources, Relations: f.relations, NotSeen: f.notSeen}
}

func newFinder(resources []*estate.Resource, opts Options) *finder {
	f := &finder{
		opts:      opts,
		resources: resources[:len(resources):len(resources)],
		byKey:     make(map[string]*estate.Resource, len(resources)+len(resources)/8),
		infos:     make(map[string]*info, min(len(resources), 64)),
		types:     knownTypes(),
		relations: make([]estate.Relation, 0, len(resources)+len(resources)/2),
	}
	for _, r := range resources {
		if old := f.byKey[r.ID.Key()]; old == nil || old.External && !r.External {
			f.byKey[r.ID.Key()] = r
		}
	}
	return f
}

type finder struct {
	opts      Options
	resources []*estate.Resource
	relations []estate.Relation
	notSeen   []estate.NotSeen

	byKey   map[string]*estate.Resource
	byName  map[string]*estate.Resource   // see nameKey; nil until needed
	byURL   map[string]*estate.Resource   // Databricks workspaces by host; nil until needed
	byGroup map[string][]*estate.Resource // by group key, see inGroup; nil until needed
	linked  map[string][]*estate.Resource // Databricks workspaces by the key of the AML workspace; nil until needed
	infos   map[string]*info              // by type as it is spelled
	types   map[string]*info              // by type in lower case
	later   []func()
}

// info is what the rules say of a type.
type info struct {
	key      string // the type in lower case
	rules    []rule
	parent   parentRule
	special  func(*finder, *estate.Resource)
	findable bool
}

func (f *finder) info(typ string) *info {
	if x, ok := f.infos[typ]; ok {
		return x
	}
	key := strings.ToLower(typ)
	x := f.types[key]
	if x == nil {
		x = &info{key: key}
	}
	f.infos[typ] = x
	return x
}

// relate finds the relations of one resource.
func (f *finder) relate(r *estate.Resource) {
	if f.byKey[r.ID.Key()] != r {
		return // another one with this id counts
	}
	info := f.info(r.Type)
	parent := f.parentOf(r.ID)
	if parent.IsZero() {
		f.relateGroup(r)
	} else {
		f.relateParent(r, info, parent)
	}
	if r.Body.IsAbsent() {
		return
	}
	if identity := r.Body.Get("identity"); !identity.IsNull() && !notListed(identity) {
		f.apply(r, identityRule(), r.Body, "")
	}
	if len(info.rules) == 0 && info.special == nil {
		return
	}
	properties := r.Body.Get("properties")
	if u := properties.Unknown(); u != nil && u.Choice == nil {
		if !notListed(properties) {
			f.unseen(r, "the properties", reason(properties, ""), properties)
		}
		return
	}
	for i := range info.rules {
		from := properties
		if info.rules[i].root {
			from = r.Body
		}
		f.apply(r, &info.rules[i], from, "")
	}
	if info.special != nil {
		info.special(f, r)
	}
}

// parentOf is the id of the parent. A region is no resource; and a part that a
// service has by itself, such as .../blobServices/default, is passed over when
// the input does not have it.
func (f *finder) parentOf(id estate.ResourceID) estate.ResourceID {
	parent := id.Parent()
	for !parent.IsZero() && parent.LastName() == "default" && f.byKey[parent.Key()] == nil {
		parent = parent.Parent()
	}
	if typ := parent.Type(); len(typ) > len("/locations") && strings.EqualFold(typ[len(typ)-len("/locations"):], "/locations") {
		return estate.ResourceID{}
	}
	return parent
}

// relateGroup relates a resource with its group, when the estate has the group
// or its region is known.
func (f *finder) relateGroup(r *estate.Resource) {
	group := r.ID.Group()
	if r.Is(typeLock) {
		f.lock(r, group)
		return
	}
	if group.IsZero() || group.Equal(r.ID) {
		return
	}
	to := f.byKey[group.Key()]
	if (to == nil || to.External && to.Location == "") && f.opts.GroupLocation != nil {
		if location := f.opts.GroupLocation(group); location != "" {
			to = f.resource(group, typeGroup)
			to.Location = location
		}
	}
	if to != nil && to.External && to.Location == "" { // somebody names it, but nobody knows where it is
		return
	}
	if to != nil {
		f.add(r, to, estate.ResourceGroup, "", r.Origin, "")
	}
}

// lock relates a lock of a group, or of a whole subscription, with what it locks.
func (f *finder) lock(r *estate.Resource, group estate.ResourceID) {
	target := group
	if target.IsZero() && r.ID.Subscription() != "" {
		target = estate.ParseID("/subscriptions/" + r.ID.Subscription())
	}
	if !target.IsZero() {
		f.add(r, f.resource(target, ""), estate.Lock, "", r.Origin, r.Presence)
	}
}

// relateParent relates a child resource with its parent in the role of its type,
// and an extension resource with what it extends.
func (f *finder) relateParent(r *estate.Resource, info *info, id estate.ResourceID) {
	parent := f.resource(id, "")
	rule := info.parent
	switch {
	case r.Is(typeLock):
		f.add(r, parent, estate.Lock, "", r.Origin, r.Presence)
	case rule.role == "":
		f.add(r, parent, estate.Parent, "", r.Origin, r.Presence)
	case rule.up:
		f.add(r, parent, rule.role, "", r.Origin, r.Presence)
	default:
		detail := ""
		if rule.detail != nil {
			detail = rule.detail(r)
		}
		f.add(parent, r, rule.role, detail, r.Origin, r.Presence)
	}
}

// apply follows the references of one rule.
func (f *finder) apply(r *estate.Resource, rule *rule, from value.Value, presence string) {
	walk(from, rule.steps, presence, func(at found) {
		if !at.references(func(ref reference) { f.follow(r, rule, ref) }) && !at.value.Secret() {
			f.unseen(r, rule.name(), reason(at.value, "it is no text that could name a resource"), at.value)
		}
	}, func(v value.Value) { f.blocked(r, rule, v) })
}

// follow relates r with what a reference names.
func (f *finder) follow(r *estate.Resource, rule *rule, ref reference) {
	if rule.resolve != nil {
		f.later = append(f.later, func() {
			to := rule.resolve(f, r, rule, ref.text)
			if to == nil {
				to = f.madeBy(ref.value)
			}
			if to == nil {
				f.unseen(r, rule.name(), "no resource is known under "+ref.text, ref.value)
				return
			}
			f.connect(r, to, rule, ref)
		})
		return
	}
	id := estate.ParseID(ref.text)
	if net, subnet := f.inlineSubnet(id); net != nil {
		inside := *rule
		inside.detail = strings.TrimSpace(rule.detail + " subnet " + subnet)
		f.connect(r, net, &inside, ref)
		return
	}
	f.connect(r, f.byParsed(r, id, ref.text, rule.want), rule, ref)
}

// inlineSubnet gives the network and the name of a subnet that is written inside
// of a network of the input and is no resource of its own there.
func (f *finder) inlineSubnet(id estate.ResourceID) (*estate.Resource, string) {
	if !strings.EqualFold(id.Type(), typeSubnet) || f.byKey[id.Key()] != nil {
		return nil, ""
	}
	if net := f.byKey[id.Parent().Key()]; net != nil && !net.External {
		return net, id.LastName()
	}
	return nil, ""
}

func (f *finder) connect(r, to *estate.Resource, rule *rule, ref reference) {
	a, b := r, to
	if rule.reverse {
		a, b = to, r
	}
	f.add(a, b, rule.role, rule.detail, r.OriginOf(ref.value), ref.presence)
}

func (f *finder) add(from, to *estate.Resource, role estate.Role, detail string, at estate.Origin, presence string) {
	if from == to || from == nil || to == nil {
		return
	}
	for _, x := range [2]*estate.Resource{from, to} { // where an external resource is named first is the best place for it
		if x.External && x.Origin == (estate.Origin{}) {
			x.Origin = at
		}
	}
	f.relations = append(f.relations, estate.Relation{From: from, To: to, Role: role, Detail: detail, Origin: at, Presence: presence})
}
