package term

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// barWidth is the length of a progress bar, and redraw how often it changes.
const (
	barWidth = 30
	redraw   = 100 * time.Millisecond
)

// Progress is a bar that grows on one line of a terminal. A nil Progress writes nothing,
// for output that is not a terminal.
type Progress struct {
	out   io.Writer
	what  string
	total int
	now   func() time.Time
	drawn time.Time
}

// NewProgress makes a bar for total steps; 0 means that their number is not known.
func NewProgress(out io.Writer, now func() time.Time, what string, total int) *Progress {
	return &Progress{out: out, now: now, what: what, total: total}
}

// Done updates the bar with the number of steps done.
func (p *Progress) Done(done int) {
	if p == nil || p.now().Sub(p.drawn) < redraw && done < p.total {
		return
	}
	p.drawn = p.now()
	if p.total <= 0 {
		_, _ = fmt.Fprintf(p.out, "\r%s %s", p.what, Count(done))
		return
	}
	// The tree may have grown since it was counted.
	total := max(p.total, done)
	full := barWidth * done / total
	_, _ = fmt.Fprintf(p.out, "\r%s [%s%s] %3d %%  %s of %s", p.what,
		strings.Repeat("=", full), strings.Repeat(" ", barWidth-full), 100*done/total,
		Count(done), Count(total))
}

// End finishes the line.
func (p *Progress) End() {
	if p != nil && !p.drawn.IsZero() {
		_, _ = fmt.Fprintln(p.out)
	}
}
