package rules

import (
	"cmp"
	"time"

	"tenantry/customers/view"
)

// Field returns a field of an instrument for comparing, nil when it has none: created,
// valid, hash, and those of meta.
func (i Instrument) Field(name string) any {
	created, status, hash, meta := i.shown()
	switch name {
	case FieldCreated:
		return created
	case "valid":
		return status == view.Active
	case "hash":
		return hash
	default:
		return metaField(meta, name)
	}
}

func (i Instrument) shown() (created time.Time, status, hash string, meta []byte) {
	if i.Bank != nil {
		return time.Time(i.Bank.Created), i.Bank.Status, i.Bank.Fingerprint, i.Bank.Meta
	}
	return time.Time(i.Card.Created), i.Card.Status, i.Card.Fingerprint, i.Card.Meta
}

// CompareInstruments orders two instruments by created or hash; equal ones stay as
// they are.
func CompareInstruments(a, b Instrument, sort []SortBy) int {
	for _, by := range sort {
		var order int
		createdA, _, hashA, _ := a.shown()
		createdB, _, hashB, _ := b.shown()
		switch by.Field {
		case FieldCreated:
			order = createdA.Compare(createdB)
		case "hash":
			order = cmp.Compare(hashA, hashB)
		}
		if !by.Ascending {
			order = -order
		}
		if order != 0 {
			return order
		}
	}
	return 0
}
