package ring

import (
	"context"
	"net/http"
	"sync"
)

// Requests knows which requests are under way. A request that began under the
// old ring may seal with it and write much later; what it wrote would be lost
// with the old key, so a rotation waits for all of those. The zero value is ready.
type Requests struct {
	mutex sync.Mutex
	now   *sync.WaitGroup
}

// Counted gives a handler whose requests are waited for.
func (r *Requests) Counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		group := r.join()
		defer group.Done()
		next.ServeHTTP(w, request)
	})
}

func (r *Requests) join() *sync.WaitGroup {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.now == nil {
		r.now = new(sync.WaitGroup)
	}
	r.now.Add(1)
	return r.now
}

// Settle waits until every request that is under way now has been answered.
// Those that come meanwhile are not waited for.
func (r *Requests) Settle(ctx context.Context) error {
	r.mutex.Lock()
	earlier := r.now
	r.now = nil
	r.mutex.Unlock()
	if earlier == nil {
		return nil
	}
	settled := make(chan struct{})
	go func() {
		earlier.Wait()
		close(settled)
	}()
	select {
	case <-settled:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
