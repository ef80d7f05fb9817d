package keys

import (
	"encoding/binary"
	"hash/crc32"

	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// The layout of a key's text, in characters: `sk_live_`, then the name of the key
// (tenant, customer, entry number), then its random part, then a checksum of everything
// before it. Every part has a fixed width, so that secret scanners can match it.
const (
	prefixLength   = 8
	nameBytes      = 28
	nameLength     = nameBytes / blockBytes * blockDigits
	randomBytes    = 21
	randomLength   = randomBytes / blockBytes * blockDigits
	checksumLength = 6

	randomStart = prefixLength + nameLength
	checksumAt  = randomStart + randomLength
	textLength  = checksumAt + checksumLength
)

// Presented is a well-formed key that a caller showed; nothing of it is verified yet. Its
// text is whole and canonical: a key has exactly one text. The zero value is no key and
// is refused everywhere.
type Presented struct {
	Kind Kind
	Mode Mode
	// Ref is the customer whose record holds the entry.
	Ref tenancy.Ref
	// Entry is the number of the entry in that record, at least 1.
	Entry int32

	text secret.Text
}

// Parse reads the text of a key: shape and checksum only, without a look-up or a slow
// hash. It returns Unauthenticated invalidCredentials for everything that Minter cannot
// have written.
func Parse(text secret.Text) (Presented, error) {
	s := text.Reveal()
	if len(s) != textLength || s[2] != '_' || s[7] != '_' {
		return Presented{}, badKey()
	}
	p := Presented{Kind: Kind(s[:2]), Mode: Mode(s[3:7]), text: text}
	if !knownKind(p.Kind) || !knownMode(p.Mode) {
		return Presented{}, badKey()
	}
	checksum, ok := readDigits(s[checksumAt:])
	if !ok || checksum != uint64(crc32.ChecksumIEEE([]byte(s[:checksumAt]))) {
		return Presented{}, badKey()
	}
	var name [nameBytes]byte
	var random [randomBytes]byte
	if !decodeBlocks(name[:], s[prefixLength:randomStart]) || !decodeBlocks(random[:], s[randomStart:checksumAt]) {
		return Presented{}, badKey()
	}
	copy(p.Ref.Tenant[:], name[:12])
	copy(p.Ref.ID[:], name[12:24])
	p.Entry = int32(binary.BigEndian.Uint32(name[24:])) //nolint:gosec // a set top bit shows as a negative number, refused below
	if !nameable(p.Ref, p.Entry) {
		return Presented{}, badKey()
	}
	return p, nil
}

// compose writes the text that Parse reads; random has randomBytes bytes.
func compose(kind Kind, mode Mode, ref tenancy.Ref, entry int32, random []byte) string {
	name := make([]byte, 0, nameBytes)
	name = append(name, ref.Tenant[:]...)
	name = append(name, ref.ID[:]...)
	name = binary.BigEndian.AppendUint32(name, uint32(entry)) //nolint:gosec // positive, see nameable
	out := make([]byte, 0, textLength)
	out = append(out, kind...)
	out = append(out, '_')
	out = append(out, mode...)
	out = append(out, '_')
	out = encodeBlocks(out, name)
	out = encodeBlocks(out, random)
	var checksum [checksumLength]byte
	writeDigits(checksum[:], uint64(crc32.ChecksumIEEE(out)))
	return string(append(out, checksum[:]...))
}

// nameable reports whether a key can carry the name; no customer has a zero id.
func nameable(ref tenancy.Ref, entry int32) bool {
	return !ref.Tenant.IsZero() && !ref.ID.IsZero() && entry >= 1
}

// random returns the part of the text that bcrypt sees, empty for the zero value.
func (p Presented) random() string {
	s := p.text.Reveal()
	if len(s) != textLength {
		return ""
	}
	return s[randomStart:checksumAt]
}
