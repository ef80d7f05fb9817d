package keys

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"golang.org/x/crypto/bcrypt"

	"tenantry/internal/secret"
)

// DefaultPasswordCost is the bcrypt cost for passwords. People choose them, so they can
// be guessed, and each guess has to be slow. A hash keeps the cost that it was made with:
// after a change of cost, log-ins of users with an older password take as long as before,
// which distinguishes them from unknown names until the password is set anew.
const DefaultPasswordCost = 12

// decoyTail is salt and digest of a hash that belongs to no user. It does no harm if its
// input is found: such a log-in is refused whatever the comparison says.
const decoyTail = "qYRHx0p8aQYEnMrqiAlxRuX1zIpzma/WwUpeduFlbgV9TlJpgMvDW"

// decoyHash returns what is compared where there is no user, so that an unknown name
// takes as long as a wrong password: it has the cost at which passwords are hashed now.
func decoyHash(cost int) []byte { return fmt.Appendf(nil, "$2a$%02d$%s", cost, decoyTail) }

// HashPassword returns the hash to store: bcrypt at the given cost, 4 to 31, over
// base64(SHA-256(password)). The digest is there because bcrypt takes no more than 72
// bytes, and is in base64 because bcrypt stops at a zero byte. A server hashes through
// Verifier.HashPassword, which bounds how many hashes run at once.
func HashPassword(password secret.Text, cost int) ([]byte, error) {
	if cost < bcrypt.MinCost || cost > bcrypt.MaxCost {
		return nil, fmt.Errorf("hashing a password: bcrypt cost %d is not between %d and %d", cost, bcrypt.MinCost, bcrypt.MaxCost)
	}
	hash, err := bcrypt.GenerateFromPassword(passwordInput(password), cost)
	if err != nil {
		return nil, fmt.Errorf("hashing a password: %w", err)
	}
	return hash, nil
}

// passwordInput returns what bcrypt sees of a password, always 44 bytes.
func passwordInput(password secret.Text) []byte {
	digest := sha256.Sum256([]byte(password.Reveal()))
	return base64.StdEncoding.AppendEncode(nil, digest[:])
}
