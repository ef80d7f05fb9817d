package tenancy

import "sync"

// ReadAhead holds customers that a request names and that were read together with its
// signer. Each is taken once: whoever asks again wants it as the request has changed it
// since. The nil ReadAhead is empty.
type ReadAhead struct {
	mu    sync.Mutex
	found map[Ref]Principal
}

// NewReadAhead returns a ReadAhead of customers, nil for none.
func NewReadAhead[P Principal](list []P) *ReadAhead {
	if len(list) == 0 {
		return nil
	}
	r := &ReadAhead{found: make(map[Ref]Principal, len(list))}
	for _, one := range list {
		r.found[one.Ref()] = one
	}
	return r
}

// Take returns the customer of an id that viewer is above, nil unless it was read ahead and
// not taken yet. One that viewer is not above is looked for as an id that does not exist is,
// so that no time tells the two apart.
func (r *ReadAhead) Take(viewer Principal, id ID) Principal {
	if r == nil {
		return nil
	}
	ref := Ref{Tenant: viewer.Ref().Tenant, ID: id}
	r.mu.Lock()
	defer r.mu.Unlock()
	one := r.found[ref]
	delete(r.found, ref)
	if one == nil || !IsAbove(viewer, one) {
		return nil
	}
	return one
}
