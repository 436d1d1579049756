package content

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

func put(t *testing.T, s *Store, text string) string {
	t.Helper()
	id, n, err := s.Put(strings.NewReader(text))
	if err != nil || n != int64(len(text)) {
		t.Fatalf("putting %q: %d, %v", text, n, err)
	}
	return id
}

func each(t *testing.T, fn func(t *testing.T, s *Store)) {
	t.Run("in memory", func(t *testing.T) {
		s := New()
		defer s.Close()
		fn(t, s)
	})
	t.Run("in a folder", func(t *testing.T) {
		s, err := Open(filepath.Join(t.TempDir(), "c"))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		fn(t, s)
	})
}

func TestPiecesAreReadTogetherAndInRanges(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ids := []string{put(t, s, "abc"), put(t, s, ""), put(t, s, "defgh"), put(t, s, "ij")}
		for _, c := range []struct {
			offset, length int64
			want           string
		}{
			{0, 100, "abcdefghij"}, {0, 10, "abcdefghij"}, {2, 2, "cd"}, {3, 5, "defgh"}, {8, 9, "ij"}, {9, 1, "j"}, {10, 5, ""}, {50, 5, ""}, {0, 0, ""},
		} {
			r, err := s.Read(c.offset, c.length, ids...)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(iotest.OneByteReader(r))
			if err != nil || string(got) != c.want {
				t.Errorf("%d from %d is %q, %v; want %q", c.length, c.offset, got, err, c.want)
			}
			_ = r.Close()
			if err := r.Close(); err != nil {
				t.Error("closing it again:", err)
			}
		}
	})
}

func TestACopyOutlivesWhatItIsOf(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		a := put(t, s, "shared")
		b, err := s.Copy(a)
		if err != nil {
			t.Fatal(err)
		}
		s.Delete(a, "no such id")
		if got, err := s.All(99, b); err != nil || string(got) != "shared" {
			t.Errorf("the copy is %q, %v", got, err)
		}
		if _, err := s.All(99, a); !errors.Is(err, ErrMissing) {
			t.Errorf("the first is still there: %v", err)
		}
		if _, err := s.Copy(a); !errors.Is(err, ErrMissing) {
			t.Errorf("copying what is gone: %v", err)
		}
	})
}

func TestWhatIsReadStaysUntilItIsRead(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		a, b := put(t, s, "one "), put(t, s, "two")
		r, err := s.Read(0, 99, a, b)
		if err != nil {
			t.Fatal(err)
		}
		s.Delete(a, b)
		if got, err := io.ReadAll(r); err != nil || string(got) != "one two" {
			t.Errorf("it reads %q, %v", got, err)
		}
		if s.Len() != 2 {
			t.Errorf("%d pieces while they are read", s.Len())
		}
		_ = r.Close()
		if s.Len() != 0 {
			t.Errorf("%d pieces are left", s.Len())
		}
	})
}

func TestABrokenSourceLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		cut := errors.New("cut")
		_, _, err := s.Put(io.MultiReader(strings.NewReader("half"), iotest.ErrReader(cut)))
		if !errors.Is(err, cut) || s.Len() != 0 {
			t.Errorf("%v, %d pieces", err, s.Len())
		}
		if s.dir != "" {
			if left, _ := os.ReadDir(s.dir); len(left) > 0 {
				t.Errorf("the folder has %v", left)
			}
		}
	})
}

func TestLargePiecesGoToTemporaryFiles(t *testing.T) {
	s := New()
	big := bytes.Repeat([]byte("0123456789abcdef"), largest/16+1)
	id, n, err := s.Put(bytes.NewReader(big))
	if err != nil || n != int64(len(big)) || s.held != 0 {
		t.Fatalf("%d bytes, %v; %d held in memory", n, err, s.held)
	}
	got, err := s.All(1<<40, id)
	if err != nil || !bytes.Equal(got, big) {
		t.Errorf("it comes back other than it was, %v", err)
	}
	dir := s.dir
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the temporary folder is left: %v", err)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	s := New()
	defer s.Close()
	s.held = total - 3
	put(t, s, "four")
	if s.held > total {
		t.Errorf("%d bytes are held", s.held)
	}
	if s.dir == "" {
		t.Error("nothing went to a file")
	}
}

func TestAFolderIsTakenUpAgain(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	a, orphan := put(t, s, "kept"), put(t, s, "orphan")
	_ = s.Close()
	if err := os.WriteFile(filepath.Join(dir, "00ff.part"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err = Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s.Sweep(func(id string) bool { return id == a })
	if got, err := s.All(99, a); err != nil || string(got) != "kept" {
		t.Errorf("it has %q, %v", got, err)
	}
	if b := put(t, s, "new"); b == a || b == orphan {
		t.Errorf("the id %s was used before", b)
	}
	left, _ := os.ReadDir(dir)
	if len(left) != 2 {
		t.Errorf("the folder has %v", left)
	}
}

func TestAFolderThatCannotBeIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(file); err == nil {
		t.Error("a file is taken for a folder")
	}
}
