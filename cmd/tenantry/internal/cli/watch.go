package cli

import (
	"bytes"
	"context"
	"fmt"
	"time"
)

// leastWatch is the shortest time between two looks.
const leastWatch = 100 * time.Millisecond

// Watch are the flags of commands that can look again and again.
type Watch struct {
	Watch bool          `help:"Look again and again, until it is interrupted, and show what is new."`
	Every time.Duration `help:"With --watch: how often." default:"2s" placeholder:"SPAN"`
}

// Watched shows something, once or, with --watch, whenever it changed. On a terminal the
// newest stands alone; elsewhere one follows the other.
func (p *Program) Watched(ctx context.Context, how Watch, show func() error) error {
	if !how.Watch {
		return show()
	}
	if how.Every < leastWatch {
		return Misused("--every is shorter than "+leastWatch.String(), "write it like 2s")
	}
	out := p.Stdout
	defer func() { p.Stdout = out }()
	ticks := time.NewTicker(how.Every)
	defer ticks.Stop()
	var last []byte
	for {
		var text bytes.Buffer
		p.Stdout = &text
		err := show()
		if ctx.Err() != nil {
			return nil // to be interrupted is how it ends
		}
		if err != nil {
			return err
		}
		if !bytes.Equal(text.Bytes(), last) {
			last = bytes.Clone(text.Bytes())
			if p.Shows && !p.Flags.JSON {
				_, _ = fmt.Fprintf(out, "\x1b[H\x1b[2J%s\n\n", p.Now().UTC().Format(time.DateTime+" UTC"))
			}
			if _, err := out.Write(last); err != nil {
				return fmt.Errorf("writing what changed: %w", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticks.C:
		}
	}
}
