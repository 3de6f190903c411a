// Package sheet writes spreadsheets as XLSX, row after row, in memory that does
// not grow with them. It may import excelize; it knows neither words nor people.
package sheet

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// MostRows is how many rows one sheet holds, the header included. Source: Excel
// specifications and limits.
const MostRows = 1_048_576

// Book is a spreadsheet under way. What finds no room on a sheet goes on to the
// next, under the same header. Texts stay texts, whatever they begin with: a
// cell is never taken for a formula.
type Book struct {
	file   *excelize.File
	out    *excelize.StreamWriter
	title  string
	header []any
	bold   int
	sheets int
	row    int
	most   int
	folder string // for what is laid on the disk of a long sheet
}

// hideEvery is after how many rows a file on the disk loses its name: what it
// holds is gone with the process, whatever becomes of it.
const hideEvery = 256

// New begins a book. title names its sheets, at most 28 letters without any of
// :\/?*[].
func New(title string, header ...string) (*Book, error) { return newBook(MostRows, title, header...) }

func newBook(most int, title string, header ...string) (*Book, error) {
	folder, err := os.MkdirTemp("", "sadasya-*") // mode 0700
	if err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	b := &Book{file: excelize.NewFile(excelize.Options{TmpDir: folder}), title: title, most: most, folder: folder}
	for _, h := range header {
		b.header = append(b.header, h)
	}
	if b.bold, err = b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	return b, b.next()
}

// next begins a sheet with its header, which stays in sight.
func (b *Book) next() error {
	b.sheets++
	name := b.title
	var err error
	if b.sheets == 1 {
		err = b.file.SetSheetName("Sheet1", name)
	} else {
		if err = b.out.Flush(); err != nil {
			return fmt.Errorf("sheet: %w", err)
		}
		name += " " + strconv.Itoa(b.sheets)
		_, err = b.file.NewSheet(name)
	}
	if err == nil {
		b.out, err = b.file.NewStreamWriter(name)
	}
	if err == nil {
		err = b.out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	}
	if err == nil {
		err = b.out.SetColWidth(1, len(b.header), 18)
	}
	b.row = 0
	if err == nil {
		err = b.write(b.header, excelize.RowOpts{StyleID: b.bold})
	}
	if err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	return nil
}

// Row writes one row: texts and integers.
func (b *Book) Row(cells ...any) error {
	if b.row == b.most {
		if err := b.next(); err != nil {
			return err
		}
	}
	return b.write(cells)
}

func (b *Book) write(cells []any, o ...excelize.RowOpts) error {
	b.row++
	if b.row%hideEvery == 0 {
		b.hide()
	}
	return b.out.SetRow("A"+strconv.Itoa(b.row), cells, o...)
}

// hide takes their names from the files that excelize has open. Where a system
// does not, they go with the folder.
func (b *Book) hide() {
	files, err := os.ReadDir(b.folder)
	if err != nil {
		return
	}
	for _, f := range files {
		_ = os.Remove(filepath.Join(b.folder, f.Name())) // it goes with the folder
	}
}

// WriteTo ends the book. It is compressed as it is written, and lies in memory
// nowhere as a whole.
func (b *Book) WriteTo(w io.Writer) (int64, error) {
	defer b.Close()
	if err := b.out.Flush(); err != nil {
		return 0, fmt.Errorf("sheet: %w", err)
	}
	out := &counter{Writer: w}
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(out) })
	rest, err := b.file.WriteTo(out)
	if err != nil {
		return out.n, fmt.Errorf("sheet: %w", err)
	}
	if rest > 0 {
		return out.n, errWhole
	}
	return out.n, nil
}

// errWhole says that excelize wrote a book in another way than straight out.
var errWhole = errors.New("sheet: the book was not written straight out")

// Close lets go of a book that is not ended. It may be called again.
func (b *Book) Close() {
	_ = b.file.Close() // nothing of it is wanted any more
	_ = os.RemoveAll(b.folder)
}
