package live

import (
	"context"
	"errors"
)

func (r *runner) lookAtConversion(ctx context.Context, a *Act) (*Sight, error) {
	return nil, errors.New("no")
}
func (r *runner) call(ctx context.Context, a *Act, n int) (*Sent, error) {
	return nil, errors.New("no")
}
func (r *runner) converted(ctx context.Context, a *Act, n int, s Sent) (*Wait, error) {
	return nil, errors.New("no")
}
