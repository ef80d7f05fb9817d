package access

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/keys"
	"tenantry/tenancy"
)

// maxRefusals bounds the refused attempts to act for another that one actor may leave in
// the audit trail per minute, so that a stranger cannot flood it.
const maxRefusals = 30

// auditSignIn records for whom an access token was issued, and by which credential.
func (s *Service) auditSignIn(ctx context.Context, c *customers.Customer, kind, credential string) error {
	return s.registry.Audit(ctx, c, customers.Event{Type: kind, Actor: c.ID, Subject: c.ID, Credential: credential, About: aboutCredential(c, credential)})
}

// aboutCredential names the key or the user that an access token is issued to.
func aboutCredential(c *customers.Customer, credential string) json.RawMessage {
	about := map[string]any{}
	if entry, isKey := keys.FindID(c.ID, c.Keys, credential); isKey {
		about["key"] = registry.KeyOf(c.ID, entry)
	} else if id, err := tenancy.ParseID(credential); err == nil {
		if user, found := userWith(c, id); found {
			about["user"] = aboutUser{ID: user.ID, Role: user.Role, Active: user.Active}
		}
	}
	text, _ := json.Marshal(about) // plain data: cannot fail
	return text
}

// auditRefusal records that a good credential asked for a subject out of its
// reach. What it asked for stands in the changes.
func (s *Service) auditRefusal(ctx context.Context, caller tenancy.Caller, subjectID string) error {
	actor := registry.Stored(caller.Actor)
	if caller.Credential.Kind == tenancy.LocalSocket || !s.refusals.admit(actor.ID, s.clock()) {
		return nil
	}
	if _, err := tenancy.ParseID(subjectID); err != nil {
		subjectID = "" // not an id: other texts stay out of the trail
	}
	wanted, err := json.Marshal(map[string]string{"subject": subjectID})
	if err != nil {
		return err
	}
	return s.registry.Audit(ctx, actor, customers.Event{
		Type: "access.refused", Actor: actor.ID, Subject: actor.ID, Credential: caller.Credential.ID, Changes: wanted,
	})
}

// refusals counts by actor within the current minute.
type refusals struct {
	mu     sync.Mutex
	minute time.Time
	counts map[tenancy.ID]int
}

func (r *refusals) admit(actor tenancy.ID, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if minute := now.Truncate(time.Minute); !minute.Equal(r.minute) || r.counts == nil {
		r.minute, r.counts = minute, make(map[tenancy.ID]int)
	}
	if _, known := r.counts[actor]; !known && len(r.counts) >= maxTargets {
		return false
	}
	r.counts[actor]++
	return r.counts[actor] <= maxRefusals
}
