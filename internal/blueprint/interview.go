package blueprint

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
)

// Kind is how a question is answered.
type Kind int

// The kinds.
const (
	Text    Kind = iota // with a word
	One                 // with one of the choices
	Several             // with any number of the choices
	YesNo               // with yes or no
)

// Choice is an answer that can be chosen.
type Choice struct{ Value, Title string }

// Question is one question of an interview.
type Question struct {
	Title   string
	Help    string // what the answer is about
	Kind    Kind
	Choices []Choice
	Default []string                    // what stands there before anything is said
	Check   func(answer []string) error // why an answer will not do
}

// Yes is the answer to a question of yes or no that says yes; every other one says no.
const Yes = "yes"

// Interview makes a specification of the answers to its questions. It asks only
// what follows from what was said before, and refuses an answer where it is given:
// ask gives an answer that the question's Check has nothing against, or an error,
// which ends the interview.
func Interview(ask func(Question) ([]string, error)) (*Spec, error) {
	i := &interview{ask: ask, spec: &Spec{Target: "production", Network: Public}}
	s := i.spec
	i.one(Question{
		Title: "For which target?", Kind: One, Default: []string{s.Target},
		Choices: []Choice{{"dev", "dev: cheap, nothing has to survive"}, {"production", "production: survives the loss of a zone"}, {"critical", "critical: survives the loss of a zone, and of the region"}},
	}, &s.Target)
	i.one(Question{Title: "In which region?", Help: "westeurope, for instance", Check: i.refusal("region", func(c *Spec, a string) { c.Region = a })}, &s.Region)
	i.region(&s.Region)
	i.second()
	i.one(Question{Title: "What is it called?", Help: "the names of all resources derive from it", Check: i.refusal("name", func(c *Spec, a string) { c.Name = a })}, &s.Name)
	services := Question{Title: "Which services besides?", Kind: Several, Check: i.offered}
	for _, name := range Services {
		services.Choices = append(services.Choices, Choice{name, name + ": " + serviceTitles[name]})
	}
	s.Services = slices.DeleteFunc(slices.Clone(Services), func(service string) bool { return !slices.Contains(i.answer(services), service) })
	i.one(Question{
		Title: "Which network?", Kind: One, Default: []string{Public},
		Choices: []Choice{{Public, "public: reached from everywhere, by those who may"}, {Private, "private: reached from its network only"}},
	}, &s.Network)
	s.Key = i.yes(Question{Title: "Encrypted with a key of yours?", Help: "it brings Cosmos DB, AI Search and a storage account for the metadata"})
	if (s.Has("sql") || s.Has("postgresql")) && i.yes(Question{Title: "Do you have the group that administers the databases at hand?", Help: "an Entra group with its object id; else it is asked for when it is deployed"}) {
		i.one(Question{Title: "What is the group called?", Check: notEmpty}, &s.Administrators.Name)
		i.one(Question{Title: "What is its object id?", Help: "az ad group show --group NAME --query id", Check: i.refusal("administrators", func(c *Spec, a string) { c.Administrators = Group{"x", a} })}, &s.Administrators.ObjectID)
	}
	if i.err != nil {
		return nil, i.err
	}
	if err := s.Check(); err != nil {
		return nil, err
	}
	return s, nil
}

type interview struct {
	ask   func(Question) ([]string, error)
	spec  *Spec
	asked map[string][]string
	err   error
}

// answer gives the answer to a question, nothing after an error. A question is
// asked once.
func (i *interview) answer(q Question) []string {
	if a, ok := i.asked[q.Title]; ok || i.err != nil {
		return a
	}
	a, err := i.ask(q)
	if err != nil {
		i.err = err
		return nil
	}
	if i.asked == nil {
		i.asked = map[string][]string{}
	}
	i.asked[q.Title] = a
	return a
}

func (i *interview) one(q Question, into *string) {
	if a := i.answer(q); len(a) > 0 {
		*into = strings.TrimSpace(a[0])
	}
}

func (i *interview) yes(q Question) bool {
	q.Kind = YesNo
	return slices.Equal(i.answer(q), []string{Yes})
}

// region gives a region its own spelling.
func (i *interview) region(name *string) {
	if r, ok := estate.RegionByName(*name); ok {
		*name = r.Name
	}
}

// second asks for the second region, which the target critical needs.
func (i *interview) second() {
	s := i.spec
	first, ok := estate.RegionByName(s.Region)
	if !ok {
		return
	}
	c := &checker{spec: s}
	q := Question{Title: "In which second region?", Help: c.offer(first), Check: i.refusal("secondRegion", func(c *Spec, a string) { c.SecondRegion = a })}
	if pair, ok := estate.RegionByName(first.Pair); ok && fit(pair, s.Target) {
		q.Default = []string{pair.Name}
	}
	if s.Target != "critical" && !i.yes(Question{Title: "A secondary workspace in another region?", Help: "it takes over when the region is lost"}) {
		return
	}
	i.one(q, &s.SecondRegion)
	i.region(&s.SecondRegion)
}

// refusal checks one field by what [Spec.Check] says of it.
func (i *interview) refusal(field string, set func(*Spec, string)) func([]string) error {
	return func(answer []string) error {
		s := *i.spec
		s.places, s.file = map[string]Place{field: {1, 1}}, ""
		set(&s, strings.TrimSpace(strings.Join(answer, " ")))
		return s.first(field)
	}
}

// first gives the first problem with a field, nil when there is none.
func (s *Spec) first(field string) error {
	d, err := load()
	if err != nil {
		return err
	}
	c := &checker{spec: s, data: d}
	switch field {
	case "region":
		if s.Region != "" {
			c.region(field, &s.Region)
		} else {
			c.at(field, "there is no answer", "name a region")
		}
	case "secondRegion":
		if r, ok := c.region(field, &s.SecondRegion); ok && r.Name == s.Region {
			c.at(field, "the second region is the first one", "choose another one")
		}
	case "name":
		c.name()
	case "administrators":
		c.groups()
	case "services":
		c.offered()
	}
	if len(c.problems) == 0 {
		return nil
	}
	p := c.problems[0]
	if p.Hint == "" {
		return errors.New(p.Message)
	}
	return fmt.Errorf("%s: %s", p.Message, p.Hint)
}

func (i *interview) offered(answer []string) error {
	s := *i.spec
	s.places, s.Services = nil, answer
	return s.first("services")
}

func notEmpty(answer []string) error {
	if strings.TrimSpace(strings.Join(answer, "")) == "" {
		return errors.New("there is no answer: write a word")
	}
	return nil
}
