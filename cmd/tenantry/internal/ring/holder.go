package ring

import (
	"io"
	"sync/atomic"
	"time"

	"tenantry/customers/registry"
	"tenantry/internal/seal"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// Holder is the sealer of a service: it passes calls to the ring it holds at the moment.
// It is safe for concurrent use.
type Holder struct{ held atomic.Pointer[seal.Ring] }

var _ registry.Sealer = (*Holder)(nil)

// Hold makes a holder of a ring.
func Hold(r *seal.Ring) *Holder {
	var h Holder
	h.held.Store(r)
	return &h
}

// Ring returns the ring that is held.
func (h *Holder) Ring() *seal.Ring { return h.held.Load() }

// Exchange replaces the ring. Calls under way finish with the old one.
func (h *Holder) Exchange(r *seal.Ring) { h.held.Store(r) }

// Seal encrypts plain so that it opens for this customer, part and kind only.
func (h *Holder) Seal(ref tenancy.Ref, part tenancy.ID, kind string, plain secret.Text) ([]byte, error) {
	return h.Ring().Seal(ref, part, kind, plain)
}

// Unseal opens what Seal made.
func (h *Holder) Unseal(ref tenancy.Ref, part tenancy.ID, kind string, sealed []byte) (secret.Text, error) {
	return h.Ring().Unseal(ref, part, kind, sealed)
}

// IsCurrent reports whether sealed was made with the newest key.
func (h *Holder) IsCurrent(sealed []byte) bool { return h.Ring().IsCurrent(sealed) }

// Fingerprint returns a text that is equal for equal values of one kind within one
// tenant.
func (h *Holder) Fingerprint(tenant tenancy.ID, kind string, value secret.Text) string {
	return h.Ring().Fingerprint(tenant, kind, value)
}

// Fingerprinting returns the Fingerprint of what is written, once all of it is.
func (h *Holder) Fingerprinting(tenant tenancy.ID, kind string) (io.Writer, func() string) {
	return h.Ring().Fingerprinting(tenant, kind)
}

// Relink returns a stored fingerprint as Fingerprint makes it now.
func (h *Holder) Relink(tenant tenancy.ID, fingerprint string) (string, error) {
	return h.Ring().Relink(tenant, fingerprint)
}

// EachSigningKey calls visit with the keys of access tokens, the one that signs first.
func (h *Holder) EachSigningKey(visit func(number uint32, key []byte, created, ended time.Time)) {
	h.Ring().EachSigningKey(visit)
}

// SealBox encrypts bytes under key, or under the ring's own when key is nil.
func (h *Holder) SealBox(key []byte, label string, plain []byte) ([]byte, error) {
	return h.Ring().SealBox(key, label, plain)
}

// OpenBox opens what SealBox made.
func (h *Holder) OpenBox(key []byte, label string, box []byte) ([]byte, error) {
	return h.Ring().OpenBox(key, label, box)
}
