package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/event"
)

// OpenMonitored is Open with an ear on the requests, for tests that order them.
func OpenMonitored(ctx context.Context, o Options, monitor *event.CommandMonitor) (*Store, error) {
	return open(ctx, o, settings(o).SetMonitor(monitor))
}

// What tests look into.
var (
	Plain   = plain
	MayPass = mayPass
	Literal = literal
)
