package cli

import "github.com/holdfast-ml/holdfast/internal/deploy"

// deployReport is the JSON of deploy and of deploy follow. Members are only added.
type deployReport struct {
	SchemaVersion string           `json:"schemaVersion"`
	Deployment    placeJSON        `json:"deployment"`
	Problems      []deploy.Problem `json:"problems,omitempty"` // Azure refused the template
	Preview       *previewJSON     `json:"preview,omitempty"`
	Result        *deploy.Result   `json:"result,omitempty"`
}

// placeJSON is where a deployment goes. Location is that of the group, or of the
// record of a deployment to a subscription.
type placeJSON struct {
	Name          string `json:"name"`
	Scope         string `json:"scope"`
	Subscription  string `json:"subscription"`
	ResourceGroup string `json:"resourceGroup,omitempty"`
	Location      string `json:"location,omitempty"`
}

// previewJSON is a preview with its sum and the resilience.
type previewJSON struct {
	*deploy.Preview
	Counts     map[deploy.Kind]int `json:"counts"`
	Total      int                 `json:"total"`
	Resilience *deploy.Resilience  `json:"resilience"`
}

func newPreviewJSON(p *deploy.Preview, r *deploy.Resilience) *previewJSON {
	return &previewJSON{Preview: p, Counts: p.Counts(), Total: len(p.Changes), Resilience: r}
}
