package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/holdfast-ml/holdfast/internal/estate"
	"github.com/holdfast-ml/holdfast/internal/source/live"
)

// azureScopes are the sources that are to be read from Azure: ids, and the word
// azure. None are when the sources are files; a mixture of both is an error.
func azureScopes(args []string) ([]live.Scope, error) {
	var scopes []live.Scope
	var file string
	for _, a := range args {
		if !live.IsID(a) && !strings.EqualFold(a, live.Everything) {
			file = a
			continue
		}
		s, err := live.ParseScope(a)
		if err != nil {
			return nil, usage("%w", err)
		}
		scopes = append(scopes, s)
	}
	if len(scopes) > 0 && file != "" {
		return nil, withHint(usage("%s is a file and the other SOURCE is in Azure: they are not read as one", file),
			"keep what is in Azure with 'holdfast inventory', and give both files; a file called azure is ./azure")
	}
	return scopes, nil
}

// readLive reads scopes from Azure.
func (p *program) readLive(ctx context.Context, scopes []live.Scope, in *inputFlags, tenant string) (*estate.Estate, error) {
	if len(in.params) > 0 {
		return nil, usage("--parameters are for templates: leave them out for what is in Azure")
	}
	client, err := p.connect(ctx, &in.azure, tenant)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	start := time.Now()
	e, stats, err := live.Read(ctx, client, scopes, live.Options{Progress: func(s live.Progress) {
		text := fmt.Sprintf("%s resources, %s requests", thousands(s.Resources), thousands(int(s.Requests)))
		p.status.Store(&text)
	}})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, live.ErrNothing):
		return nil, withHint(usage("%w", err), "give the id of a workspace, or of the group or subscription that it is in; the role Reader shows them")
	case err != nil:
		return nil, azureError(err)
	}
	in.notSeen = e.Coverage.NotSeen
	p.wait("read %s in %s", stats, took(time.Since(start)))
	for _, line := range stats.Quotas {
		p.wait("%s", line)
	}
	return e, nil
}

// took is a time as people say it.
func took(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}

// whole ends a command whose report does not itself say that the reading was not
// whole: with exit code 4 unless it failed otherwise.
func (in *inputFlags) whole(p *program, err error) error {
	if err != nil || len(in.notSeen) == 0 {
		return err
	}
	const most = 10
	fmt.Fprintf(p.Err, "holdfast: the result is not whole: %s could not be read\n", things(len(in.notSeen)))
	for i, n := range in.notSeen {
		if i == most && !p.verbose {
			fmt.Fprintf(p.Err, "  and %d more (--verbose lists all)\n", len(in.notSeen)-most)
			break
		}
		fmt.Fprintf(p.Err, "  %s: %s\n", harmless(n.What), harmless(n.Why))
	}
	return status(ExitNotWhole)
}

func things(n int) string {
	if n == 1 {
		return "one thing"
	}
	return fmt.Sprintf("%s things", thousands(n))
}
