package catalog

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// Each case changes one thing of the small catalog, and names the place and the
// words of the problem that this must give.
func TestWhatIsWrongIsSaidWithItsPlace(t *testing.T) {
	service, rule, sources := "services/10-shelf.yaml", "rules/shelf.yaml", "sources/all.yaml"
	tests := []struct {
		name     string
		file     string
		old, new string // in the file; old "" replaces the whole; ¦ marks the place of the problem
		at       string // line:column of a place that is not in new; "" for any
		want     string
		do       string
	}{
		{"an unknown field", service, "title: Shelf", "¦tittle: Shelf", "", `there is no field "tittle" here`, `did you mean "title"?`},
		{"an unknown field of a setting", service, "related: lock, reverse", "related: lock, ¦revers", "", `there is no field "revers"`, `"reverse"`},
		{"a duplicate key", service, "title: Shelf\n", "title: Shelf\ntitle: Board\n", "", "this is not YAML", ""},
		{"a missing title", service, "title: Shelf\n", "", "2:1", "title is missing", "write it"},
		{"an empty value", service, "short: Shelf", "short:¦", "", "there is no value here", "remove the key"},
		{"a long short name", service, "short: Shelf", "short: ¦The longest of shelves", "", "short has 22 characters", "at most 14"},
		{"an odd id", service, "id: shelf", "id: ¦Shelf 1", "", "other characters than a to z", "azure-storage"},
		{"an unknown group", service, "group: associated", "group: ¦asociated", "", `group cannot be "asociated"`, `"associated"`},
		{"an unknown manager", service, "managedBy: customer", "managedBy: ¦me", "", "managedBy cannot be", "microsoft, customer"},
		{"a boolean where a word belongs", service, `haByDefault: "no"`, "haByDefault: ¦false", "", `haByDefault cannot be "false"`, "notApplicable"},
		{"a service without sources", service, "sources: [book]\nmatches", "matches", "2:1", "it has no sources", "add sources"},
		{"an unknown source", service, "sources: [book]\nmatches", "sources: [¦boook]\nmatches", "", `there is no source "boook"`, `did you mean "book"?`},
		{"a source unlike any", service, "sources: [book]\nmatches", "sources: [¦newspaper]\nmatches", "", `there is no source "newspaper"`, "add it to sources/"},
		{"sources that are no list", service, "sources: [book]\nmatches", "sources: {¦a: b}\nmatches", "", "a mapping stands where a list belongs", "- value"},
		{"no matches", service, "matches:\n  - type: Microsoft.Test/shelves\n", "", "2:1", "it has no matches", "matches:"},
		{"an odd type", service, "type: Microsoft.Test/shelves\n", "type: ¦shelves\n", "", `"shelves" is no ARM type`, "Microsoft.Storage"},
		{"a match of nothing", service, "  - type: Microsoft.Test/shelves\n", "  - ¦absent: [a.b]\n", "", "needs a type or a role", "roles:"},
		{"an unknown role of a match", service, "  - type: Microsoft.Test/shelves\n", "  - {type: Microsoft.Test/shelves, roles: [¦datstore]}\n", "", `there is no role "datstore"`, `"datastore"`},
		{"an unknown role that it must not have", service, "  - type: Microsoft.Test/shelves\n", "  - {type: Microsoft.Test/shelves, notRoles: [¦x]}\n", "", `there is no role "x"`, ""},
		{"a detail of no role", service, "  - type: Microsoft.Test/shelves\n", "  - {type: Microsoft.Test/shelves, detail: ¦x}\n", "", "detail has no role", "add roles:"},
		{"an odd path of a match", service, "  - type: Microsoft.Test/shelves\n", "  - {¦type: Microsoft.Test/shelves, where: {a..b: x}}\n", "", `the path "a..b"`, "dots between"},
		{"an odd absent path", service, "  - type: Microsoft.Test/shelves\n", "  - {type: Microsoft.Test/shelves, absent: [¦'a[']}\n", "", `the path "a["`, "[*]"},

		{"a setting without a name", service, "name: sku, ", "", "13:6", "name is missing", ""},
		{"an odd name of a setting", service, "name: copies,", "name: ¦co-pies,", "", `"co-pies" cannot be the name of a variable`, "zoneRedundant"},
		{"a name that begins with a digit", service, "name: copies,", "name: ¦2copies,", "", `"2copies" cannot be the name`, ""},
		{"a word of CEL as a name", service, "name: copies,", "name: ¦in,", "", `"in" is a word of CEL`, "another name"},
		{"a common variable as a name", service, "name: copies,", "name: ¦location,", "", `"location" is a common variable`, ""},
		{"two settings with one name", service, "name: copies,", "name: ¦boards,", "", "the setting boards is there twice, first at shelf/services/10-shelf.yaml:15", "remove one"},
		{"an unknown type", service, "title: Braced, type: bool", "title: Braced, type: ¦boolean", "", `type cannot be "boolean"`, "bool"},
		{"no path", service, "path: properties.colour, ", "", "17:6", "path is missing", "path: sku.name"},
		{"an odd path", service, "path: properties.colour", "path: ¦properties..colour", "", `the path "properties..colour"`, ""},
		{"a path to a list for one value", service, "path: properties.colour", `path: ¦"properties.colours[*]"`, "", "a path over all elements gives a list", "type: strings"},
		{"an odd child type", service, "child: Microsoft.Test/shelves/books, change", "child: ¦books, change", "", `"books" is no ARM type`, ""},
		{"a child name without a child", service, "path: sku.name", "childName: ¦x, path: sku.name", "", "childName has no child", "add child:"},
		{"children and related at once", service, "related: replica, path", "child: Microsoft.Test/shelves/books, related: ¦replica, path", "", "not both", "remove"},
		{"an unknown relation", service, "related: replica", "related: ¦replicas", "", `there is no role "replicas"`, `"replica"`},
		{"a reverse of nothing", service, "path: sku.name", "reverse: ¦true, path: sku.name", "", "reverse is for related", "related:"},
		{"a default of another type", service, "default: 3", "default: three", "15:6", "the default three is no int", "that type"},
		{"a default that is a mapping", service, "default: 3", "default: {a: 1}", "15:6", "is no int", ""},
		{"a default that is not allowed", service, "default: Plain", "default: Fancy", "13:6", `the default "Fancy" is not in allowed`, "add it there"},
		{"a default that is unknown", service, "absentUnknown: true,", "absentUnknown: ¦true, default: red,", "", "is not unknown when it is absent", "remove default or absentUnknown"},
		{"allowed numbers", service, "default: 3", "default: 3, allowed: ¦[x]", "", "allowed is for texts", "type int"},
		{"an unknown kind of change", service, "change: {kind: recreate}", "change: {kind: ¦rebuild}", "", `change.kind cannot be "rebuild"`, "inPlace"},
		{"no change", service, ", change: {kind: recreate}", "", "15:6", "change.kind is missing", "inPlace"},
		{"a setting without sources", service, "change: {kind: recreate}, sources: [book]", "change: {kind: recreate}", "15:6", "it has no sources", ""},
		{"a text where a number belongs", service, "sources: [book]\nmatches", "sources: [book]\nsla: [{percent: ¦high, what: x, sources: [book]}]\nmatches", "", "stands where a number belongs", "write a number"},
		{"a text where a truth belongs", service, "absentUnknown: true", "absentUnknown: ¦yes", "", "stands where true or false belongs", "write true or false"},

		{"an unknown scope", service, "scope: zone, when: braced", "scope: ¦zones, when: braced", "", `scope cannot be "zones"`, `"zone"`},
		{"an unknown state", service, "state: carries-on", "state: ¦carries-over", "", `state cannot be "carries-over"`, `"carries-on"`},
		{"no rto", service, "rto: PT1H, ", "", "28:6", "rto is missing", "unknown when no source says it"},
		{"no rpo", service, ", rpo: ~PT5M", "", "28:6", "rpo is missing", ""},
		{"an odd time", service, "rto: PT1H", "rto: ¦1 hour", "", `"1 hour" is not a time`, "PT15M"},
		{"a time that is a list", service, "rto: PT1H", "rto: ¦[PT1H]", "", "a list stands where a time belongs", "ISO 8601"},
		{"no trigger of a failover by hand", service, ", trigger: customer", "", "28:6", "trigger is missing", "automatic, customer"},
		{"an unknown trigger", service, "trigger: customer", "trigger: ¦hand", "", `trigger cannot be "hand"`, ""},
		{"odd reads", service, "state: carries-on,", "state: carries-on, reads: ¦fine,", "", `reads or writes cannot be "fine"`, "ok, degraded, down"},
		{"no why", service, ", why: it falls", "", "26:6", "why is missing", ""},
		{"a scope without rows", service, "  - {scope: service, state: unknown, why: nobody says, sources: [book]}\n", "", "2:1", "no survival row for the scope service", "state: unknown"},
		{"a last row with a condition", service, "  - {scope: zone, state: down", "  - {¦scope: zone, when: '!braced', state: down", "", "the last row of the scope zone has a condition", "without when:"},
		{"a row that nothing comes to", service, "scope: zone, when: braced", "scope: zone", "26:6", "no resource ever comes to this row", "before that one"},
		{"an unknown variable", service, "when: braced", "when: ¦bracd", "", "undeclared reference to 'bracd'", ""},
		{"another type in a condition", service, "when: braced", "when: ¦boards", "", "it gives a value of type int, not true or false", "CEL"},
		{"types that do not compare", service, "when: braced", "when: ¦boards == 'three'", "", "no matching overload for '_==_' applied to '(int, string)'", "CEL"},
		{"a condition that is no CEL", service, "when: braced", "when: ¦braced &&", "", "Syntax error", "CEL"},
		{"a value that is not allowed", service, "sku == 'Sturdy' &&", "sku == 'Sturdi' &&", "", `sku can never be "Sturdi"`, `"Sturdy"`},
		{"a value on the other side", service, "sku == 'Sturdy' &&", "'Sturdi' != sku &&", "", `sku can never be "Sturdi"`, `"Sturdy"`},
		{"a value in a list", service, "sku == 'Sturdy' &&", "sku in ['Plain', 'Sturdi'] &&", "", `sku can never be "Sturdi"`, `"Sturdy"`},
		{"a role that is not there", service, "sku == 'Sturdy' &&", "'datstore' in roles &&", "", `roles can never be "datstore"`, `"datastore"`},
		{"a region that is not there", service, "sku == 'Sturdy' &&", "location == 'westeurop' &&", "", `location can never be "westeurop"`, "mend it"},
		{"an SLA of more than all", service, "sources: [book]\nmatches", "sources: [book]\nsla: [{percent: ¦999, what: x, sources: [book]}]\nmatches", "", "percent is not above 0", "99.95"},
		{"an SLA with an odd condition", service, "sources: [book]\nmatches", "sources: [book]\nsla: [{when: ¦boards, percent: 99, what: x, sources: [book]}]\nmatches", "", "of type int", ""},
		{"a constraint without text", service, "sources: [book]\nmatches", "sources: [book]\nconstraints: [{¦sources: [book]}]\nmatches", "", "text is missing", ""},
		{"a retirement on no day", service, "sources: [book]\nmatches", "sources: [book]\nretirements: [{what: x, on: ¦2026-02-30, sources: [book]}]\nmatches", "", "on is no date", "2006-01-02"},
		{"a cost below nothing", service, "sources: [book]\nmatches", "sources: [book]\ncosts: [{what: x, factor: ¦-1, estimate: true}]\nmatches", "", "factor is below 0", ""},
		{"a cost without sources", service, "sources: [book]\nmatches", "sources: [book]\ncosts: [{¦what: x, factor: 2}]\nmatches", "", "it has no sources", ""},
		{"a service that extends nothing", service, "sources: [book]\nmatches", "sources: [book]\nextends: ¦shelve\nmatches", "", `there is no service "shelve"`, `"shelf"`},
		{"a service that extends itself", service, "sources: [book]\nmatches", "sources: [book]\nextends: ¦shelf\nmatches", "", "the service extends itself", "break the circle"},

		{"a rule without an id", rule, "id: shelf-braced\n  ", "", "2:3", "id is missing", ""},
		{"a rule about nothing", rule, "  services: [shelf]\n", "", "2:3", "services is missing", `["*"]`},
		{"a rule about an unknown service", rule, "services: [shelf]", "services: [¦shef]", "", `there is no service "shef"`, `"shelf"`},
		{"a rule about all and one", rule, "services: [shelf]", `services: ¦["*", shelf]`, "", `"*" stands for every service`, "remove the others"},
		{"a rule of all services with a setting", rule, "services: [shelf]", `services: ["*"]`, "6:10", "undeclared reference to 'braced'", ""},
		{"a rule without title", rule, "  title: Shelves are braced\n", "", "2:3", "title is missing", ""},
		{"a rule without why", rule, "  why: it falls\n", "", "2:3", "why is missing", ""},
		{"a rule without remedy", rule, "  remedy: brace it\n", "", "2:3", "remedy is missing", ""},
		{"a rule without message", rule, `  message: "{name} is not braced and has {boards} boards"` + "\n", "", "2:3", "message is missing", ""},
		{"a rule without sources", rule, "  sources: [book]\n", "", "2:3", "it has no sources", ""},
		{"a rule with neither scope nor check", rule, "  check: braced\n", "", "2:3", "a rule needs a scope or a check", "check:"},
		{"a rule with both", rule, "  check: braced\n", "  scope: zone\n  check: ¦braced\n", "", "not both", "two rules"},
		{"an unknown scope of a rule", rule, "  check: braced\n", "  scope: ¦zne\n", "", `scope cannot be "zne"`, `"zone"`},
		{"an unknown severity", rule, "severity: high", "severity: ¦hihg", "", `severity cannot be "hihg"`, `"high"`},
		{"a check of a wrong type", rule, "check: braced", "check: ¦boards", "", "not true or false", ""},
		{"a when of a wrong type", rule, "when: sku == 'Plain'", "when: ¦sku", "", "not true or false", ""},
		{"an unknown setting of a rule", rule, "settings: [braced]", "settings: [¦bracing]", "", `none of its services has the setting "bracing"`, "braced"},
		{"an unknown placeholder", rule, "{boards} boards", "{board} boards", "9:12", "shelf has no setting {board}", `"boards"`},
		{"a disagreement without a reason", rule, "  sources: [book]\n", "  sources: [book]\n  disagree: [{¦with: other, sources: [book]}]\n", "", "why is missing", ""},

		{"a source without a title", sources, "title: The book, ", "", "2:4", "title is missing", ""},
		{"a source without a date", sources, ", date: 2026-03-12", "", "2:4", "date is missing", "2026-03-12"},
		{"a source of an odd date", sources, "2026-03-12", "¦12.3.2026", "", "date is no date", "2006-01"},
		{"a source of another century", sources, "2026-03-12", "¦1926-03-12", "", "date is no date", ""},
		{"two sources with one key", sources, "key: page", "key: ¦book", "", "the source book is there twice, first at shelf/sources/all.yaml:2", ""},
		{"an unknown field of a source", sources, "{key: page", "{¦keys: page", "", `there is no field "keys"`, `"key"`},

		{"a need of an unknown capability", "needs.yaml", "", "- {capability: ¦trian, role: compute, read: hard, write: no, why: x, sources: [book]}", "", `capability cannot be "trian"`, `"train"`},
		{"a need of an unknown role", "needs.yaml", "", "- {capability: train, role: ¦computer, read: hard, write: no, why: x, sources: [book]}", "", `there is no role "computer"`, `"compute"`},
		{"a need without a role", "needs.yaml", "", "- {¦capability: train, read: hard, write: no, why: x, sources: [book]}", "", "role is missing", ""},
		{"a need of an unknown strength", "needs.yaml", "", "- {capability: train, role: compute, read: ¦hardly, write: no, why: x, sources: [book]}", "", `read cannot be "hardly"`, `hard`},
		{"a need without strength", "needs.yaml", "", "- {¦capability: train, role: compute, read: hard, why: x, sources: [book]}", "", "write is missing", "hard, soft, no"},
		{"a need of an unknown service", "needs.yaml", "", "- {capability: train, role: compute, services: [¦shlf], read: hard, write: no, why: x, sources: [book]}", "", `there is no service "shlf"`, `"shelf"`},
		{"one need twice", "needs.yaml", "", "- {capability: train, role: compute, read: hard, write: no, why: x, sources: [book]}\n- {¦capability: train, role: compute, read: soft, write: no, why: x, sources: [book]}", "", "is there twice, first at shelf/needs.yaml:1", ""},
		{"a spread to an unknown service", "spreads.yaml", "", "- {role: logs, to: [¦shlf], read: hard, write: no, why: x, sources: [book]}", "", `there is no service "shlf"`, `"shelf"`},
		{"a spread without why", "spreads.yaml", "", "- {¦role: logs, read: hard, write: no, sources: [book]}", "", "why is missing", ""},
		{"an unknown rule to disable", "mine.yaml", "", "disable: [¦shelf-brced]", "", `there is no rule "shelf-brced" to disable`, ""},

		{"no YAML", service, "title: Shelf", "title: [Shelf", "", "this is not YAML", "mend"},
		{"a tab", service, "title: Shelf", "title:\n\t- x", "", "this is not YAML", "mend"},
		{"an alias", service, "title: Shelf", "title: ¦&x Shelf", "", "anchors and aliases are not supported", "write the value out"},
		{"a tag", service, "title: Shelf", "title: ¦!!str Shelf", "", "tags are not supported", "leave"},
		{"two documents", sources, "\n- {key: page", "\n¦---\n- {key: page", "", "a second document starts here", "file of its own"},
		{"not UTF-8", service, "title: Shelf", "title: \xff", "1:1", "not UTF-8", "UTF-8"},
		{"a file that holds nothing known", "odd/odd.yaml", "", "¦- a", "", "the file does not say what it holds", "services:"},
		{"a text alone", "odd.yaml", "", "¦hello", "", "the file does not say what it holds", ""},
		{"a section with an unknown name", "mine.yaml", "", "¦sevices: []", "", "the file does not say what it holds", "services:"},
		{"a section among others with an unknown name", "mine.yaml", "", "sources: []\n¦sevices: []", "", `there is no field "sevices" here`, `"services"`},
	}
	texts := map[string]string{service: shelfService, rule: shelfRule, sources: shelfSources}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := tt.new
			if tt.old != "" {
				if strings.Count(texts[tt.file], tt.old) != 1 {
					t.Fatalf("the test is wrong: %q is not exactly once in %s", tt.old, tt.file)
				}
				text = strings.Replace(texts[tt.file], tt.old, tt.new, 1)
			}
			text, at := unmark(text, tt.at)
			_, err := Parse(shelfFiles(map[string]string{tt.file: text}), "shelf")
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatalf("err = %v, want problems", err)
			}
			place := "shelf/" + tt.file + ":" + at
			for _, p := range problems {
				if s := p.String(); strings.HasPrefix(s, place) && strings.Contains(p.What, tt.want) && strings.Contains(p.Do, tt.do) {
					return
				}
			}
			t.Errorf("no problem at %s with %q and %q in:\n%v", place, tt.want, tt.do, err)
		})
	}
}

