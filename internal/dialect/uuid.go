package dialect

import (
	"encoding/hex"
	"strings"

	"tenantry/tenancy"
)

// UUID writes an id as a UUID of version 8 (RFC 9562, custom): its first six bytes,
// four that never differ, its last six. UUIDs of one second are in the order of
// their ids.
func UUID(id tenancy.ID) string {
	return hex.EncodeToString(id[0:4]) + "-" + hex.EncodeToString(id[4:6]) + "-8000-8000-" + hex.EncodeToString(id[6:12])
}

// ParseUUID reads what UUID wrote, in capitals too; ok is false for any other text,
// be it a UUID: it names nothing.
func ParseUUID(text string) (id tenancy.ID, ok bool) {
	text = strings.ToLower(text)
	if len(text) != 36 || text[8] != '-' || text[13:24] != "-8000-8000-" {
		return tenancy.ID{}, false
	}
	id, err := tenancy.ParseID(text[0:8] + text[9:13] + text[24:])
	return id, err == nil
}
