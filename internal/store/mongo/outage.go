package mongo

import (
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/event"
)

// outageAfter is how long the driver may know no server that takes writes, as while a
// primary is elected, before calls fail at once instead of waiting for one.
const outageAfter = 2 * time.Second

// errLost is the error of a call while no server takes writes.
var errLost = errors.New("no server of MongoDB takes writes")

// outage watches whether the driver knows a server that takes writes.
type outage struct {
	now func() time.Time
	// since is when there was none any more, in nanoseconds of Unix; 0 while there is one.
	since atomic.Int64
	// probing is true while one call waits for a server.
	probing atomic.Bool
}

// monitor returns what tells the outage which servers the driver knows.
func (o *outage) monitor() *event.ServerMonitor {
	return &event.ServerMonitor{TopologyDescriptionChanged: func(e *event.TopologyDescriptionChangedEvent) {
		serves := slices.ContainsFunc(e.NewDescription.Servers, func(s event.ServerDescription) bool {
			return slices.Contains([]string{"RSPrimary", "Standalone", "Mongos", "LoadBalancer"}, s.Kind)
		})
		if serves {
			o.since.Store(0)
		} else {
			o.since.CompareAndSwap(0, o.now().UnixNano())
		}
	}}
}

// guard runs the requests of a call. In an outage one call at a time waits for a server, so
// that the driver looks for one, and all others fail at once.
func (o *outage) guard(requests func() error) error {
	since := o.since.Load()
	if since == 0 || o.now().Sub(time.Unix(0, since)) < outageAfter {
		return requests()
	}
	if !o.probing.CompareAndSwap(false, true) {
		return errLost
	}
	defer o.probing.Store(false)
	return requests()
}
