package sheet

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	b, err := newBook(3, "कवरेज", "बूथ", "Place", "Members")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]any{{"12", "=HYPERLINK(\"http://x\")", 7}, {"12A", "@SUM(1)", 0}, {"13", "सरकारी स्कूल", 12}} {
		if err := b.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	want := map[string][][]string{
		"कवरेज":   {{"बूथ", "Place", "Members"}, {"12", "=HYPERLINK(\"http://x\")", "7"}, {"12A", "@SUM(1)", "0"}},
		"कवरेज 2": {{"बूथ", "Place", "Members"}, {"13", "सरकारी स्कूल", "12"}},
	}
	got := map[string][][]string{}
	for _, name := range f.GetSheetList() {
		if got[name], err = f.GetRows(name); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a full sheet goes on to the next (-want +got):\n%s", diff)
	}
	if formula, err := f.GetCellFormula("कवरेज", "B2"); formula != "" || err != nil {
		t.Errorf("a text became the formula %q, %v", formula, err)
	}
	if kind, err := f.GetCellType("कवरेज", "C2"); err != nil || kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString {
		t.Errorf("a number became a text: %v, %v", kind, err)
	}
}

// TestWhatALongSheetLaysOnTheDiskHasNoName: a process that dies leaves nothing to
// read, and one that does not, no folder either.
func TestWhatALongSheetLaysOnTheDiskHasNoName(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	named := func() (names []string) {
		err := filepath.WalkDir(os.TempDir(), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				names = append(names, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return names
	}
	const rows, cell = 20 << 20 / 1000, 1000 // more than the 16 MB that excelize keeps in memory
	for _, ended := range []bool{true, false} {
		b, err := New("members", "name")
		if err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			if err := b.Row(strings.Repeat("क", cell/3)); err != nil {
				t.Fatal(err)
			}
			if i%1000 == 999 {
				if names := named(); len(names) > 0 {
					t.Fatalf("row %d: %q", i, names)
				}
			}
		}
		if ended {
			var out bytes.Buffer
			if n, err := b.WriteTo(&out); err != nil || n != int64(out.Len()) {
				t.Fatalf("%d bytes of %d, %v", n, out.Len(), err)
			}
			f, err := excelize.OpenReader(&out)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := f.GetRows("members"); err != nil || len(got) != rows+1 {
				t.Errorf("%d rows of %d, %v", len(got), rows+1, err)
			}
			_ = f.Close()
		} else {
			b.Close()
		}
		if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
			t.Errorf("ended %v: left on the disk: %v, %v", ended, left, err)
		}
	}
}
