package sheet

import (
	"bytes"
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
