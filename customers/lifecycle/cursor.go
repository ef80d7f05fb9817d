package lifecycle

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"tenantry/customers"
)

// cursorLabel identifies a list: whose, with which filters, in which order.
func cursorLabel(q customers.Query) string {
	q.Limit, q.Offset, q.After, q.Count = 0, 0, nil, false
	identity, _ := json.Marshal(q) // plain data: cannot fail
	sum := sha256.Sum256(identity)
	return "cursor:" + base64.RawURLEncoding.EncodeToString(sum[:])
}
