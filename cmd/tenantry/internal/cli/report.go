package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/rows"
	"tenantry/internal/backup"
	"tenantry/internal/config"
	"tenantry/internal/fault"
	"tenantry/internal/installed"
)

// Report prints how a command ended and returns the exit code.
func (p *Program) Report(err error) int {
	if err == nil {
		return int(ExitDone)
	}
	if r, ok := errors.AsType[*client.Error](err); ok {
		p.reportRefusal(r)
		return int(exitOf(r))
	}
	code, hint := Classify(err)
	p.Tell("tenantry: " + TextOf(err))
	if hint != "" {
		p.Tell("  → " + hint)
	}
	return int(code)
}

// Classify returns the exit code of an error and, if the error has no hint of its own, a
// hint.
func Classify(err error) (code Exit, hint string) {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f.Code, f.Hint
	}
	if _, ok := errors.AsType[config.Faults](err); ok {
		return ExitMisused, ""
	}
	if _, ok := errors.AsType[*datadir.TakenError](err); ok {
		return ExitTaken, "stop that process, or name another directory with --data"
	}
	if mismatch, ok := errors.AsType[*installed.MismatchError](err); ok {
		return ExitMisused, mismatch.Remedy
	}
	if unsafe, ok := errors.AsType[*datadir.UnsafeError](err); ok {
		return ExitMisused, unsafe.Remedy
	}
	if refusal, ok := errors.AsType[*backup.Refusal](err); ok {
		return ExitRefused, refusal.Remedy
	}
	if errors.Is(err, rows.ErrUnavailable) || fault.KindOf(err) == fault.Unavailable {
		return ExitUnreachable, "check that the store runs and that its settings are right (`tenantry config check`)"
	}
	if errors.Is(err, context.Canceled) {
		return ExitRefused, "it was interrupted"
	}
	return ExitRefused, ""
}

// TextOf returns the text of an error; for a refusal of the service that is its public
// text with the failing fields.
func TextOf(err error) string {
	e, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err.Error()
	}
	var b strings.Builder
	b.WriteString(e.Text)
	if e.Field != "" {
		b.Reset()
		b.WriteString("the service refused the request (" + string(e.Code) + ")")
		for _, v := range append([]fault.Violation{e.Violation}, e.More...) {
			fmt.Fprintf(&b, "\n  %s: %s", v.Field, strings.TrimPrefix(v.Text, v.Field+" "))
		}
	}
	return b.String()
}

// Tell writes a line to standard error.
func (p *Program) Tell(line string) { _, _ = fmt.Fprintln(p.Stderr, line) }

// reportRefusal prints a refusal of the API: unchanged with --json, otherwise in words.
func (p *Program) reportRefusal(e *client.Error) {
	if p.Flags.JSON && len(e.Body) > 0 {
		p.Tell(strings.TrimSpace(string(e.Body)))
		return
	}
	p.Tell(fmt.Sprintf("tenantry: the service refused the request (%d %s)", e.Status, term.Clean(string(e.Code))))
	for _, d := range e.Errors {
		text := cmp.Or(d.Explanation, d.Description)
		if d.Parameter != "" && !strings.HasPrefix(text, d.Parameter) {
			text = d.Parameter + ": " + text
		}
		if text != "" {
			p.Tell("  " + term.Clean(text))
		}
	}
	if e.Ref != "" {
		p.Tell("  ref: " + term.Clean(e.Ref))
	}
	if hint := hintOf(e); hint != "" {
		p.Tell("  → " + hint)
	}
}
