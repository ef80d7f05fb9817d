package ring

import (
	"context"
	"net/http"
	"slices"
	"sync"
)

// Requests tracks which requests are under way. A request that began under the old ring
// may seal with it and write much later; what it wrote would be lost with the old key, so
// a rotation waits for all of those. The zero value is ready.
type Requests struct {
	mutex sync.Mutex
	// now takes new requests; earlier are groups that have requests left.
	now     *group
	earlier []*group
}

// group is the requests that came between two calls of Earlier.
type group struct {
	open int
	done chan struct{} // closed when none is left and none can come
}

// Counted returns a handler whose requests are waited for.
func (r *Requests) Counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		joined := r.join()
		defer r.leave(joined)
		next.ServeHTTP(w, request)
	})
}

func (r *Requests) join() *group {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.now == nil {
		r.now = &group{done: make(chan struct{})}
	}
	r.now.open++
	return r.now
}

func (r *Requests) leave(g *group) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	g.open--
	if at := slices.Index(r.earlier, g); at >= 0 && g.open == 0 {
		r.earlier = slices.Delete(r.earlier, at, at+1)
		close(g.done)
	}
}

// Earlier returns a function that waits until every request that is under way now has
// been answered. Later requests are not waited for.
func (r *Requests) Earlier() (wait func(ctx context.Context) error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.now != nil && r.now.open > 0 {
		r.earlier = append(r.earlier, r.now)
		r.now = nil
	}
	awaited := slices.Clone(r.earlier)
	return func(ctx context.Context) error {
		for _, g := range awaited {
			select {
			case <-g.done:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		return nil
	}
}
