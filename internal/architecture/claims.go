package architecture

import (
	"fmt"
	"regexp"
	"strings"
)

// Claim is one line of docs/claims.md: what README or docs promise, and the test
// that shows it.
type Claim struct {
	ID      string
	Text    string
	Package string // folder of the witness, below the root
	Test    string // name of the test, benchmark, fuzz target or example
}

// ParseClaims reads the table of docs/claims.md: rows of id, claim and witness,
// the witness as `folder: TestName`. A row that is not so is an error that names
// its line.
func ParseClaims(text string) ([]Claim, error) {
	var claims []Claim
	for i, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "| id ") || strings.HasPrefix(line, "|-") || strings.HasPrefix(line, "| -") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if len(cells) != 3 {
			return nil, fmt.Errorf("docs/claims.md:%d: a claim has an id, a text and a witness, this row has %d cells", i+1, len(cells))
		}
		dir, test, ok := strings.Cut(strings.Trim(strings.TrimSpace(cells[2]), "`"), ": ")
		if !ok {
			return nil, fmt.Errorf("docs/claims.md:%d: write the witness as `folder: TestName`", i+1)
		}
		claims = append(claims, Claim{ID: strings.TrimSpace(cells[0]), Text: strings.TrimSpace(cells[1]), Package: dir, Test: test})
	}
	return claims, nil
}

var claimMark = regexp.MustCompile(`<!-- claim: ([a-z0-9-]+) -->`)

// Marks lists the ids of the claims that a page makes: each is marked with
// <!-- claim: id --> beside the sentence.
func Marks(page string) []string {
	var ids []string
	for _, m := range claimMark.FindAllStringSubmatch(page, -1) {
		ids = append(ids, m[1])
	}
	return ids
}
