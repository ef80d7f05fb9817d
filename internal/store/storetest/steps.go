package storetest

import (
	"context"
	"errors"
	"sync"

	"tenantry/customers/rows"
	"tenantry/internal/store"
)

// Step is one call of a store.
type Step struct {
	// Number counts the calls since the act was set; the first is 1.
	Number int
	Method string
}

// Steps is a store that stands before another one and lets a test act at every call: fail
// it, lose its answer, or do something else around it. It is safe for concurrent use.
type Steps struct {
	store store.Store

	mu    sync.Mutex
	taken int
	act   func(step Step, call func() error) error
}

var _ store.Store = (*Steps)(nil)

// NewSteps returns Steps before a store; until On is called they pass everything on.
func NewSteps(before store.Store) *Steps { return &Steps{store: before} }

// On makes act step into every call from now on, and counts anew; call is the real one.
// What act itself asks of the store goes through act too, unless it calls Off first. Nil
// passes everything on.
func (s *Steps) On(act func(step Step, call func() error) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken, s.act = 0, act
}

// Off passes everything on from now on, and returns how many calls were made.
func (s *Steps) Off() (taken int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken = s.taken
	s.act = nil
	return taken
}

// At makes act step into the n-th call from now on alone, and passes all others on.
func (s *Steps) At(n int, act func(call func() error) error) {
	s.On(func(step Step, call func() error) error {
		if step.Number != n {
			return call()
		}
		return act(call)
	})
}

// Fail is an act that makes a call fail without doing anything.
func Fail(func() error) error { return rows.ErrUnavailable }

// Lose is an act that carries a call out and loses its answer.
func Lose(call func() error) error { return errors.Join(call(), rows.ErrUnavailable) }

func (s *Steps) step(method string, call func() error) error {
	s.mu.Lock()
	act := s.act
	if act == nil {
		s.mu.Unlock()
		return call()
	}
	s.taken++
	step := Step{Number: s.taken, Method: method}
	s.mu.Unlock()
	return act(step, call)
}

// Close implements store.Store. It is no step: it ends the test.
func (s *Steps) Close(ctx context.Context) error { return s.store.Close(ctx) }
