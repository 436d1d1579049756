package report

import "github.com/holdfast-ml/holdfast/internal/catalog"

// Peer is a tool with those of its rules that match one of ours.
type Peer struct {
	Tool  string
	Rules []string
}

// PeerList lists the tools that have a matching rule, always in the same order.
func PeerList(p *catalog.Peers) []Peer {
	var out []Peer
	for _, x := range []Peer{{"PSRule", p.PSRule}, {"checkov", p.Checkov}, {"trivy", p.Trivy}, {"APRL", p.APRL}, {"azqr", p.AzQR}} {
		if len(x.Rules) > 0 {
			out = append(out, x)
		}
	}
	return out
}
