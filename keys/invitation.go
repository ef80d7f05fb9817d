package keys

import (
	"time"

	"tenantry/tenancy"
)

// Invitation is what a user who was invited by link still has to accept.
type Invitation struct {
	// Digest is the SHA-256 of the random part of the link, which is stored nowhere.
	Digest  []byte    `bson:"digest"`
	Expires time.Time `bson:"expires"`
	// By is the customer whose credential, the CreatedBy of the user, made the link;
	// zero where nobody revokes that credential.
	By tenancy.ID `bson:"by,omitempty"`
	// Generation is the token generation of the user who made it, so that it ends with
	// that user's access tokens.
	Generation int32 `bson:"generation,omitempty"`
}
