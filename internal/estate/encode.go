package estate

import (
	"encoding/json"
	"strconv"

	"github.com/holdfast-ml/holdfast/arm/value"
)

// SchemaVersion is the version of Holdfast's JSON: of an estate and of the
// reports that hold one. Within a version keys are only added.
const SchemaVersion = "1.0"

// Encoding says what goes into the JSON of an estate. Its zero value gives the
// resources and relations without bodies.
type Encoding struct {
	// Bodies adds the whole body of each resource. With them the estate can be
	// read back and gives the same answers.
	Bodies bool
	// Facts gives what the catalog says of a resource for the keys managedBy and
	// haByDefault; without it both are "".
	Facts func(*Resource) (managedBy, haByDefault string)
}

// AppendDocument appends the estate as a JSON document of its own:
// {"schemaVersion":"1.0","estate":{...}}.
func (enc Encoding) AppendDocument(dst []byte, e *Estate) []byte {
	dst = append(dst, `{"schemaVersion":"`+SchemaVersion+`","estate":`...)
	return append(enc.Append(dst, e), '}')
}

// Append appends the value of the key "estate": an object with resources,
// relations and coverage. The result is the same for equal estates.
func (enc Encoding) Append(dst []byte, e *Estate) []byte {
	dst = append(dst, `{"resources":[`...)
	for i, r := range e.Resources {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = enc.resource(dst, r)
	}
	dst = append(dst, `],"relations":[`...)
	for i := range e.Relations {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = relation(dst, &e.Relations[i])
	}
	dst = append(dst, `],"coverage":`...)
	return append(append(dst, coverageJSON(e.Coverage)...), '}')
}

func (enc Encoding) resource(dst []byte, r *Resource) []byte {
	dst = text(dst, `{"id":`, r.ID.String())
	dst = text(dst, `,"type":`, r.Type)
	dst = text(dst, `,"name":`, r.Name)
	dst = text(dst, `,"location":`, r.Location)
	dst = texts(dst, `,"zones":[`, r.Zones)
	dst = text(dst, `,"service":`, r.Service)
	dst = texts(dst, `,"roles":[`, r.Roles)
	managedBy, ha := "", ""
	if enc.Facts != nil {
		managedBy, ha = enc.Facts(r)
	}
	dst = text(dst, `,"managedBy":`, managedBy)
	dst = text(dst, `,"haByDefault":`, ha)
	dst = strconv.AppendBool(append(dst, `,"external":`...), r.External)
	if r.Implied {
		dst = append(dst, `,"implied":true`...)
	}
	if r.Presence != "" {
		dst = text(dst, `,"presence":`, r.Presence)
	}
	if len(r.Listed) > 0 {
		dst = texts(dst, `,"listed":[`, r.Listed)
	}
	dst = origin(dst, r.Origin)
	if enc.Bodies && !r.Body.IsAbsent() {
		dst = appendBody(append(dst, `,"body":`...), r.Body, 0)
	}
	return append(dst, '}')
}

func relation(dst []byte, r *Relation) []byte {
	dst = text(dst, `{"from":`, r.From.ID.String())
	dst = text(dst, `,"to":`, r.To.ID.String())
	dst = text(dst, `,"role":`, string(r.Role))
	if r.Detail != "" {
		dst = text(dst, `,"detail":`, r.Detail)
	}
	if r.Presence != "" {
		dst = text(dst, `,"presence":`, r.Presence)
	}
	return append(origin(dst, r.Origin), '}')
}

func origin(dst []byte, o Origin) []byte {
	dst = text(dst, `,"origin":{"file":`, o.File)
	dst = strconv.AppendInt(append(dst, `,"line":`...), int64(o.Line), 10)
	dst = strconv.AppendInt(append(dst, `,"column":`...), int64(o.Column), 10)
	return append(text(dst, `,"pointer":`, o.Pointer), '}')
}

func text(dst []byte, key, s string) []byte {
	return value.AppendQuoted(append(dst, key...), s)
}

func texts[S ~string](dst []byte, key string, list []S) []byte {
	dst = append(dst, key...)
	for i, s := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = value.AppendQuoted(dst, string(s))
	}
	return append(dst, ']')
}

func coverageJSON(c Coverage) []byte {
	if c.Inputs == nil {
		c.Inputs = []Input{}
	}
	if c.NotSeen == nil {
		c.NotSeen = []NotSeen{}
	}
	b, err := json.Marshal(c)
	if err != nil { // strings and numbers only: it cannot happen
		return []byte("null")
	}
	return b
}

// appendBody is [value.Value.AppendJSON] with more of what is known of an
// unknown value, so that reading it back loses nothing:
//
//	{"$unknown":"[expression]","$reason":1,"$hint":5,"$subject":"...","$resource":"...","$notNull":true,
//	 "$parts":["text",{"$hole":"[expression]"}],"$choice":{"if":"[expression]","then":...,"else":...}}
//
// A secret is {"$secret":true} and nothing more. Choices within choices are
// written to a depth of maxChoices, since they may share what they hold.
func appendBody(dst []byte, v value.Value, choices int) []byte {
	if v.Secret() {
		return append(dst, `{"$secret":true}`...)
	}
	switch v.Kind() {
	case value.ArrayKind:
		dst = append(dst, '[')
		for i, e := range v.Elems() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendBody(dst, e, choices)
		}
		return append(dst, ']')
	case value.ObjectKind:
		dst = append(dst, '{')
		first := true
		for k, e := range v.Members() {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = append(value.AppendQuoted(dst, k), ':')
			dst = appendBody(dst, e, choices)
		}
		return append(dst, '}')
	case value.UnknownKind:
		return appendUnknown(dst, v, choices)
	}
	return v.AppendJSON(dst)
}

const maxChoices = 6

func appendUnknown(dst []byte, v value.Value, choices int) []byte {
	u := v.Unknown()
	dst = text(dst, `{"$unknown":`, v.Residual())
	dst = strconv.AppendInt(append(dst, `,"$reason":`...), int64(u.Reason), 10)
	if u.Hint != value.AbsentKind {
		dst = strconv.AppendInt(append(dst, `,"$hint":`...), int64(u.Hint), 10)
	}
	if u.Subject != "" {
		dst = text(dst, `,"$subject":`, u.Subject)
	}
	if u.Resource != "" {
		dst = text(dst, `,"$resource":`, u.Resource)
	}
	if u.NotNull {
		dst = append(dst, `,"$notNull":true`...)
	}
	for i, p := range u.Parts {
		if i == 0 {
			dst = append(dst, `,"$parts":[`...)
		} else {
			dst = append(dst, ',')
		}
		if p.Hole != nil {
			dst = append(text(dst, `{"$hole":`, "["+p.Hole.String()+"]"), '}')
		} else {
			dst = value.AppendQuoted(dst, p.Lit)
		}
		if i == len(u.Parts)-1 {
			dst = append(dst, ']')
		}
	}
	if c := u.Choice; c != nil && c.Cond != nil && choices < maxChoices {
		dst = text(dst, `,"$choice":{"if":`, "["+c.Cond.String()+"]")
		dst = appendBody(append(dst, `,"then":`...), c.Then, choices+1)
		dst = append(appendBody(append(dst, `,"else":`...), c.Else, choices+1), '}')
	}
	return append(dst, '}')
}
