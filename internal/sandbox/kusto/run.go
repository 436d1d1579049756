package kusto

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// Options say how a query runs; the zero value works.
type Options struct {
	// Now is what now() and ago() go by; the zero time makes both an error, as this
	// package reads no clock.
	Now time.Time
	// DefaultTable is meant when a query begins with an operator; "resources" when
	// empty.
	DefaultTable string
	// Skip leaves out the first rows of the result, and Top keeps that many of
	// those that follow, all when 0. Total counts the rows before both.
	Skip, Top int
	// MaxRows bounds the rows that an operator may hold or a join, union or
	// mv-expand may make; 5,000,000 when 0.
	MaxRows int
	// MvExpandLimit is how many rows mv-expand makes of one row at most without a
	// limit of its own; 128 when 0.
	MvExpandLimit int
	// DocumentedJoins refuses the kinds of join that Resource Graph's documentation
	// does not list (it lists inner, innerunique, leftouter and fullouter).
	DocumentedJoins bool
}

// Result is what a query gives.
type Result struct {
	Columns []Column
	Rows    []Record // those after Skip, up to Top
	Total   int      // all rows
}

// Run runs the query over tables. What is wrong with the query is an *Error; a
// context that ends is an error that wraps its cause.
func (q *Query) Run(ctx context.Context, tables Tables, opts Options) (Result, error) {
	if opts.DefaultTable == "" {
		opts.DefaultTable = "resources"
	}
	if opts.MaxRows <= 0 {
		opts.MaxRows = 5_000_000
	}
	if opts.MvExpandLimit <= 0 {
		opts.MvExpandLimit = 128
	}
	b := &binder{run: &run{ctx: ctx, opts: opts, text: q.text}, tables: tables, lets: map[string]boundLet{}, funcs: functions()}
	for _, l := range q.lets {
		if err := b.let(l); err != nil {
			return Result{}, err
		}
	}
	flow, err := b.pipeline(q.main)
	if err != nil {
		return Result{}, err
	}
	if err := b.run.interrupted(); err != nil {
		return Result{}, err
	}
	res := Result{Columns: flow.columns}
	for row := range flow.rows {
		if res.Total++; res.Total > opts.Skip && (opts.Top <= 0 || len(res.Rows) < opts.Top) {
			res.Rows = append(res.Rows, flow.record(row))
		}
		if res.Total > opts.MaxRows {
			b.run.stop(place(q.text, q.main.source.at, CodeLimit, "the result has more than %d rows", opts.MaxRows))
			break
		}
	}
	if err := b.run.err; err != nil {
		return Result{}, err
	}
	return res, nil
}

// run is one execution. The first error stops every stage.
type run struct {
	ctx   context.Context
	opts  Options
	text  string
	err   error
	steps int
}

// stop ends the run with an error, the first one.
func (r *run) stop(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *run) interrupted() error {
	if r.ctx.Err() != nil {
		return fmt.Errorf("query: %w", context.Cause(r.ctx))
	}
	return nil
}

// going says whether the run goes on; now and then it asks the context.
func (r *run) going() bool {
	if r.steps++; r.steps%256 == 0 {
		if err := r.interrupted(); err != nil {
			r.stop(err)
		}
	}
	return r.err == nil
}

// within stops the run when an operator has more rows than allowed.
func (r *run) within(n int, at position) bool {
	if n > r.opts.MaxRows {
		r.stop(place(r.text, at, CodeLimit, "'%s' has more than %d rows; filter or limit them before", at.token, r.opts.MaxRows))
	}
	return r.going()
}

// flow is rows with their columns, while a pipeline is bound and run. Its rows
// may be gone through more than once.
type flow struct {
	columns []Column
	rows    iter.Seq[Row]
}

// record copies a row.
func (f flow) record(row Row) Record {
	rec := make(Record, len(f.columns))
	for i, c := range f.columns {
		rec[i] = fit(row.Column(i), c.Type)
	}
	return rec
}

// column is the number of a column, -1 when there is none of that name.
func (f flow) column(name string) int {
	for i, c := range f.columns {
		if c.Name == name {
			return i
		}
	}
	return -1
}
