package registry

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

const (
	// promptRaces is after how many lost races the next try is still made at once:
	// most changes meet one other, which is done by then.
	promptRaces = 3
	// firstPause bounds the first pause, longestPause every one.
	firstPause   = 2 * time.Millisecond
	longestPause = 50 * time.Millisecond
)

// backOff pauses before the try that follows so many lost races. Each bound is twice the
// one before, and the pause a random part of it: writers that lost to the same write
// would collide again if they came back together.
func (s *Registry) backOff(ctx context.Context, lost int) error {
	if lost <= promptRaces {
		return nil
	}
	bound := min(firstPause<<min(lost-promptRaces-1, 8), longestPause) // 8 doublings are past the longest already, and no overflow
	var random [8]byte
	if _, err := io.ReadFull(s.random, random[:]); err != nil {
		return fmt.Errorf("reading randomness for a pause: %w", err)
	}
	// The remainder is below bound, which is a small positive duration.
	return s.pause(ctx, 1+time.Duration(binary.LittleEndian.Uint64(random[:])%uint64(bound))) //nolint:gosec // no overflow, see above
}

// pause waits until the time has passed or the context ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
