package term

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Cell is a text of a table with its color.
type Cell struct {
	Text  string
	Color Color
}

// widest bounds a column, so that one long name does not push the others off the
// screen; narrowest is what a column keeps when the terminal has no room.
const (
	widest    = 64
	narrowest = 8
)

const gap = "  "

// Table is aligned columns under a heading.
type Table struct {
	Heading []string
	Rows    [][]Cell
	// Less are the headings of columns that a narrow terminal may lack, the first to go
	// first; programs read all of them as JSON.
	Less []string
	// Whole are the headings of columns that are never cut, beside ID: what is copied into
	// the next command.
	Whole []string
}

// Add adds a row.
func (t *Table) Add(cells ...Cell) { t.Rows = append(t.Rows, cells) }

// Write writes the table, as wide as the printer has columns. Without rows it writes
// nothing.
func (t *Table) Write(w io.Writer, printer Printer) error {
	if len(t.Rows) == 0 {
		return nil
	}
	heading := make([]Cell, len(t.Heading))
	for i, h := range t.Heading {
		heading[i] = Cell{Text: h, Color: Bold}
	}
	lines := append([][]Cell{heading}, t.Rows...)
	columns := make([]int, len(t.Heading))
	for _, line := range lines {
		for i := range line {
			line[i].Text = Shorten(Clean(line[i].Text), widest)
			columns[i] = max(columns[i], Width(line[i].Text))
		}
	}
	t.fit(columns, printer.Columns)
	for _, line := range lines {
		var b strings.Builder
		for i, cell := range line {
			if columns[i] == 0 {
				continue
			}
			text := Shorten(cell.Text, columns[i])
			b.WriteString(printer.Sprint(cell.Color, text))
			b.WriteString(strings.Repeat(" ", columns[i]-Width(text)) + gap)
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// fit narrows columns until they fit: first it leaves out those that may go, then it cuts
// the widest of those that may be cut.
func (t *Table) fit(columns []int, room int) {
	if room <= 0 {
		return
	}
	for _, name := range t.Less {
		if widthOf(columns) <= room {
			return
		}
		if at := slices.Index(t.Heading, name); at >= 0 {
			columns[at] = 0
		}
	}
	for widthOf(columns) > room {
		cut := -1
		for i, width := range columns {
			whole := t.Heading[i] == "ID" || slices.Contains(t.Whole, t.Heading[i])
			if !whole && width > narrowest && (cut < 0 || width > columns[cut]) {
				cut = i
			}
		}
		if cut < 0 {
			return
		}
		columns[cut]--
	}
}

// widthOf returns the width of a line.
func widthOf(columns []int) int {
	total := -len(gap)
	for _, width := range columns {
		if width > 0 {
			total += width + len(gap)
		}
	}
	return total
}

// Record is names and values below each other. Empty values are left out.
type Record struct{ table Table }

// Add adds a line.
func (r *Record) Add(name, value string, color Color) {
	if value != "" {
		r.table.Add(Cell{Text: name, Color: Faint}, Cell{Text: value, Color: color})
	}
}

// Write writes the record. Values are never cut.
func (r *Record) Write(w io.Writer, printer Printer) error {
	column := 0
	for _, row := range r.table.Rows {
		column = max(column, Width(row[0].Text))
	}
	for _, row := range r.table.Rows {
		pad := strings.Repeat(" ", column-Width(row[0].Text))
		if _, err := fmt.Fprintln(w, printer.Sprint(Faint, row[0].Text)+pad+gap+printer.Sprint(row[1].Color, Clean(row[1].Text))); err != nil {
			return err
		}
	}
	return nil
}
