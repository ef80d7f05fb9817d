package transfer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenantry/customers"
	"tenantry/customers/evidence"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/doctor"
	"tenantry/internal/secret"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// customer imports a customer.
func (m *importing) customer(ctx context.Context, l line) (outcome, tenancy.ID, error) {
	c, err := recordOf(l.Record, codec.Decode, codec.Encode)
	if err != nil {
		return left, tenancy.ID{}, err
	}
	if c.Parent.IsZero() && m.root != nil && (c.ID != m.root.ID || m.under != nil) {
		return left, c.ID, nil // this installation has its own
	}
	var above *customers.Customer
	if !c.Parent.IsZero() {
		if above, err = m.above(ctx, c); err != nil {
			return left, c.ID, err
		}
	}
	keyless, planned, err := m.adapt(c, above)
	if err != nil {
		return left, c.ID, err
	}
	became, err := m.stand(ctx, l.turn, c, above, planned)
	p := &place{ref: c.Ref(), path: c.Path}
	if errors.Is(err, errStands) {
		// What is below it may come all the same; what belongs to it may not.
		p.foreign = true
		m.put(c.ID, p)
	}
	if err != nil || became == left {
		return became, c.ID, err
	}
	if m.DryRun && became == made {
		if err := m.virtually(p, c); err != nil {
			return left, c.ID, err
		}
	}
	m.put(c.ID, p)
	if c.Parent.IsZero() && became == made {
		if err := m.act(ctx, p); err != nil {
			return left, c.ID, err
		}
	}
	if keyless && became == made {
		m.mutex.Lock()
		m.report.Keyless++
		m.mutex.Unlock()
	}
	return became, c.ID, nil
}

// virtually notes of a customer that a dry run would have made what later lines ask.
func (m *importing) virtually(p *place, c *customers.Customer) (err error) {
	p.virtual = &customers.Customer{ID: c.ID, Tenant: c.Tenant, Parent: c.Parent, Path: c.Path, Version: c.Version, Settings: c.Settings, PlanKey: c.PlanKey, Status: c.Status}
	evidence.EachPiece(c, func(document, id tenancy.ID, label string) {
		if p.labels == nil {
			p.labels = map[piece]string{}
		}
		p.labels[piece{document, id}] = label
	})
	p.content, err = m.contentOf(c)
	return err
}

// contentOf returns what stands for the content of a customer, see same.
func (m *importing) contentOf(c *customers.Customer) (sum [sha256.Size]byte, err error) {
	document, err := codec.Encode(m.comparable(c))
	return sha256.Sum256(document), err
}

// act makes the operator that was just imported the caller of what follows.
func (m *importing) act(ctx context.Context, p *place) (err error) {
	if p.virtual == nil {
		m.caller, err = m.Registry.System(ctx, "import")
		return err
	}
	m.caller = tenancy.Caller{
		Actor: p.virtual, Subject: p.virtual, Credential: tenancy.Credential{Kind: tenancy.LocalSocket, ID: "import", Scopes: tenancy.Full},
	}
	return nil
}

// errStands marks the refusal of a customer that stands already, and otherwise.
var errStands = errors.New("it stands already")

// stand makes a customer, unless it stands already.
func (m *importing) stand(ctx context.Context, turn *turn, c, above *customers.Customer, planned bool) (outcome, error) {
	standing, err := m.Store.GetAnywhere(ctx, c.ID)
	if p, _ := m.placeOf(c.ID); p != nil && p.virtual != nil {
		if content, err := m.contentOf(c); err != nil || content == p.content {
			return there, err
		}
		standing, err = p.virtual, nil
	}
	switch {
	case errors.Is(err, rows.ErrNotFound):
	case err != nil:
		return left, err
	case standing.Version == c.Version && m.same(standing, c):
		return there, nil
	case c.Parent.IsZero():
		return left, nil // the operator lives on
	case standing.Parent != c.Parent:
		return left, refuse("the id is taken by another customer, below " + standing.Parent.String())
	default:
		return left, errors.Join(errStands, refuse(fmt.Sprintf("the id is taken by a customer with other content: version %d here, %d in the file", standing.Version, c.Version)))
	}
	return made, registry.Import(ctx, m.Registry, m.caller, registry.ImportedCustomer{
		Customer: c, Parent: above, Planned: planned, Whole: m.Key.By == ByRing, Tried: m.tried, Turn: turn.take,
	})
}

