package sheet

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// unpacked reads the rows of all parts, header and all.
func unpacked(t *testing.T, raw []byte) (rows [][]string) {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		var some [][]string
		if strings.HasSuffix(f.Name, ".csv") {
			some, err = csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff")))).ReadAll()
		} else if book, open := excelize.OpenReader(bytes.NewReader(content)); open == nil {
			some, err = book.GetRows("members")
		}
		if err != nil || len(some) == 0 {
			t.Fatalf("%s: %d rows, %v", f.Name, len(some), err)
		}
		rows = append(rows, some...)
	}
	return rows
}

// A list comes whole in parts that are each below the limit, in order, and
// nothing of it is left on the disk.
func TestAListComesWholeInParts(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, format := range []string{"csv", "xlsx"} {
		t.Run(format, func(t *testing.T) {
			const limit, rows = 2 << 20, 60_000
			var parts [][]byte
			p := NewParts("members", format, []string{"number", "name"}, limit, func(part Part) error {
				raw, err := io.ReadAll(part)
				if int64(len(raw)) != part.Size || part.Size > limit {
					t.Errorf("%s has %d bytes", part.Name, len(raw))
				}
				parts = append(parts, raw)
				return err
			})
			for i := range rows {
				if err := p.Row([]string{fmt.Sprint(i), fmt.Sprintf("%x", sha256.Sum256([]byte(fmt.Sprint(i))))}); err != nil {
					t.Fatal(err)
				}
			}
			if err := p.Finish(); err != nil {
				t.Fatal(err)
			}
			next := 0
			for _, raw := range parts {
				for _, row := range unpacked(t, raw) {
					if row[0] == "number" {
						continue
					}
					if row[0] != fmt.Sprint(next) {
						t.Fatalf("row %s where %d is due", row[0], next)
					}
					next++
				}
			}
			if next != rows || format == "csv" && len(parts) < 2 {
				t.Errorf("%d rows in %d parts", next, len(parts))
			}
		})
	}
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "*")); err != nil || len(left) > 0 {
		t.Errorf("left on the disk: %q, %v", left, err)
	}
}

func TestAListWithoutRowsIsAHeaderAndACellIsNoFormula(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"csv", "xlsx"} {
		var raw []byte
		send := func(part Part) (err error) { raw, err = io.ReadAll(part); return err }
		empty := NewParts("members", format, []string{"number"}, 45<<20, send)
		if err := empty.Finish(); err != nil {
			t.Fatal(err)
		}
		if rows := unpacked(t, raw); len(rows) != 1 || rows[0][0] != "number" {
			t.Errorf("%s: %q", format, rows)
		}
		p := NewParts("members", format, []string{"number"}, 45<<20, send)
		if err := p.Row([]string{"=1+1"}); err != nil {
			t.Fatal(err)
		}
		if err := p.Finish(); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"csv": "'=1+1", "xlsx": "=1+1"}[format] // in a book a text is a text
		if rows := unpacked(t, raw); len(rows) != 2 || rows[1][0] != want {
			t.Errorf("%s: %q", format, rows)
		}
	}
}