// unmark takes the mark out of a text and gives its line and column, with a colon
// at the end so that column 4 is not the beginning of column 44.
func unmark(text, at string) (string, string) {
	before, after, marked := strings.Cut(text, "¦")
	if marked {
		line := before[strings.LastIndexByte(before, '\n')+1:]
		at = fmt.Sprintf("%d:%d", strings.Count(before, "\n")+1, len(line)+1)
	}
	if at != "" {
		at += ":"
	}
	return before + after, at
}

func TestAllProblemsAreReportedTogether(t *testing.T) {
	_, err := Parse(shelfFiles(map[string]string{
		"services/10-shelf.yaml": strings.NewReplacer("group: associated", "group: x", "when: braced", "when: brced").Replace(shelfService),
		"rules/shelf.yaml":       strings.Replace(shelfRule, "severity: high", "severity: x", 1),
		"rules/broken.yaml":      "a: [",
		"needs.yaml":             "- {capability: x}",
	}), "shelf")
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatal(err)
	}
	files := map[string]bool{}
	last := ""
	for _, p := range problems {
		files[p.File] = true
		if p.File < last {
			t.Errorf("the problems are not in the order of the files: %s after %s", p.File, last)
		}
		last = p.File
		if p.Line == 0 || p.Column == 0 || p.Do == "" {
			t.Errorf("a problem without place or advice: %v", p)
		}
	}
	if len(files) != 4 {
		t.Errorf("problems of %d files, want 4: %v", len(files), err)
	}
	if head := strings.SplitN(err.Error(), "\n", 2)[0]; !strings.HasPrefix(head, "the catalog has ") || !strings.HasSuffix(head, " problems") {
		t.Errorf("the message begins with %q", head)
	}
}

