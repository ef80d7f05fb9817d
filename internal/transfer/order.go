package transfer

import (
	"context"
	"sync"

	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// order lets customers that are made side by side take what only one can have as their
// lines stand in the file, so that an import refuses the same lines each time, and those
// that a dry run named.
type order struct {
	mutex sync.Mutex
	// last is closed when the line before the next one took its turn.
	last chan struct{}
	// running are the lines that took their turn and have not ended.
	running map[*turn]bool
	// values counts the running lines that want each unique value.
	values map[string]int
	// below is how many customers a bounded one has at most: those that stood there first,
	// and all lines that took their turn since.
	below map[tenancy.ID]int64
	// count returns how many customers there are below one.
	count func(ctx context.Context, of tenancy.ID) (int64, error)
}

// turn is the place of one line in the order.
type turn struct {
	of     *order
	before <-chan struct{}
	passed chan struct{}
	ended  chan struct{}
	once   sync.Once
	values []string
}

func newOrder(count func(ctx context.Context, of tenancy.ID) (int64, error)) *order {
	first := make(chan struct{})
	close(first)
	return &order{last: first, running: map[*turn]bool{}, values: map[string]int{}, below: map[tenancy.ID]int64{}, count: count}
}

// next returns the turn of the next line, which must call end.
func (o *order) next() *turn {
	t := &turn{of: o, before: o.last, passed: make(chan struct{}), ended: make(chan struct{})}
	o.last = t.passed
	return t
}

// take waits for the turn, and then for all lines before if one of them may want what this
// line wants.
func (t *turn) take(ctx context.Context, values []string, rooms []rows.Room) error {
	<-t.before
	defer t.once.Do(func() { close(t.passed) })
	o := t.of
	doubt := false
	for _, room := range rooms {
		if _, counted := o.below[room.Of]; !counted { // only the line whose turn it is comes here
			stood, err := o.count(ctx, room.Of)
			if err != nil {
				return err
			}
			o.below[room.Of] = stood
		}
		o.below[room.Of]++
		doubt = doubt || o.below[room.Of] > room.Most
	}
	o.mutex.Lock()
	var earlier []*turn
	for _, value := range values {
		doubt = doubt || o.values[value] > 0
		o.values[value]++
	}
	t.values = values
	if doubt {
		for other := range o.running {
			earlier = append(earlier, other)
		}
	}
	o.running[t] = true
	o.mutex.Unlock()
	t.once.Do(func() { close(t.passed) })
	for _, other := range earlier {
		<-other.ended
	}
	return ctx.Err()
}

// end says that the line is done, whether it took its turn or not.
func (t *turn) end() {
	<-t.before
	t.once.Do(func() { close(t.passed) })
	t.of.mutex.Lock()
	defer t.of.mutex.Unlock()
	delete(t.of.running, t)
	for _, value := range t.values {
		if t.of.values[value]--; t.of.values[value] == 0 {
			delete(t.of.values, value)
		}
	}
	close(t.ended)
}
