package tenancy

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"
)

// ID identifies one record: 12 bytes, written as 24 lower-case hexadecimal digits (the
// form of an ObjectID). Every ID is well-formed.
type ID [12]byte

// ErrBadID is returned for a text that is not an id. At the edge it becomes "not found".
var ErrBadID = errors.New("not a 24-digit lower-case hexadecimal id")

// ParseID reads an id strictly: exactly 24 lower-case hexadecimal digits, not all zero.
// It returns ErrBadID for everything else.
func ParseID(text string) (ID, error) {
	var id ID
	if len(text) != 2*len(id) {
		return ID{}, ErrBadID
	}
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return ID{}, ErrBadID
		}
	}
	if _, err := hex.Decode(id[:], []byte(text)); err != nil || id.IsZero() {
		return ID{}, ErrBadID
	}
	return id, nil
}

// NewID makes an id that grows with time: four bytes of seconds and two of their
// fraction, so that new records lie beside each other in an index and the events of one
// customer are in order; the other six bytes are random.
func NewID(now time.Time, random io.Reader) (ID, error) {
	var id ID
	binary.BigEndian.PutUint32(id[:4], uint32(now.Unix()))           //nolint:gosec // wraps in 2106, harmlessly
	fraction := uint64(now.Nanosecond()) << 16 / uint64(time.Second) //nolint:gosec // not negative
	binary.BigEndian.PutUint16(id[4:6], uint16(fraction))            //nolint:gosec // below 1<<16: a fraction of a second
	if _, err := io.ReadFull(random, id[6:]); err != nil {
		return ID{}, fmt.Errorf("reading randomness for an id: %w", err)
	}
	return id, nil
}

// String returns the 24 digits.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// IsZero reports whether id is the zero value, which identifies no record.
func (id ID) IsZero() bool { return id == ID{} }

// MarshalText implements encoding.TextMarshaler; it returns the 24 digits.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler, as strictly as ParseID.
func (id *ID) UnmarshalText(text []byte) error {
	parsed, err := ParseID(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}