// same reports whether a customer stands already as it would be imported, but for what a
// service notes of it and what follows from the plan.
func (m *importing) same(standing, c *customers.Customer) bool {
	var documents [2][]byte
	for i, one := range []*customers.Customer{standing, c} {
		document, err := codec.Encode(m.comparable(one))
		if err != nil {
			return false
		}
		documents[i] = document
	}
	return bytes.Equal(documents[0], documents[1])
}

// comparable returns a customer without what a service notes of it and what follows from
// its plan, its sealed values in clear.
func (m *importing) comparable(c *customers.Customer) *customers.Customer {
	plain := doctor.Plain(c, m.Sealer)
	plain.KeyUse, plain.KeyUseFrom = nil, nil
	plain.PlanStatus, plain.PlanNeeded, plain.PlanDue = "", nil, nil
	return plain
}

// above returns the customer that a customer of the export comes below.
func (m *importing) above(ctx context.Context, c *customers.Customer) (*customers.Customer, error) {
	top := c.Parent == m.header.Operator || c.ID == m.header.Customer
	switch {
	case top && m.under != nil:
		return m.under, nil
	case c.Parent == m.header.Operator && m.root != nil:
		return m.root, nil
	}
	m.mutex.Lock()
	p, placed := m.placed[c.Parent]
	known := m.parents[c.Parent]
	m.mutex.Unlock()
	if placed && !p.foreign && p.virtual != nil {
		return p.virtual, nil
	}
	if known != nil {
		return known, nil
	}
	if !placed && !top && m.header.Customer.IsZero() {
		return nil, refuse("the customer above it, " + c.Parent.String() + ", was not imported")
	}
	found, err := m.Store.GetAnywhere(ctx, c.Parent)
	if errors.Is(err, rows.ErrNotFound) {
		return nil, refuse("the customer above it, " + c.Parent.String() + ", is not here; name another one with --under")
	}
	if err != nil {
		return nil, err
	}
	const mostParents = 4096
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if len(m.parents) >= mostParents {
		clear(m.parents)
	}
	m.parents[c.Parent] = found
	return found, nil
}

// adapt makes a record of the other installation one of this: in its place, under the key
// ring of this one, with a plan of this one.
func (m *importing) adapt(c, above *customers.Customer) (keyless, planned bool, err error) {
	from := c.Tenant
	if above != nil {
		ref, path := tenancy.Under(above, c.ID)
		c.Tenant, c.Path, c.Parent = ref.Tenant, path, above.ID
	}
	if to, ok := m.Plans[c.PlanKey]; ok && to != c.PlanKey {
		c.PlanKey, planned = to, true
	}
	if m.Key.By == ByRing {
		return false, planned, nil
	}
	if len(c.Outbox) > 0 {
		return false, planned, refuse("it has an outbox: its events belong into lines of their own")
	}
	if err := m.seal(c); err != nil {
		return false, planned, err
	}
	if m.header.Ring != m.Ring || c.Tenant != from {
		m.link(c)
	}
	if c.Tenant != from {
		keyless = len(c.Keys) > 0
		// The texts of keys and links name the tenant: they would never work again.
		c.Keys, c.KeyUse, c.KeyUseFrom, c.Links = nil, nil, nil, nil
	}
	return keyless, planned, nil
}

