package doctor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/tenancy"
)

// Level says how bad a finding is.
type Level string

// The levels.
const (
	// OK is as it should be.
	OK Level = "ok"
	// Warning needs a look, and harms nothing yet.
	Warning Level = "warning"
	// Fault is wrong.
	Fault Level = "fault"
)

// Finding is what one check found.
type Finding struct {
	Check string `json:"check"`
	Level Level  `json:"level"`
	// Text says what is so, and Remedy what to do about it.
	Text   string `json:"text"`
	Remedy string `json:"remedy,omitempty"`
	// Mended says what was wrong and is mended; Level and Text are of what remains.
	Mended string `json:"mended,omitempty"`
}

// Report is what an examination found: one finding for each check.
type Report struct {
	Findings []Finding `json:"findings"`
	// Digest is that of all customers, if it was asked for.
	Digest string `json:"digest,omitempty"`
}

// Worst returns the worst level of all findings.
func (r Report) Worst() Level {
	worst := OK
	for _, f := range r.Findings {
		if f.Level == Fault || f.Level == Warning && worst == OK {
			worst = f.Level
		}
	}
	return worst
}

// Store is what is examined.
type Store interface {
	store.Examined
	registry.Skewed
	// Get reads one living customer. ErrNotFound.
	Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error)
	// GetAnywhere reads one living customer of any tenant. ErrNotFound.
	GetAnywhere(ctx context.Context, id tenancy.ID) (*customers.Customer, error)
	// Tombstone reads what an erasure left. ErrNotFound, also for a living customer.
	Tombstone(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error)
	// Reserve takes a reservation that is free. Otherwise it returns the one that stands.
	Reserve(ctx context.Context, wanted rows.Reservation) (holder rows.Reservation, taken bool, err error)
	// ReservationHolder reads a reservation by its key. ErrNotFound.
	ReservationHolder(ctx context.Context, key string) (rows.Reservation, error)
	// Release removes the reservation, if it still stands as held says. Else nothing.
	Release(ctx context.Context, held rows.Reservation) error
	// Document reads the sealed bytes of a document. ErrNotFound.
	Document(ctx context.Context, ref tenancy.Ref, id tenancy.ID) ([]byte, error)
	// RemoveDocument removes the bytes of a document.
	RemoveDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID) error
}

// Options say what is examined, and how.
type Options struct {
	Store Store
	// Opener opens what is sealed.
	Opener Opener
	// Current is the number of the key that seals.
	Current uint32
	// Relay moves the events of all outboxes into the log.
	Relay func(ctx context.Context) (int, error)
	// Intact returns why the store, the key ring and the settings do not belong together;
	// nil if they do.
	Intact func(ctx context.Context) error
	// Places are the files whose modes are looked at, Disk the directory whose file system
	// must have room, and Size how many bytes the store takes there; empty for none.
	Places []Place
	Disk   string
	Size   int64
	// Serving reports that a service works on the store meanwhile.
	Serving bool
	// Fix mends what can be mended, Digest makes the digest of all customers.
	Fix, Digest bool
	Now         func() time.Time
	// Progress is told how many records a part of the work has read; nil for nobody.
	Progress func(work string, done int)
}

// check is one check: what it found, as of the records that were read.
type check struct {
	name    string
	examine func(ctx context.Context, e *examination) (Finding, error)
}

// checks returns all checks in the order in which they are shown. What one of them mends,
// those behind it may need.
func checks() []check {
	return []check{
		{"installation", checkInstallation},
		{"integrity", checkIntegrity},
		{"indexes", checkIndexes},
		{"records", checkRecords},
		{"children", checkChildren},
		{"references", checkReferences},
		{"reservations", checkReservations},
		{"outboxes", checkOutboxes},
		{"events", checkEvents},
		{"files", checkFiles},
		{"sealed", checkSealed},
		{"clock", checkClock},
		{"disk", checkDisk},
		{"modes", checkModes},
	}
}

// Names returns the names of all checks in the order in which they are shown.
func Names() []string {
	var names []string
	for _, c := range checks() {
		names = append(names, c.name)
	}
	return names
}

// Examine runs all checks. It returns an error if the store cannot be read at all; a check
// that fails is a fault of its own.
func Examine(ctx context.Context, o Options, found func(Finding)) (Report, error) {
	if o.Progress == nil {
		o.Progress = func(string, int) {}
	}
	e := &examination{Options: o, began: o.Now()}
	// It reads the whole file, so it goes along with the reading of the records.
	structure := make(chan error, 1)
	reading, stop := context.WithCancel(ctx)
	defer stop()
	go func() { structure <- e.integrity(reading) }()
	err := e.gather(ctx)
	if err != nil {
		stop()
	}
	e.structure = <-structure
	if err != nil {
		return Report{}, err
	}
	report := Report{}
	for _, c := range checks() {
		f, err := c.examine(ctx, e)
		if ctx.Err() != nil {
			return report, ctx.Err()
		}
		if err != nil {
			f = Finding{Level: Fault, Text: "it could not be examined: " + err.Error(), Remedy: "look at the log, and run this again"}
		}
		f.Check = c.name
		report.Findings = append(report.Findings, f)
		found(f)
	}
	if o.Digest {
		report.Digest = e.digest.text()
	}
	return report, nil
}

// integrity has the engine check its own structure, on a survey of its own.
func (e *examination) integrity(ctx context.Context) (err error) {
	survey, err := e.Store.Survey(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, survey.Close()) }()
	return survey.Integrity(ctx)
}

func fine(text string, arguments ...any) (Finding, error) {
	return Finding{Level: OK, Text: fmt.Sprintf(text, arguments...)}, nil
}

func warning(remedy, text string, arguments ...any) (Finding, error) {
	return Finding{Level: Warning, Text: fmt.Sprintf(text, arguments...), Remedy: remedy}, nil
}

func faulty(remedy, text string, arguments ...any) (Finding, error) {
	return Finding{Level: Fault, Text: fmt.Sprintf(text, arguments...), Remedy: remedy}, nil
}

// withFix is the remedy of what --fix mends.
const withFix = "run `tenantry doctor --fix`"
