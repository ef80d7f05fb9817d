package cli

import "tenantry/cmd/tenantry/internal/term"

// Stages shows the progress of work in stages, on a terminal.
type Stages[S ~string] struct {
	p     *Program
	stage S
	bar   *term.Progress
}

// NewStages returns what shows the progress of work, or nothing where nobody watches.
func NewStages[S ~string](p *Program) *Stages[S] { return &Stages[S]{p: p} }

// At shows how far a stage is.
func (s *Stages[S]) At(stage S, done, total int) {
	if !s.p.Tells || s.p.Flags.JSON {
		return
	}
	if stage != s.stage {
		s.bar.End()
		s.stage, s.bar = stage, term.NewProgress(s.p.Stderr, s.p.Now, string(stage), total)
	}
	s.bar.Done(done)
}

// End finishes the line.
func (s *Stages[S]) End() {
	s.bar.End()
	s.stage, s.bar = "", nil
}
