package events

import (
	"context"
	"encoding/json"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// eventExported is the type of the event of an export.
const eventExported = "data.exported"

// Export is what leaves the installation at once, by a file or a stream.
type Export struct {
	// Of names what is exported: customers, events, everything.
	Of string `json:"of"`
	// Format is that of the file: json, csv.
	Format string `json:"format"`
	// Unmasked says that sensitive fields leave in full.
	Unmasked bool `json:"unmasked,omitempty"`
	// Reason is what the caller gave as one.
	Reason string `json:"-"`
}

// RecordExport writes into the trail of the subject that data of it and of everyone below
// it leave. Whatever exports calls it before the first byte, and exports nothing if it
// fails. It returns Forbidden insufficientScope, and Invalid for an export of nothing.
func (s *Service) RecordExport(ctx context.Context, caller tenancy.Caller, export Export) error {
	need := tenancy.Read
	if export.Unmasked {
		need |= tenancy.Unmask
	}
	c, err := s.registry.Read(ctx, caller, "", tenancy.Need{Scope: need})
	if err != nil {
		return err
	}
	if export.Of == "" || export.Format == "" {
		return fault.New(fault.Invalid, fault.CodeValidation, "say what is exported, and in which format")
	}
	about, err := json.Marshal(map[string]Export{"export": export})
	if err != nil {
		return err
	}
	return s.registry.Audit(ctx, c, customers.Event{
		Type: eventExported, Actor: registry.Stored(caller.Actor).ID, Subject: c.ID, Credential: caller.Credential.ID,
		Reason: export.Reason, About: about,
	})
}

// eventImported is the type of the event of an import.
const eventImported = "data.imported"

// Import is what comes from another installation at once.
type Import struct {
	// Installation is where it was exported, and Customers how many the file has.
	Installation tenancy.ID `json:"installation"`
	Customers    int64      `json:"customers"`
}

// RecordImport writes into the trail of the subject that customers come below it. Whatever
// imports calls it before the first write. It returns Forbidden insufficientScope.
func (s *Service) RecordImport(ctx context.Context, caller tenancy.Caller, made Import) error {
	c, err := s.registry.Read(ctx, caller, "", tenancy.Need{Scope: tenancy.Full})
	if err != nil {
		return err
	}
	about, err := json.Marshal(map[string]Import{"import": made})
	if err != nil {
		return err
	}
	return s.registry.Audit(ctx, c, customers.Event{
		Type: eventImported, Actor: registry.Stored(caller.Actor).ID, Subject: c.ID, Credential: caller.Credential.ID, About: about,
	})
}
