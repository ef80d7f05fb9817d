package term

import (
	"fmt"
	"io"
	"strings"
)

// Cell is a text of a table with its color.
type Cell struct {
	Text  string
	Color Color
}

// widest bounds a column, so that one long name does not push the others off the
// screen.
const widest = 64

const gap = "  "

// Table is aligned columns under a heading.
type Table struct {
	Heading []string
	Rows    [][]Cell
}

// Add adds a row.
func (t *Table) Add(cells ...Cell) { t.Rows = append(t.Rows, cells) }

// Write writes the table. Without rows it writes nothing.
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
	for _, line := range lines {
		var b strings.Builder
		for i, cell := range line {
			b.WriteString(printer.Sprint(cell.Color, cell.Text))
			if i < len(line)-1 {
				b.WriteString(strings.Repeat(" ", columns[i]-Width(cell.Text)) + gap)
			}
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " ")); err != nil {
			return err
		}
	}
	return nil
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
