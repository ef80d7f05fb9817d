package plans

// Quota is the name of something that a plan bounds, as requests and refusals write it.
type Quota string

// The quotas.
const (
	// Customers are the living customers below a customer of the plan, at any depth.
	Customers Quota = "customers"
	// Keys are the live keys of a customer of the plan; a pair counts once.
	Keys Quota = "keys"
	// Webhooks are the webhooks of a customer of the plan, disabled ones too.
	Webhooks Quota = "webhooks"
	// DocumentBytes are the bytes of the documents that are kept of a customer of the plan.
	DocumentBytes Quota = "documentBytes"
)

// AllQuotas returns the names of all quotas, in the order in which they are listed.
func AllQuotas() []Quota { return []Quota{Customers, Keys, Webhooks, DocumentBytes} }

// Quotas are the most of each that a plan allows; 0 is no limit beside those of the
// service itself.
type Quotas struct {
	Customers     int64 `json:"customers,omitempty"`
	Keys          int64 `json:"keys,omitempty"`
	Webhooks      int64 `json:"webhooks,omitempty"`
	DocumentBytes int64 `json:"documentBytes,omitempty"`
}

// Of returns the limit of one quota, 0 for none.
func (q Quotas) Of(name Quota) int64 {
	if limit := q.limit(name); limit != nil {
		return *limit
	}
	return 0
}

// Set sets the limit of one quota, and reports whether there is such a quota.
func (q *Quotas) Set(name Quota, limit int64) bool {
	to := q.limit(name)
	if to != nil {
		*to = limit
	}
	return to != nil
}

func (q *Quotas) limit(name Quota) *int64 {
	switch name {
	case Customers:
		return &q.Customers
	case Keys:
		return &q.Keys
	case Webhooks:
		return &q.Webhooks
	case DocumentBytes:
		return &q.DocumentBytes
	default:
		return nil
	}
}
