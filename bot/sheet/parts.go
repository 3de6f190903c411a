package sheet

import (
	"archive/zip"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// How large a book gets is known when it is compressed. Until one was, each byte
// of its cells is counted as one, and each cell as some more; then as many as it
// came to, and a fifth more for what other rows may need.
const (
	cellBytes = 8
	spare     = 1.2
)

// Part is a zip with some of the rows. Its file has no name on the disk any more:
// what it holds is gone with the process, whatever becomes of it.
type Part struct {
	Name string
	Size int64
	io.Reader
}

// Parts writes a long list as zips of at most so many bytes, in memory that does
// not grow with it. Each is handed over as soon as it is full.
type Parts struct {
	name, format string // "members", "csv" or "xlsx"
	header       []string
	limit        int64
	send         func(Part) error

	part    int
	rows    int     // in the present entry
	content int64   // of its cells, in bytes
	becomes float64 // a byte of them, compressed: the most so far
	file    *os.File
	size    *counter
	zip     *zip.Writer
	csv     *csv.Writer
	book    *Book
}

// NewParts begins a list.
func NewParts(name, format string, header []string, limit int64, send func(Part) error) *Parts {
	return &Parts{name: name, format: format, header: header, limit: limit, send: send}
}

// counter counts what is written.
type counter struct {
	io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.n += int64(n)
	return n, err
}

// slack is what may still lie in the compressor, and what ends a zip.
const slack = 1 << 20

// Row writes one row of texts.
func (p *Parts) Row(cells []string) error {
	if p.zip == nil {
		if err := p.begin(); err != nil {
			return err
		}
	}
	p.rows++
	if p.book != nil {
		row := make([]any, len(cells))
		for i, c := range cells {
			row[i] = c
			p.content += int64(len(c)) + cellBytes
		}
		if err := p.book.Row(row...); err != nil || !p.bookFull() {
			return err
		}
		return p.endBook()
	}
	for i, c := range cells {
		cells[i] = Inert(c)
	}
	if err := p.csv.Write(cells); err != nil || p.size.n < p.limit-slack {
		return err
	}
	return p.end()
}

// bookFull tells whether a book has all the rows that it may, or may not fit into
// the part with more.
func (p *Parts) bookFull() bool {
	becomes := p.becomes
	if becomes == 0 {
		becomes = 1
	}
	return p.rows == MostRows-1 || float64(p.content)*becomes >= float64(p.limit-slack-p.size.n)
}

// begin opens a part, and in it the file of rows.
func (p *Parts) begin() (err error) {
	p.part++
	if p.file, err = os.CreateTemp("", "sadasya-*"); err != nil { // mode 0600
		return fmt.Errorf("parts: %w", err)
	}
	if err := os.Remove(p.file.Name()); err != nil {
		return fmt.Errorf("parts: %w", err)
	}
	p.size = &counter{Writer: p.file}
	p.zip = zip.NewWriter(p.size)
	return p.entry()
}

// entry begins the rows of a CSV, or of a book.
func (p *Parts) entry() (err error) {
	p.rows, p.content = 0, 0
	if p.format == "xlsx" {
		p.book, err = New(p.name, p.header...)
		return err
	}
	w, err := p.zip.Create(p.name + "-" + strconv.Itoa(p.part) + ".csv")
	if err == nil {
		_, err = io.WriteString(w, "\ufeff") // without it Excel takes Hindi for Latin
	}
	if err == nil {
		p.csv = csv.NewWriter(w)
		err = p.csv.Write(p.header)
	}
	return err
}

// endBook puts a full book into the part, which ends where little room is left.
func (p *Parts) endBook() error {
	before := p.size.n
	if err := p.putBook(); err != nil {
		return err
	}
	if p.content > 0 {
		p.becomes = max(p.becomes, spare*float64(p.size.n-before)/float64(p.content))
	}
	if p.size.n > p.limit*9/10-slack {
		return p.end()
	}
	return p.entry()
}

func (p *Parts) putBook() error {
	w, err := p.zip.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%s-%d-%d.xlsx", p.name, p.part, p.size.n), Method: zip.Store})
	if err == nil {
		_, err = p.book.WriteTo(w)
	}
	p.book = nil
	if err != nil {
		return fmt.Errorf("parts: %w", err)
	}
	return nil
}

// end hands the present part over.
func (p *Parts) end() error {
	if p.csv != nil {
		if p.csv.Flush(); p.csv.Error() != nil {
			return p.csv.Error()
		}
	}
	if p.book != nil && p.rows > 0 {
		if err := p.putBook(); err != nil {
			return err
		}
	}
	err := p.zip.Close()
	if err == nil {
		err = p.send(Part{Name: fmt.Sprintf("%s-%d.zip", p.name, p.part), Size: p.size.n, Reader: io.NewSectionReader(p.file, 0, p.size.n)})
	}
	p.Close()
	return err
}

// Finish hands over what is left; a list without rows is a header alone.
func (p *Parts) Finish() error {
	if p.zip == nil {
		if p.part > 0 {
			return nil
		}
		if err := p.begin(); err != nil {
			return err
		}
		p.rows = 1 // the header
	}
	return p.end()
}

// Close lets go of a part that is not finished.
func (p *Parts) Close() {
	if p.file != nil {
		p.file.Close()
	}
	if p.book != nil {
		p.book.Close()
	}
	p.file, p.zip, p.csv, p.book = nil, nil, nil, nil
}

// Inert keeps a spreadsheet from taking a cell for a formula.
// Source: OWASP, CSV Injection.
func Inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
