package access

import (
	"tenantry/customers"
	"tenantry/keys"
)

// bindingOf returns what an access token with these claims is bound to: the stored hash of
// the key or of the password behind it, whose salt is random and in the record alone. It is
// nil if the record has neither.
func bindingOf(c *customers.Customer, claims keys.TokenClaims) []byte {
	if claims.Entry > 0 {
		entry, _ := keys.Find(c.Keys, claims.Entry)
		return entry.SecretHash
	}
	for _, user := range c.Users {
		if user.ID == claims.User {
			return user.PasswordHash
		}
	}
	return nil
}