// seal seals the values of a record under the key ring of this installation.
func (m *importing) seal(c *customers.Customer) error {
	var failure error
	numbers := map[tenancy.ID]secret.Text{}
	sealed := c.EachSealed(func(part tenancy.ID, kind string, value *customers.Sealed) *customers.Sealed {
		next := *value
		plain, err := m.Sealer.OpenBox(m.Key.Plain, fieldLabel(c.ID, part, kind), value.Box)
		if err != nil || m.Key.By == LeftOut {
			failure = refuse("its " + kind + " does not open under the key of the file")
			return &next
		}
		text := secret.New(string(plain))
		if kind == customers.FieldAccountNumber {
			numbers[part] = text
		}
		if next.Box, err = m.Sealer.Seal(c.Ref(), part, kind, text); err != nil && failure == nil {
			failure = fmt.Errorf("sealing %s of customer %s: %w", kind, c.ID, err)
		}
		return &next
	})
	if failure != nil {
		return failure
	}
	for i := range sealed.Banks {
		bank := &sealed.Banks[i]
		bank.AccountNumber.Fingerprint = m.Sealer.Fingerprint(c.Tenant, customers.FieldAccountNumber,
			secret.New(bank.RoutingNumber+":"+numbers[bank.ID].Reveal()))
	}
	*c = *sealed
	return nil
}

// link makes fingerprints of what is not kept ones of this key ring: they go on to tell
// what is equal among what was imported, and do not match what comes anew.
func (m *importing) link(c *customers.Customer) {
	relinked := func(fingerprint string) string {
		if _, digits, linked := strings.Cut(fingerprint, "-"); linked {
			fingerprint = digits
		}
		next, err := m.Sealer.Relink(c.Tenant, fingerprint)
		if err != nil {
			return ""
		}
		return next
	}
	for i := range c.Cards {
		c.Cards[i].Fingerprint = relinked(c.Cards[i].Fingerprint)
	}
	for i := range c.Documents {
		c.Documents[i].Fingerprint = relinked(c.Documents[i].Fingerprint)
	}
}

// recordOf reads a stored document from its text. A member that is not known would be
// lost, so it is refused.
func recordOf[T any](text []byte, decode func([]byte) (*T, error), encode func(*T) ([]byte, error)) (*T, error) {
	if len(text) == 0 {
		return nil, refuse("it has no record")
	}
	document, err := codec.FromText(text)
	if err != nil {
		return nil, refuse("its record is no document: " + err.Error())
	}
	record, err := decode(document)
	if err != nil {
		return nil, refuse("its record cannot be read: " + err.Error())
	}
	again, err := encode(record)
	if err != nil {
		return nil, refuse("its record cannot be written: " + err.Error())
	}
	if bytes.Equal(document, again) {
		return record, nil
	}
	kept, err := codec.Text(again)
	if err != nil {
		return nil, err
	}
	if unknown := differing(text, kept); unknown != "" {
		return nil, refuse("this program does not know its member " + unknown + ", or keeps it otherwise")
	}
	return record, nil
}

// differing returns the path of a member that the one text has and the other has not, or
// has otherwise; empty if they differ in order alone.
func differing(given, kept []byte) string {
	var a, b any
	if json.Unmarshal(given, &a) != nil || json.Unmarshal(kept, &b) != nil {
		return "(it is no JSON)"
	}
	return differs("", a, b)
}

func differs(path string, a, b any) string {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok {
			return strings.TrimPrefix(path, ".")
		}
		for _, name := range slices.Sorted(maps.Keys(a)) {
			other, ok := b[name]
			if !ok {
				return strings.TrimPrefix(path+"."+name, ".")
			}
			if found := differs(path+"."+name, a[name], other); found != "" {
				return found
			}
		}
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return strings.TrimPrefix(path, ".")
		}
		for i := range a {
			if found := differs(fmt.Sprintf("%s.%d", path, i), a[i], b[i]); found != "" {
				return found
			}
		}
	default:
		if a != b {
			return strings.TrimPrefix(path, ".")
		}
	}
	return ""
}
