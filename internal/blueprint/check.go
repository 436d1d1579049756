package blueprint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/spelling"
)

var (
	namePattern = regexp.MustCompile(`^[a-z]([a-z0-9]|-[a-z0-9])*$`)
	guidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

// Check tells all that Azure would refuse, or that keeps the target from being
// met, with the reason and what would do; nil when there is nothing. The error is
// [Problems]. What it knows of regions is of [estate.RegionsAsOf].
func (s *Spec) Check() error {
	d, err := load()
	if err != nil {
		return err
	}
	c := &checker{spec: s, data: d}
	c.regions()
	c.name()
	c.groups()
	c.offered()
	return c.problems.err()
}

type checker struct {
	spec     *Spec
	data     *blueprintData
	problems Problems
}

func (c *checker) at(field, message, hint string) {
	c.problems = append(c.problems, Problem{c.spec.file, c.spec.places[field], message, hint})
}

func (c *checker) name() {
	s := c.spec
	longest := longestName(s, c.data)
	switch {
	case s.Name == "":
		c.at("name", "the specification has no name", "add \"name: churn\"; the names of all resources derive from it")
	case !namePattern.MatchString(s.Name):
		c.at("name", fmt.Sprintf("the name %q cannot be made part of Azure's names", s.Name), fmt.Sprintf("use lower-case letters, digits and single hyphens, beginning with a letter and not ending with a hyphen%s", perhaps(legal(s.Name, longest))))
	case len(s.Name) < 2:
		c.at("name", fmt.Sprintf("the name %q is too short", s.Name), "use two characters or more")
	case len(s.Name) > longest:
		c.at("name", fmt.Sprintf("the name %q has %d characters, with which names of resources in %s become too long", s.Name, len(s.Name), strings.Join(s.Regions(), " and ")), fmt.Sprintf("use up to %d", longest))
	}
}

func perhaps(name string) string {
	if name == "" {
		return ""
	}
	return ", such as " + name
}

// legal makes the most of a name, "" when nothing is left of it.
func legal(name string, longest int) string {
	var out []byte
	for _, c := range []byte(strings.ToLower(name)) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9' && len(out) > 0:
			out = append(out, c)
		case len(out) > 0 && out[len(out)-1] != '-':
			out = append(out, '-')
		}
	}
	made := strings.Trim(string(out[:min(len(out), longest)]), "-")
	if len(made) < 2 {
		return ""
	}
	return made
}

func (c *checker) groups() {
	s := c.spec
	a := s.Administrators
	if a != (Group{}) && (a.Name == "" || !guidPattern.MatchString(a.ObjectID)) {
		c.at("administrators", "the administrators of the databases need the name and the object id of an Entra group", "az ad group show --group NAME --query id")
	}
	if s.Subscription != "" && !guidPattern.MatchString(s.Subscription) {
		c.at("subscription", fmt.Sprintf("the subscription %q is no id", s.Subscription), "az account show --query id")
	}
}

func (c *checker) regions() {
	s := c.spec
	if s.Region == "" {
		c.at("region", "the specification has no region", "add \"region: westeurope\" or another one with Azure Machine Learning")
		return
	}
	first, ok := c.region("region", &s.Region)
	var second estate.Region
	if s.Paired() {
		var known bool
		if second, known = c.region("secondRegion", &s.SecondRegion); known && second.Name == first.Name {
			c.at("secondRegion", "the second region is the first one", "an outage of it would take both workspaces; "+c.offer(first))
			ok = false
		}
		ok = ok && known
	}
	if !ok {
		return
	}
	if s.Target == "critical" && !s.Paired() {
		c.at("target", "the target critical wants the loss of a region survived, and there is one region only: Azure Machine Learning has no failover", "add a second region; "+c.offer(first))
	}
}

