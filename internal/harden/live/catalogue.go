package live

import (
	"fmt"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/catalog"
	"github.com/holdfast-ml/holdfast/internal/harden"
)

// api is how a type is written.
type api struct{ version, method string }

// apiOf asks the catalog how a type is written.
func apiOf(c *catalog.Catalog, typ string) (api, error) {
	t := c.TypeOf(typ)
	if t == nil {
		return api{}, fmt.Errorf("the catalog does not say how resources of the type %s are written", typ)
	}
	return api{t.APIVersion, strings.ToUpper(t.Update)}, nil
}

// convert makes the act that makes the calls of a remedy, instead of writing what
// it sets: that would be refused.
func (t *Task) convert(p *harden.Plan, s *harden.Step, place catalog.Place) error {
	if err := t.change(p, s, place); err != nil {
		return err
	}
	if len(t.Acts) != 1 || t.Acts[0].ID != s.Resource.ID.String() {
		return fmt.Errorf("its calls are to bring about something else than settings of the resource itself")
	}
	a := &t.Acts[0]
	a.Kind = Convert
	for i := range s.Remedy.Calls {
		c := &s.Remedy.Calls[i]
		call := Call{Method: c.Method, Path: place.Text(a.ID + c.Path), Pause: max(c.Pause.Seconds, 0)}
		if !c.Body.IsNull() {
			call.Body = raw(place.Value(c.Body, 0))
		}
		if c.Follow != "" {
			call.Follow = &Follow{Path: place.Text(a.ID + c.Follow), State: c.State, Done: c.Done, Failed: c.Failed}
		}
		a.Calls = append(a.Calls, call)
	}
	return nil
}

// forever is why a step is not taken back, "" if it is.
func forever(c *catalog.Catalog, s *harden.Step) string {
	switch {
	case s.Remedy.Forever != "":
		return "It cannot be undone: " + s.Remedy.Forever
	case s.Remedy.Change.OneWay:
		return "It cannot be undone."
	case s.Remedy.Undo != "":
		return "It is not undone by itself: " + s.Remedy.Undo
	case len(s.Remedy.Calls) > 0 || s.Kind == "conversion":
		return "It is not undone by itself: it was a conversion, and going back is one, too."
	}
	for i := range s.Remedy.Set {
		if set := settingOf(c, s, &s.Remedy.Set[i]); set != nil && set.Change.OneWay {
			return "It cannot be undone: Azure does not let this be taken back (" + set.Title + ")."
		}
	}
	return ""
}
