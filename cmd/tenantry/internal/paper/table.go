package paper

import (
	"fmt"
	"io"
	"strings"
)

// Cell is a text of a table with its ink.
type Cell struct {
	Text string
	Ink  Ink
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
func (t *Table) Write(w io.Writer, pen Pen) error {
	if len(t.Rows) == 0 {
		return nil
	}
	heading := make([]Cell, len(t.Heading))
	for i, h := range t.Heading {
		heading[i] = Cell{Text: h, Ink: Bold}
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
			b.WriteString(pen.Write(cell.Ink, cell.Text))
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
func (r *Record) Add(name, value string, ink Ink) {
	if value != "" {
		r.table.Add(Cell{Text: name, Ink: Faint}, Cell{Text: value, Ink: ink})
	}
}

// Write writes the record. Values are never cut.
func (r *Record) Write(w io.Writer, pen Pen) error {
	column := 0
	for _, row := range r.table.Rows {
		column = max(column, Width(row[0].Text))
	}
	for _, row := range r.table.Rows {
		pad := strings.Repeat(" ", column-Width(row[0].Text))
		if _, err := fmt.Fprintln(w, pen.Write(Faint, row[0].Text)+pad+gap+pen.Write(row[1].Ink, Clean(row[1].Text))); err != nil {
			return err
		}
	}
	return nil
}
