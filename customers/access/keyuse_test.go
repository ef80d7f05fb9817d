package access_test

import (
	"testing"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/keys"
)

// An entry from before there were tags gets them at its next good use, by the flush of
// the notes and without a version or an event; a read writes nothing, and a wrong key
// brings none.
func TestOldKeysGetTheirTags(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	var pair keys.Pair
	id := h.Row(h.Cove, "Old", func(c *customers.Customer) {
		entry, made, err := keys.Minter{Mode: keys.Test}.Pair(t.Context(), c.Ref(), 1, c.Created)
		testkit.Must(t, err)
		c.Keys, c.KeyCount, pair = []keys.Entry{entry}, 1, made
	})
	wrong := forged(h, testkit.Party{ID: id})
	show := func(p access.Presented) error {
		p.SubjectID = id
		_, err := h.Svc.Access.Authenticate(t.Context(), p)
		return err
	}
	testkit.Refused(t, show(access.Presented{Bearer: wrong.Secret}), fault.Unauthenticated, fault.CodeCredentials)
	testkit.Must(t, h.Svc.Access.FlushKeyUse(t.Context()))
	before := h.Record(id)
	if before.Keys[0].SecretTag != nil {
		t.Fatal("a wrong key brought a tag")
	}
	for range 2 {
		testkit.Must(t, show(access.Presented{Bearer: pair.Secret}))
		testkit.Must(t, show(access.Presented{Publishable: pair.Publishable}))
	}
	if !h.Stands(before) {
		t.Fatal("a read was a write")
	}
	testkit.Must(t, h.Svc.Access.FlushKeyUse(t.Context()))
	after := h.Record(id)
	if entry := after.Keys[0]; len(entry.SecretTag) != 8 || len(entry.PublishableTag) != 8 {
		t.Errorf("the tags are %x and %x", entry.SecretTag, entry.PublishableTag)
	}
	if after.Version != before.Version || len(after.Outbox) != len(before.Outbox) {
		t.Errorf("tagging moved version %d to %d", before.Version, after.Version)
	}
	testkit.Must(t, show(access.Presented{Bearer: pair.Secret}))
	testkit.Refused(t, show(access.Presented{Bearer: wrong.Secret}), fault.Unauthenticated, fault.CodeCredentials)
	testkit.Must(t, h.Svc.Access.FlushKeyUse(t.Context()))
}

// What is minted has its tags from the start.
func TestNewKeysHaveTags(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	h.Mint(h.Cove, 0, "read")
	for _, entry := range h.Record(h.Cove.ID).Keys {
		if len(entry.SecretTag) != 8 || entry.Restricted == (len(entry.PublishableTag) == 8) {
			t.Errorf("key %d has the tags %x and %x", entry.Number, entry.SecretTag, entry.PublishableTag)
		}
	}
}
