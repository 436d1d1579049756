package facet

import "github.com/holdfast-ml/holdfast/internal/sandbox/provider"

// Checks asks whether a body is one that Azure takes, one check after the other
// until one refuses. What comes from an estate is so, and nothing is asked.
func Checks(c *provider.Call, checks ...func(*provider.Call) error) error {
	if c.Seeding {
		return nil
	}
	return Chain(checks...)(c)
}
