package keys

import (
	"hash"
	"sync"
	"sync/atomic"
)

// Compose writes the text of a key, valid or not, with a correct checksum.
var Compose = compose

// Lengths of the parts of a key's text, for tests that aim at one of them.
const (
	RandomStart  = randomStart
	RandomLength = randomLength
	ChecksumAt   = checksumAt
	KeysPerSlot  = keysPerSlot
	KeptDead     = keptDead

	PasswordsPerSlot = passwordsPerSlot
)

// DecoyHash returns the hash that v compares where there is no user.
func (v *Verifier) DecoyHash() []byte { return v.decoyHash }

// WrapCompare puts wrap around the slow hash of v. Call it before v is used.
func (v *Verifier) WrapCompare(wrap func(compare func(hash, input []byte) error) func(hash, input []byte) error) {
	v.compare = wrap(v.compare)
}

// Read returns the claims of a token without using the memory of earlier ones.
func (t *Tokens) Read(text string) (Token, error) { return t.read(text) }

// CountDigests counts the keyed digests that v makes, those of tags among them, from now
// on. Call it before v is used.
func (v *Verifier) CountDigests() *atomic.Int64 {
	made := &atomic.Int64{}
	for _, of := range []*digests{v.digests, v.tags.digests} {
		fresh := of.pool.New
		of.pool = sync.Pool{New: func() any {
			h := fresh().(*hasher)
			h.mac = countedHash{h.mac, made}
			return h
		}}
	}
	return made
}

// countedHash counts the sums that a hash makes.
type countedHash struct {
	hash.Hash
	made *atomic.Int64
}

func (c countedHash) Sum(b []byte) []byte {
	c.made.Add(1)
	return c.Hash.Sum(b)
}
