package ring

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"tenantry/internal/seal"
)

// Rotation replaces the key under which new values are sealed, re-seals what older keys
// sealed, and drops those keys. It may be interrupted at any point and run again: nothing
// is lost, and what was done stays done.
type Rotation struct {
	// Path is the file of the ring, and Holder the ring that the service seals with.
	Path   string
	Holder *Holder
	Random io.Reader
	// Settle waits until every request that is under way now is answered: it may still
	// write, or open, what older keys sealed.
	Settle func(ctx context.Context) error
	// Reseal re-encrypts every value that is not current.
	Reseal func(ctx context.Context, progress func(done int)) error
	// Record notes which keys there are.
	Record Record
	// KeepOld leaves the older keys in the ring.
	KeepOld bool
	// EndTokens drops the keys of access tokens that the older keys came with.
	EndTokens bool
}

// Record is what an installation notes of its ring.
type Record interface {
	// Reserve returns, once ring is verified to be the one of the installation, the highest
	// number that a key of any copy of the ring had. The number after it is the caller's:
	// no other rotation gets it.
	Reserve(ctx context.Context, ring *seal.Ring) (taken uint32, err error)
	// Note notes that exactly the keys of ring are needed from now on.
	Note(ctx context.Context, ring *seal.Ring) error
}

// Run rotates and returns the number of the key that is now current. Of several processes
// only the one that owns the data directory may do this.
func (r Rotation) Run(ctx context.Context, progress func(done int)) (version uint32, err error) {
	current, err := r.begin(ctx)
	if err != nil {
		return 0, err
	}
	r.Holder.Exchange(current)
	if err := r.Settle(ctx); err != nil {
		return 0, fmt.Errorf("waiting for requests that began before the rotation: %w", err)
	}
	if err := r.Reseal(ctx, progress); err != nil {
		return 0, fmt.Errorf("re-encrypting under key %d (both keys are kept; run it again to go on): %w", current.Current(), err)
	}
	if !r.KeepOld {
		// Requests that read a value just before it was re-sealed may still open it.
		if err := r.Settle(ctx); err != nil {
			return 0, fmt.Errorf("waiting for requests that still use the old keys: %w", err)
		}
		alone := current.DropOld()
		if r.EndTokens {
			alone = seal.DropSigning(alone)
		}
		// First, so that a crash in between leaves a ring that has more than is needed.
		if err := r.Record.Note(ctx, alone); err != nil {
			return 0, fmt.Errorf("dropping the old keys: %w", err)
		}
		if err := alone.Save(r.Path); err != nil {
			return 0, fmt.Errorf("dropping the old keys: %w", err)
		}
		r.Holder.Exchange(alone)
	}
	if err := os.Remove(r.note()); err != nil {
		return 0, fmt.Errorf("finishing the rotation: %w", err)
	}
	return current.Current(), nil
}

// begin returns the ring of the rotation, saved: a new key is added unless an earlier run
// got that far. A note beside the ring, written first, shows which it was.
func (r Rotation) begin(ctx context.Context) (*seal.Ring, error) {
	held := r.Holder.Ring()
	// The file is about to be replaced: it must be the ring that is used.
	kept, err := seal.Open(r.Path)
	if err != nil {
		return nil, err
	}
	if kept.Name() != held.Name() || !slices.Equal(kept.Versions(), held.Versions()) {
		return nil, fmt.Errorf("the key ring %s is not the one in use any more: restore it, or start again with it", r.Path)
	}
	noted, err := r.noted()
	if err != nil {
		return nil, err
	}
	if noted == held.Current() {
		return held, r.Record.Note(ctx, held)
	}
	taken, err := r.Record.Reserve(ctx, held)
	if err != nil {
		return nil, err
	}
	next, err := held.AddVersion(r.Random, taken)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(r.note(), []byte(strconv.FormatUint(uint64(next.Current()), 10)+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("noting the rotation: %w", err)
	}
	if err := next.Save(r.Path); err != nil {
		return nil, err
	}
	// Before anything is sealed under it.
	return next, r.Record.Note(ctx, next)
}

// noted returns the key that an unfinished rotation leads to, 0 for none.
func (r Rotation) noted() (uint32, error) {
	text, err := os.ReadFile(r.note())
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("reading the note of an unfinished rotation: %w", err)
	}
	version, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 32)
	if err != nil {
		return 0, fmt.Errorf("the note of an unfinished rotation, %s, holds no number; remove it to begin a new one", r.note())
	}
	return uint32(version), nil
}

func (r Rotation) note() string { return r.Path + ".rotating" }
