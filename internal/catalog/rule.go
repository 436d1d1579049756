package catalog

// Rule is a check of the catalog with an id. A rule with a Scope is an outage
// rule: it fails for a resource because of which the outages of that scope take
// away more than the target allows. A rule with a Check is a plain one, for what
// no outage shows. A rule has one of the two.
//
// When, Check and the placeholders of Message speak of the settings of each of
// the rule's services and of the common variables. The service "*" stands for
// every service; then only the common variables are there.
type Rule struct {
	ID       string         `yaml:"id" json:"id"`
	Title    string         `yaml:"title" json:"title"`
	Services []string       `yaml:"services" json:"services,omitempty"` // the services it is about, or "*"
	Scope    Scope          `yaml:"scope" json:"scope,omitempty"`
	When     string         `yaml:"when" json:"when,omitempty"`         // CEL; not applicable when false
	Check    string         `yaml:"check" json:"check,omitempty"`       // CEL; passes when true
	Settings []string       `yaml:"settings" json:"settings,omitempty"` // the settings whose place a finding points at, first found
	Severity string         `yaml:"severity" json:"severity"`           // critical, high, medium, low, info; for outage rules the most it can be
	Message  string         `yaml:"message" json:"message"`             // what is wrong; {setting} and {variable} are replaced by the value
	Why      string         `yaml:"why" json:"why"`
	Remedy   string         `yaml:"remedy" json:"remedy"`
	How      []string       `yaml:"how" json:"how,omitempty"` // commands or template edits
	Change   Change         `yaml:"change" json:"change"`
	Sources  []string       `yaml:"sources" json:"sources"`
	Peers    Peers          `yaml:"peers" json:"peers"`
	Disagree []Disagreement `yaml:"disagree" json:"disagree,omitempty"`
}

// Peers are the matching rules of other tools.
type Peers struct {
	PSRule  []string `yaml:"psrule" json:"psrule"`
	Checkov []string `yaml:"checkov" json:"checkov"`
	Trivy   []string `yaml:"trivy" json:"trivy"`
	APRL    []string `yaml:"aprl" json:"aprl"`
	AzQR    []string `yaml:"azqr" json:"azqr"`
}

// Disagreement says where another tool's rule says otherwise, and why ours is right here.
type Disagreement struct {
	With    string   `yaml:"with" json:"with"` // e.g. "checkov CKV_AZURE_206"
	Why     string   `yaml:"why" json:"why"`
	Sources []string `yaml:"sources" json:"sources"`
}

// Source is where a fact was read.
type Source struct {
	Key   string `yaml:"key" json:"key"`
	Title string `yaml:"title" json:"title"`
	Where string `yaml:"where" json:"where"` // URL, or owner/repo:path
	Date  string `yaml:"date" json:"date"`   // of the page or commit, 2006-01-02 or 2006-01 or 2006
	// Billing says that it tells how things are billed and nothing else: it does
	// not count for the date of the facts.
	Billing bool `yaml:"billing" json:"billing,omitempty"`
}
