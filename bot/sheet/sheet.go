// Package sheet writes spreadsheets as XLSX, row after row, in memory that does
// not grow with them. It may import excelize; it knows neither words nor people.
package sheet

import (
	"fmt"
	"io"
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
}

// New begins a book. title names its sheets, at most 28 letters without any of
// :\/?*[].
func New(title string, header ...string) (*Book, error) { return newBook(MostRows, title, header...) }

func newBook(most int, title string, header ...string) (*Book, error) {
	b := &Book{file: excelize.NewFile(), title: title, most: most}
	for _, h := range header {
		b.header = append(b.header, h)
	}
	var err error
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
	return b.out.SetRow("A"+strconv.Itoa(b.row), cells, o...)
}

// WriteTo ends the book.
func (b *Book) WriteTo(w io.Writer) (int64, error) {
	if err := b.out.Flush(); err != nil {
		return 0, fmt.Errorf("sheet: %w", err)
	}
	n, err := b.file.WriteTo(w)
	if err == nil {
		err = b.file.Close()
	}
	return n, err
}
