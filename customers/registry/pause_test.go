package registry

import (
	"context"
	"errors"
	"testing"
	"time"
)

// The timer between tries does not outlive the request.
func TestTheTimerEndsWithTheContext(t *testing.T) {
	t.Parallel()
	ended, end := context.WithCancel(t.Context())
	end()
	if err := pause(ended, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended request pauses and returns %v", err)
	}
	if err := pause(t.Context(), time.Nanosecond); err != nil {
		t.Errorf("a pause that is over returns %v", err)
	}
}
