package customers

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
)

// bookmark is what a cursor holds: the last row of a page, and how many rows the
// list had when it began.
type bookmark struct {
	After Position
	Total int64
}

// cursorLabel identifies a list: whose, with which filters, in which order.
func cursorLabel(q Query) string {
	q.Limit, q.Offset, q.After, q.Count = 0, 0, nil, false
	identity, _ := json.Marshal(q) // plain data: cannot fail
	sum := sha256.Sum256(identity)
	return "cursor:" + base64.RawURLEncoding.EncodeToString(sum[:])
}
