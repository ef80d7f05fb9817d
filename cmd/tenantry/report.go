package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/rows"
	"tenantry/internal/backup"
	"tenantry/internal/config"
	"tenantry/internal/fault"
	"tenantry/internal/installed"
)

// report prints how a command ended and returns the exit code.
func (p *program) report(err error) int {
	if err == nil {
		return int(exitDone)
	}
	if r, ok := errors.AsType[*refusal](err); ok {
		p.reportRefusal(r)
		return int(r.code())
	}
	code, hint := classify(err)
	p.tell("tenantry: " + textOf(err))
	if hint != "" {
		p.tell("  → " + hint)
	}
	return int(code)
}

// classify returns the exit code of an error and, if the error has no hint of its own, a
// hint.
func classify(err error) (code exit, hint string) {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.code, f.hint
	}
	if _, ok := errors.AsType[config.Faults](err); ok {
		return exitMisused, ""
	}
	if _, ok := errors.AsType[*datadir.TakenError](err); ok {
		return exitTaken, "stop that process, or name another directory with --data"
	}
	if mismatch, ok := errors.AsType[*installed.MismatchError](err); ok {
		return exitMisused, mismatch.Remedy
	}
	if unsafe, ok := errors.AsType[*datadir.UnsafeError](err); ok {
		return exitMisused, unsafe.Remedy
	}
	if refusal, ok := errors.AsType[*backup.Refusal](err); ok {
		return exitRefused, refusal.Remedy
	}
	if errors.Is(err, rows.ErrUnavailable) || fault.KindOf(err) == fault.Unavailable {
		return exitUnreachable, "check that the store runs and that its settings are right (`tenantry config check`)"
	}
	if errors.Is(err, context.Canceled) {
		return exitRefused, "it was interrupted"
	}
	return exitRefused, ""
}

// textOf returns the text of an error; for a refusal of the service that is its public
// text with the failing fields.
func textOf(err error) string {
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

// tell writes a line to standard error.
func (p *program) tell(line string) { _, _ = fmt.Fprintln(p.stderr, line) }

// reportRefusal prints a refusal of the API: unchanged with --json, otherwise in words.
func (p *program) reportRefusal(r *refusal) {
	if p.flags.JSON && len(r.body) > 0 {
		p.tell(string(r.body))
		return
	}
	e := r.envelope.Error
	p.tell(fmt.Sprintf("tenantry: the service refused the request (%d %s)", r.status, term.Clean(e.Details.Code)))
	faults := e.Errors
	if len(faults) == 0 {
		faults = []refusalDetails{e.Details}
	}
	for _, d := range faults {
		text := d.Explanation
		if text == "" {
			text = d.Description
		}
		if d.Parameter != "" && !strings.HasPrefix(text, d.Parameter) {
			text = d.Parameter + ": " + text
		}
		if text != "" {
			p.tell("  " + term.Clean(text))
		}
	}
	if e.Ref != "" {
		p.tell("  ref: " + term.Clean(e.Ref))
	}
	if hint := r.hint(); hint != "" {
		p.tell("  → " + hint)
	}
}
