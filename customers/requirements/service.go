package requirements

import (
	"context"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/plans"
	"tenantry/tenancy"
)

// Store is the port of customers whose planStatus changes by itself.
type Store interface {
	// DuePlans reads up to limit living customers of all tenants whose PlanDue is at
	// `now` or before, the longest due first: for the background work only.
	DuePlans(ctx context.Context, now time.Time, limit int) ([]*customers.Customer, error)
	// Scan reads up to limit living customers of all tenants behind the given id, in the
	// order of ids: for maintenance only.
	Scan(ctx context.Context, after tenancy.ID, limit int) ([]*customers.Customer, error)
	// ReservationHolder reads a reservation by its key. ErrNotFound.
	ReservationHolder(ctx context.Context, key string) (rows.Reservation, error)
	// Reserve takes a reservation that is free. Otherwise it returns the one that stands,
	// and taken is false.
	Reserve(ctx context.Context, wanted rows.Reservation) (holder rows.Reservation, taken bool, err error)
	// CompareAndSwap replaces the reservation `held` by `next` (same Key), if it still
	// stands as `held` says; ok reports whether it did.
	CompareAndSwap(ctx context.Context, held, next rows.Reservation) (ok bool, err error)
}

// Service answers what is needed. It is safe for concurrent use.
type Service struct {
	registry *registry.Registry
	view     *view.Presenter
	store    Store
	catalog  *plans.Catalog
}

// New returns a Service.
func New(r *registry.Registry, presenter *view.Presenter, store Store, catalog *plans.Catalog) *Service {
	return &Service{registry: r, view: presenter, store: store, catalog: catalog}
}

// AheadInput asks for the planStatus of a customer at another moment or under another
// plan.
type AheadInput struct {
	// Plan is the key of a plan of the catalog; empty is the customer's own.
	Plan string
	// At is an RFC 3339 moment that is not past; empty is now.
	At string
}

// Status returns the planStatus of a customer, as it is or as it would be. It returns
// NotFound, Forbidden insufficientScope, and Invalid for a plan that is not in the catalog
// and a moment that is past or none.
func (s *Service) Status(ctx context.Context, caller tenancy.Caller, id string, in AheadInput) (plans.Status, error) {
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return plans.Status{}, err
	}
	var faults fault.List
	plan, at := s.view.Plan(c), s.registry.Now()
	if in.Plan != "" {
		known := false
		if plan, known = s.catalog.Get(in.Plan); !known {
			faults.AddValue("plan", fault.BadValue, in.Plan, "must be the key of a plan; GET /v3/plans lists those that may be handed out")
		}
	}
	if in.At != "" {
		moment, err := time.Parse(time.RFC3339, in.At)
		if err != nil || moment.Before(at) || moment.After(at.AddDate(10, 0, 0)) {
			faults.AddValue("at", fault.BadValue, in.At, "must be a time such as 2026-02-03T04:05:06Z, not past and within ten years")
		}
		at = moment.UTC()
	}
	if err := faults.Err(); err != nil {
		return plans.Status{}, err
	}
	return plans.Evaluate(plan, s.view.FactsAt(c, at)), nil
}

// PlanRequirements is what a plan asks of anyone.
type PlanRequirements struct {
	Object       string        `json:"object"` // planRequirements
	Plan         string        `json:"plan"`
	PlanKey      string        `json:"planKey"`
	Requirements []plans.Asked `json:"requirements"`
}

// OfPlan returns what a plan asks of anyone of a country (ISO 3166-1 alpha-3) and an
// entity type (ISP, LLC, CORP); of either left empty, all that could be asked. It returns
// Forbidden insufficientScope, NotFound for a plan that is not in the catalog, and Invalid.
func (s *Service) OfPlan(caller tenancy.Caller, key, country, entityType string) (PlanRequirements, error) {
	if err := tenancy.AuthorizeScope(caller, tenancy.Read); err != nil {
		return PlanRequirements{}, err
	}
	plan, known := s.catalog.Get(key)
	if !known {
		return PlanRequirements{}, fault.NotFoundError()
	}
	var faults fault.List
	if country != "" {
		alpha3, found := check.Country(country)
		if !found {
			faults.AddValue("country", fault.BadValue, country, "must be a country code such as USA")
		}
		country = alpha3
	}
	switch entityType {
	case "", customers.EntityISP, customers.EntityLLC, customers.EntityCORP:
	default:
		faults.AddValue("entityType", fault.BadValue, entityType, "must be one of ISP, LLC, CORP")
	}
	if err := faults.Err(); err != nil {
		return PlanRequirements{}, err
	}
	return PlanRequirements{
		Object: "planRequirements", Plan: plan.Name, PlanKey: plan.Key,
		Requirements: plans.AskedOfAnyone(plan, country, entityType),
	}, nil
}
