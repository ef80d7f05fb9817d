package transfer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"tenantry/tenancy"
)

// Format is the version of the format that this program writes and reads.
const Format = 1

// The kinds of line, in the order in which they come.
const (
	kindHeader      = "tenantry export"
	kindCustomer    = "customer"
	kindFile        = "file"
	kindActivity    = "activity"
	kindEvent       = "event"
	kindDelivery    = "delivery"    // of a move alone
	kindReservation = "reservation" // of a move alone
	kindEnd         = "end"
)

// The ways in which sealed values stand in an export.
const (
	// ByPassphrase and ByRecipient are sealed under a key of the file, which opens with a
	// passphrase or with an identity of age.
	ByPassphrase = "passphrase"
	ByRecipient  = "recipient"
	// LeftOut has none of them.
	LeftOut = "leftOut"
	// ByRing are sealed as they are stored: for a move, which takes the key ring along.
	ByRing = "ring"
)

// Counts are how many lines an export has of each kind.
type Counts struct {
	Customers    int64 `json:"customers"`
	Files        int64 `json:"files"`
	Activities   int64 `json:"activities"`
	Events       int64 `json:"events"`
	Deliveries   int64 `json:"deliveries,omitempty"`
	Reservations int64 `json:"reservations,omitempty"`
}

// All returns how many lines there are.
func (c Counts) All() int64 {
	return c.Customers + c.Files + c.Activities + c.Events + c.Deliveries + c.Reservations
}

// of returns the count of a kind of line, nil for a kind that is not counted.
func (c *Counts) of(kind string) *int64 {
	switch kind {
	case kindCustomer:
		return &c.Customers
	case kindFile:
		return &c.Files
	case kindActivity:
		return &c.Activities
	case kindEvent:
		return &c.Events
	case kindDelivery:
		return &c.Deliveries
	case kindReservation:
		return &c.Reservations
	}
	return nil
}

// Header is the first line of an export.
type Header struct {
	Kind string `json:"kind"`
	// Format is the version of the format, Schema that of the stored records.
	Format int   `json:"format"`
	Schema int64 `json:"schema"`
	// Program is the release that wrote it.
	Program string `json:"program"`
	// Installation is where it is from, Ring the name of its key ring, and Operator the
	// customer at its root.
	Installation tenancy.ID `json:"installation"`
	Ring         string     `json:"ring"`
	Mode         string     `json:"mode"`
	Operator     tenancy.ID `json:"operator"`
	// Customer is the one that was exported with all below it; absent for all customers.
	Customer tenancy.ID `json:"customer,omitzero"`
	Time     time.Time  `json:"time"`
	Sealed   Sealing    `json:"sealed"`
	// Counts are those at the beginning; those of the last line count.
	Counts Counts `json:"counts"`
}

// Sealing says how sealed values stand in an export.
type Sealing struct {
	By string `json:"by"`
	// Key is the key of the file, encrypted by age, in its text form.
	Key string `json:"key,omitempty"`
}

// line is any line between the first and the last.
type line struct {
	Kind string `json:"kind"`
	// Depth is how many customers are above a customer.
	Depth int `json:"depth,omitempty"`
	// Customer, Document and ID name the piece of a file, Digest is the SHA-256 of its
	// bytes, and Box has them sealed.
	Customer tenancy.ID `json:"customer,omitzero"`
	Document tenancy.ID `json:"document,omitzero"`
	ID       tenancy.ID `json:"id,omitzero"`
	Digest   string     `json:"sha256,omitempty"`
	Box      []byte     `json:"box,omitempty"`
	// Record is the stored document in canonical MongoDB Extended JSON.
	Record json.RawMessage `json:"record,omitempty"`

	// turn is the place of a customer among the lines of an import.
	turn *turn
}

// Loss is how many values of one kind an export left out, and of how many customers.
type Loss struct {
	What      string `json:"what"`
	Values    int64  `json:"values"`
	Customers int64  `json:"customers"`
	// Why says why it is left out whatever key seals the file; empty for what would be broken
	// without its sealed part.
	Why string `json:"why,omitempty"`
}

// End is the last line of an export.
type End struct {
	Kind   string `json:"kind"`
	Counts Counts `json:"counts"`
	// Lost is what was left out.
	Lost []Loss `json:"lost,omitempty"`
	// Digest is the SHA-256 of all bytes before this line.
	Digest string `json:"sha256"`
}

// BadFileError is returned for a file that is no whole export.
type BadFileError struct{ Text string }

// Error returns the text.
func (e *BadFileError) Error() string { return e.Text }

func badFile(text string, arguments ...any) error {
	return &BadFileError{Text: fmt.Sprintf(text, arguments...)}
}

// readHeader reads the first line.
func readHeader(text []byte) (h Header, err error) {
	if json.Unmarshal(text, &h) != nil || h.Kind != kindHeader {
		return h, badFile("it does not begin as an export does")
	}
	if h.Format != Format {
		return h, badFile("it has format %d, and this program reads format %d", h.Format, Format)
	}
	return h, nil
}

// ReadEnd reads a line as the last one of an export; ok is false for any other.
func ReadEnd(text []byte) (e End, ok bool) {
	if !bytes.HasPrefix(text, []byte(`{"kind":"`+kindEnd+`"`)) {
		return e, false
	}
	return e, json.Unmarshal(text, &e) == nil
}
