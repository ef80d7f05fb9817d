package dialect

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"tenantry/tenancy"
)

// UUID writes an id as a UUID of version 8 (RFC 9562, custom): its first six bytes,
// four that never differ, its last six. UUIDs of one second are in the order of
// their ids.
func UUID(id tenancy.ID) string {
	return hex.EncodeToString(id[0:4]) + "-" + hex.EncodeToString(id[4:6]) + "-8000-8000-" + hex.EncodeToString(id[6:12])
}

// maxPart is the highest number of a part.
const maxPart = 0xfff

// PartUUID writes the id of the n-th of the things that one id stands for, from 0 to
// 4095, such as the topics of an event: UUID with the number in its fourth group. The
// first one has the UUID of the id itself.
func PartUUID(id tenancy.ID, n int) string {
	text := UUID(id)
	return text[:20] + fmt.Sprintf("%03x", n&maxPart) + text[23:]
}

// ParsePartUUID reads what PartUUID wrote, in capitals too; ok is false for any other
// text.
func ParsePartUUID(text string) (id tenancy.ID, n int, ok bool) {
	if len(text) != 36 {
		return tenancy.ID{}, 0, false
	}
	number, err := strconv.ParseUint(text[20:23], 16, 12)
	if err != nil {
		return tenancy.ID{}, 0, false
	}
	id, ok = ParseUUID(text[:20] + "000" + text[23:])
	return id, int(number), ok
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
