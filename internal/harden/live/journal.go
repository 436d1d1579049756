package live

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
	_ "github.com/dbos-inc/dbos-transact-golang/dbos/driver/sqlite" // keeps journals in SQLite files
	"modernc.org/sqlite"
)

// JournalFile is the journal's usual place: holdfast/harden.db in the folder that
// XDG_STATE_HOME names, or else in .local/state in the home folder.
func JournalFile(getenv func(string) string) (string, error) {
	dir := getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(dir) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("there is no folder for the journal: name a file with --journal: %w", err)
		}
		dir = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(dir, "holdfast", "harden.db"), nil
}

// The names by which DBOS knows what it keeps here.
const (
	application = "holdfast"
	workflow    = "harden"
)

// ErrBusy is that another process works with the journal.
var ErrBusy = errors.New("another process of Holdfast is at work with this journal: wait until it has ended, or end it")

// database opens a journal for DBOS, makes it if it is not there, and keeps it from
// others: it holds names of resources and addresses that ARM has signed.
func database(path string) (*sql.DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("the journal: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the journal: %w", err)
	}
	err = errors.Join(f.Chmod(0o600), f.Close())
	if err != nil {
		return nil, fmt.Errorf("the journal: %w", err)
	}
	// FULL: what is journaled is on the disk before the next write goes to Azure.
	db, err := sql.Open("sqlite", address(path, "_txlock=immediate", "_pragma=busy_timeout(5000)", "_pragma=journal_mode(WAL)",
		"_pragma=synchronous(FULL)", "_pragma=foreign_keys(ON)"))
	if err != nil {
		return nil, fmt.Errorf("the journal %s: %w", path, err)
	}
	db.SetMaxOpenConns(4)
	return db, nil
}

func address(path string, options ...string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		abs = path
	}
	u := "file:" + (&url.URL{Path: filepath.ToSlash(abs)}).EscapedPath()
	for i, o := range options {
		u += string("?&"[min(i, 1)]) + o
	}
	return u
}

// lock keeps other processes from working with a journal. It is a lock of SQLite
// on a file beside it, which goes away with the process.
func lock(ctx context.Context, path string) (unlock func() error, err error) {
	db, err := sql.Open("sqlite", address(path+".lock"))
	if err != nil {
		return nil, fmt.Errorf("the journal %s: %w", path, err)
	}
	db.SetMaxOpenConns(1)
	if _, err = db.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		if busy := new(sqlite.Error); errors.As(err, &busy) && busy.Code()&0xff == 5 { // SQLITE_BUSY
			err = ErrBusy
		}
		return nil, errors.Join(fmt.Errorf("the journal %s: %w", path, err), db.Close())
	}
	return db.Close, os.Chmod(path+".lock", 0o600)
}

// connect opens a journal. DBOS opens no port and no connection: it has neither a
// conductor nor a server for administration. It logs nothing. id is the run that
// the process is about, "" if it only reads: DBOS takes up workflows by executor
// and version, so that each run has its own.
func connect(ctx context.Context, path, id string) (dbos.Context, error) {
	db, err := database(path)
	if err != nil {
		return nil, err
	}
	c, err := dbos.NewContext(context.WithoutCancel(ctx), dbos.Config{
		AppName: application, SQLiteSystemDB: db, ApplicationVersion: orElse(id, "reader"), ExecutorID: orElse(id, "reader"),
		Logger: slog.New(slog.DiscardHandler), SchedulerPollingInterval: time.Hour,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the journal %s cannot be opened: %w", path, err), db.Close())
	}
	if c.GetExecutorID() != orElse(id, "reader") || c.GetApplicationVersion() != orElse(id, "reader") {
		return nil, errors.Join(errors.New("the variables DBOS__VMID and DBOS__APPVERSION belong to another program: unset them"), disconnect(c))
	}
	return c, nil
}

func disconnect(c dbos.Context) error { return dbos.Shutdown(c, 30*time.Second) }

// List gives the runs of a journal, the latest first. A journal that is not there
// has none.
func List(ctx context.Context, path string) ([]Run, error) {
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	c, err := connect(ctx, path, "")
	if err != nil {
		return nil, err
	}
	runs, err := listed(c)
	return runs, errors.Join(err, disconnect(c))
}

// Find gives a run by its id.
func Find(ctx context.Context, path, id string) (*Run, error) {
	runs, err := List(ctx, path)
	if err != nil {
		return nil, err
	}
	return find(runs, path, id)
}

func find(runs []Run, path, id string) (*Run, error) {
	for i := range runs {
		if runs[i].ID == id {
			return &runs[i], nil
		}
	}
	return nil, fmt.Errorf("the journal %s has no run %q", path, id)
}

func listed(c dbos.Context) ([]Run, error) {
	rows, err := dbos.ListWorkflows(c, dbos.WithFilterName(workflow), dbos.WithFilterSortDesc(), dbos.WithFilterLoadInput(true))
	if err != nil {
		return nil, fmt.Errorf("the journal cannot be read: %w", err)
	}
	runs := make([]Run, 0, len(rows))
	for _, row := range rows {
		text, ok := row.Input.(string)
		w := decode[Work](unquoted(text))
		if !ok || w.Format != format {
			continue // of another version of the program
		}
		b := newBook(w)
		steps, err := dbos.GetWorkflowSteps(c, row.ID, dbos.WithStepsLoadOutput(true))
		if err != nil {
			return nil, fmt.Errorf("the journal cannot be read: %w", err)
		}
		for _, s := range steps {
			if text, ok := s.Output.(string); ok {
				b.note(s.StepName, unquoted(text))
			}
		}
		r := Run{ID: row.ID, Scope: w.Scope, Undoes: w.Undoes, State: Over, Began: row.CreatedAt, Tasks: b.snapshot()}
		switch row.Status {
		case dbos.WorkflowStatusPending, dbos.WorkflowStatusEnqueued, dbos.WorkflowStatusDelayed:
			r.State = Open
		case dbos.WorkflowStatusCancelled:
			r.State = Abandoned
		}
		if r.State != Open {
			r.Ended = row.UpdatedAt
		}
		runs = append(runs, r)
	}
	return runs, nil
}