// A file that cannot be read may hold what others name: that it is not there is
// no problem of theirs.
func TestWhatFollowsFromABrokenFileIsLeftOut(t *testing.T) {
	for _, broken := range []string{"sources/all.yaml", "services/10-shelf.yaml"} {
		_, err := Parse(shelfFiles(map[string]string{broken: "- {id: x", "needs.yaml": "- {capability: train, role: compute, services: [shelf], read: hard, write: no, why: x, sources: [book]}"}), "shelf")
		var problems Problems
		if !errors.As(err, &problems) || len(problems) != 1 || problems[0].File != "shelf/"+broken {
			t.Errorf("err = %v", err)
		}
	}
}

func TestAHopelessFileGivesABoundedMessage(t *testing.T) {
	_, err := Parse(shelfFiles(map[string]string{"sources/more.yaml": strings.Repeat("- {}\n", 1000)}), "shelf")
	if err == nil || strings.Count(err.Error(), "\n") > maxProblems+1 || !strings.HasSuffix(err.Error(), "more") {
		t.Errorf("message of %d lines", strings.Count(err.Error(), "\n"))
	}
}

// many repeats a line with a number.
func many(line string) string {
	var b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&b, line, i)
	}
	return b.String()
}

func TestHostileFilesAreRefusedQuickly(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+",", 9) + "]\n"
	}
	var lines strings.Builder
	for i := range 300 {
		lines.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	tests := map[string]string{
		"aliases that multiply": bomb,
		"deep brackets":         "services: " + strings.Repeat("[", 100_000),
		"deep braces":           "services: " + strings.Repeat("{a: ", 100_000),
		"brackets on lines":     "services: " + strings.Repeat("[\n", 100_000),
		"deep dashes":           strings.Repeat("- ", 100_000),
		"deep questions":        strings.Repeat("? ", 50_000),
		"deep lines":            lines.String(),
		"a long line":           "services: " + strings.Repeat("x", 2<<20),
		"many odd keys":         strings.Repeat("? a\n", 50_000),
		"many keys":             many("k%d: a\n"),
		"many anchors":          many("k%d: &a b\n"),
		"many aliases":          "a: &a b\n" + many("k%d: *a\n"),
		"many documents":        strings.Repeat("a: b\n---\n", 20_000),
		"many merges":           "a: &a {b: c}\n" + strings.Repeat("<<: *a\n", 20_000),
		"many problems":         "services:\n" + strings.Repeat("- a\n", 50_000),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse(fstest.MapFS{"x.yaml": {Data: []byte(text)}}, "x"); err == nil {
				t.Error("no error")
			}
		})
	}
}
