package deploy

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/holdfast-ml/holdfast/internal/azure"
)

// ErrUnsure is the error of a start of which nobody knows whether it happened: the
// deployment may be under way.
var ErrUnsure = errors.New("it is not known whether the deployment has started")

// Start starts the deployment of a template. The correlation is an id of its own
// by which a deployment is known again whose start was not answered.
func Start(ctx context.Context, c *azure.Client, s azure.Scope, name, correlation string, t *Template) (*azure.Operation, error) {
	op, err := c.CreateDeployment(azure.WithCorrelation(ctx, correlation), s, name, t.Request)
	if err == nil {
		return op, nil
	}
	unanswered := errors.Is(err, azure.ErrUnreachable) || errors.Is(err, azure.ErrIncomplete) || errors.Is(err, azure.ErrUnavailable)
	if ctx.Err() != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnsure, err)
	}
	if !unanswered && !errors.Is(err, azure.ErrConflict) {
		return nil, err
	}
	// A try that was not answered may have started it, and the next one met it.
	d, look := c.GetDeployment(ctx, s, name)
	switch {
	case look == nil && strings.EqualFold(d.Properties.CorrelationID, correlation):
		return c.FollowDeployment(ctx, s, name)
	case unanswered && (look == nil || errors.Is(look, azure.ErrNotFound)): // it is another one, or none
		return nil, err
	case unanswered:
		return nil, fmt.Errorf("%w: %w", ErrUnsure, err)
	}
	return nil, err
}