// region checks a region and gives it its own spelling.
func (c *checker) region(field string, name *string) (estate.Region, bool) {
	r, ok := estate.RegionByName(*name)
	switch {
	case !ok:
		c.at(field, fmt.Sprintf("there is no region %q", *name), nearestRegion(*name))
	case !r.AML:
		c.at(field, fmt.Sprintf("Azure Machine Learning is not offered in %s (as of %s)", r.DisplayName, estate.RegionsAsOf()), near(r))
		ok = false
	case r.Restricted:
		c.at(field, r.DisplayName+" is restricted: a subscription has to be let in by Microsoft first", near(r))
		ok = false
	case r.Zones == 0 && c.spec.Target != "dev":
		c.at(field, fmt.Sprintf("%s has no availability zones, and the target %s wants the loss of one survived", r.DisplayName, c.spec.Target), near(r)+"; the target dev asks for no zones")
		ok = false
	}
	if ok {
		*name = r.Name
	}
	return r, ok
}

// fit says whether a region could be that of a workspace of the target.
func fit(r estate.Region, target string) bool {
	return r.AML && !r.Restricted && (r.Zones > 0 || target == "dev")
}

// offer names the region that would do as the second one.
func (c *checker) offer(first estate.Region) string {
	pair, ok := estate.RegionByName(first.Pair)
	switch {
	case first.Pair == "":
		return first.DisplayName + " has no pair: choose " + others(first, c.spec.Target)
	case !ok || !fit(pair, c.spec.Target):
		why := "does not offer Azure Machine Learning"
		if ok && pair.AML {
			why = "has no availability zones"
			if pair.Restricted {
				why = "is restricted"
			}
		}
		return fmt.Sprintf("the pair of %s, %s, %s: choose %s", first.DisplayName, display(first.Pair), why, others(first, c.spec.Target))
	}
	return "its pair is " + pair.Name
}

// others names some regions that fit, those of the geography first.
func others(not estate.Region, target string) string {
	var same, rest []string
	for _, r := range estate.Regions() {
		if r.Name == not.Name || !fit(r, target) {
			continue
		}
		if r.Geography == not.Geography {
			same = append(same, r.Name)
		} else {
			rest = append(rest, r.Name)
		}
	}
	if len(same) == 0 {
		return "one by its quota and the law that applies to the data, such as " + strings.Join(rest[:min(3, len(rest))], ", ")
	}
	return "one of its geography, such as " + strings.Join(same[:min(3, len(same))], ", ")
}

// near names regions that would do in place of another one.
func near(r estate.Region) string { return "choose " + others(r, "production") }

// nearestRegion says which region was meant.
func nearestRegion(name string) string {
	plain := estate.NormalizeLocation(name)
	best, least := "", max(3, len(plain)/3)
	for _, r := range estate.Regions() {
		if d := spelling.Distance(plain, r.Name); d < least {
			best, least = r.Name, d
		}
	}
	if best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return "az account list-locations -o table lists those of your subscription"
}

// offered checks that every service is offered in every region.
func (c *checker) offered() {
	for _, name := range c.spec.Regions() {
		r, ok := estate.RegionByName(name)
		if !ok {
			continue
		}
		for _, service := range c.spec.Services {
			has := map[string]bool{"aks": r.AKS, "databricks": r.Databricks, "hdinsight": r.HDInsight}
			if offered, limited := has[service]; limited && !offered {
				c.at("services."+service, fmt.Sprintf("%s is not offered in %s (as of %s)", strings.Split(serviceTitles[service], ",")[0], r.DisplayName, estate.RegionsAsOf()),
					"leave it out, or choose a region that has it, such as "+having(service))
			}
		}
	}
}

func having(service string) string {
	var out []string
	for _, r := range estate.Regions() {
		if fit(r, "production") && slices.Contains([]bool{service == "aks" && r.AKS, service == "databricks" && r.Databricks, service == "hdinsight" && r.HDInsight}, true) {
			out = append(out, r.Name)
		}
	}
	return strings.Join(out[:min(3, len(out))], ", ")
}
