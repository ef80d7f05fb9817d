package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"tenantry/internal/store"
)

// Place is a file or directory whose mode is looked at.
type Place struct {
	Path string
	// Most is the mode that it may have at most.
	Most fs.FileMode
}

// The clock of the store and that of this machine may differ by little: events and
// expiries are compared across both.
const skewNoted = 2 * time.Second

// checkClock compares the clock of this machine with that of the store and with the newest
// record.
func checkClock(ctx context.Context, e *examination) (Finding, error) {
	const remedy = "synchronize the clocks (NTP), and start the service again when they are right"
	skew, err := e.Store.Skew(ctx)
	if err != nil {
		return Finding{}, err
	}
	skew = skew.Round(time.Second)
	if skew.Abs() > store.MostSkew {
		return faulty(remedy, "the clock of MongoDB differs from that of this machine by %s", skew)
	}
	if skew.Abs() > skewNoted {
		return warning(remedy, "the clock of MongoDB differs from that of this machine by %s", skew)
	}
	if ahead := e.newest.Sub(e.Now()).Round(time.Second); ahead > skewNoted {
		return warning(remedy, "the newest record is of %s, %s in the future", e.newest.UTC().Format(time.RFC3339), ahead)
	}
	return fine("the clock is right, as far as the store shows")
}

// fewestFree is how much room a disk must have in any case, in bytes.
const fewestFree = 256 << 20

// checkDisk looks whether the disk has room for what is to come, a backup beside the store
// included.
func checkDisk(_ context.Context, e *examination) (Finding, error) {
	if e.Disk == "" {
		return fine("the store is not on this machine")
	}
	free, err := freeBytes(e.Disk)
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		return fine("what is free on the disk is not known on this system")
	case err != nil:
		return Finding{}, err
	case free < fewestFree:
		return faulty("make room now: writes are refused once the disk is full", "only %s are free on the disk of %s", size(free), e.Disk)
	case free < e.Size:
		return warning("make room, or make backups elsewhere", "%s are free on the disk of %s, less than the store takes (%s)", size(free), e.Disk, size(e.Size))
	default:
		return fine("%s are free on the disk of %s", size(free), e.Disk)
	}
}

// size returns a number of bytes in words.
func size(n int64) string {
	if n >= 10<<30 {
		return fmt.Sprintf("%d GiB", n>>30)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}

// checkModes looks whether others may read or replace what is private.
func checkModes(_ context.Context, e *examination) (Finding, error) {
	var open, mended []string
	for _, place := range e.Places {
		info, err := os.Lstat(place.Path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return Finding{}, err
		}
		mode := info.Mode().Perm()
		if mode&^place.Most == 0 || info.Mode()&fs.ModeSymlink != 0 {
			continue
		}
		if !e.Fix {
			open = append(open, fmt.Sprintf("%s has mode %04o, at most %04o is right", place.Path, mode, place.Most))
			continue
		}
		if err := os.Chmod(place.Path, mode&place.Most); err != nil {
			return Finding{}, err
		}
		mended = append(mended, place.Path)
	}
	if len(open) > 0 {
		return faulty(withFix+", and think about who may have read them", "%s", strings.Join(open, "; "))
	}
	f, err := fine("files are for their owner alone")
	if len(mended) > 0 {
		f.Mended = "took the files " + strings.Join(mended, ", ") + " from others"
	}
	return f, err
}
