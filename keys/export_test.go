package keys

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
