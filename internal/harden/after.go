package harden

import (
	"context"
	"fmt"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/improve"
)

// After gives the estate as it would be after all steps of the plan, classified;
// that of the assessment when there are none. The error is that of the context,
// when it ends first.
func (p *Plan) After(ctx context.Context) (*estate.Estate, error) {
	return p.AfterSome(ctx, p.Steps)
}

// AfterSome gives the estate as it would be after some steps, in the order given.
func (p *Plan) AfterSome(ctx context.Context, steps []*Step) (*estate.Estate, error) {
	trial := improve.Try(p.Before.Estate, p.Catalog)
	for _, s := range steps {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("applying the plan: %w", err)
		}
		trial.Do(s.Region, s.Change)
	}
	return trial.Estate(), nil
}
