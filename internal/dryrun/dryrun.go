// Package dryrun marks the contexts of requests that are only tried: they are answered as
// they would be, and change nothing.
//
// The one place that keeps the promise is the store that internal/app puts before the real
// one: whatever a use case writes in such a context stays with the context. What leaves
// the process by another way (a question to a remote provider) asks On.
//
// It is a leaf: it imports nothing of the project.
package dryrun

import (
	"context"
	"sync"
)

type key struct{}

// run is one request that is only tried.
type run struct {
	mu    sync.Mutex
	state any
}

// With returns a context in which nothing is written.
func With(ctx context.Context) context.Context { return context.WithValue(ctx, key{}, &run{}) }

// On reports whether a context is that of a request that is only tried.
func On(ctx context.Context) bool { return ctx.Value(key{}) != nil }

// State returns what is kept with the context of a request that is only tried, made by its
// first call; nil for any other context.
func State[T any](ctx context.Context, first func() *T) *T {
	r, tried := ctx.Value(key{}).(*run)
	if !tried {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state == nil {
		r.state = first()
	}
	state, _ := r.state.(*T)
	return state
}
