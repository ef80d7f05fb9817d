package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/seal"
	"tenantry/internal/store/sqlite"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/tenancy"
)

// seeded is an installation in a directory: a platform with many customers below it.
type seeded struct {
	Dir, Platform, Key string
	// Operator is the id of the operator, OperatorKey its secret key.
	Operator, OperatorKey string
	Children              []string
	// Fresh are keys of customers of another platform that were never used.
	Fresh []string
	// Wrong are well-formed keys of the same entries that open nothing.
	Wrong []string
}

// seedWidth is how many customers are written at once; the store commits them together.
const seedWidth = 256

// inReview is which of the platform's customers, one in so many, is a merchant whose review
// a person must decide. The first one, which is read most often, is a payer as most are.
const inReview = 100

// freshKeys is how many customers of the other platform have keys.
const freshKeys = 4000

// seed returns the installation in a directory, made there unless it exists.
func seed(ctx context.Context, dir string, children int) (*seeded, error) {
	dir = filepath.Join(dir, fmt.Sprintf("seed-%d", children))
	note := filepath.Join(dir, "seeded.json")
	var known seeded
	if text, err := os.ReadFile(note); err == nil {
		return &known, json.Unmarshal(text, &known)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	// In the file, and not in the environment, stands what builds before this one do not know.
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte("limits:\n  tenant_rate_per_minute: 0\n"), 0o600); err != nil {
		return nil, err
	}
	ring, err := seal.Generate(rand.Reader)
	if err != nil {
		return nil, err
	}
	if err := seal.Save(ring, filepath.Join(dir, "keyring.json")); err != nil {
		return nil, err
	}
	store, err := sqlite.Open(ctx, sqlite.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	made, err := fill(ctx, store, ring, children)
	if err := errors.Join(err, store.Close(context.WithoutCancel(ctx))); err != nil {
		return nil, err
	}
	made.Dir = dir
	text, err := json.Marshal(made)
	if err != nil {
		return nil, err
	}
	return made, os.WriteFile(note, text, 0o600)
}

func fill(ctx context.Context, store *sqlite.Store, ring *seal.Ring, children int) (*seeded, error) {
	verifier, err := keys.NewVerifier(keys.VerifierOptions{TagKey: seal.TagKey(ring)})
	if err != nil {
		return nil, err
	}
	minter := keys.Minter{Mode: keys.Test, Verifier: verifier}
	began := time.Now().UTC().Truncate(time.Millisecond).Add(-24 * time.Hour)
	operator, err := customer(nil, "Operator", "platform", began)
	if err != nil {
		return nil, err
	}
	platform, err := customer(operator, "Bench", "platform", began)
	if err != nil {
		return nil, err
	}
	other, err := customer(operator, "Other", "platform", began)
	if err != nil {
		return nil, err
	}
	catalog, err := plans.NewCatalog(plans.Defaults())
	if err != nil {
		return nil, err
	}
	// As the service leaves them: otherwise it would bring them up to date beside the load,
	// for minutes.
	shown := view.New(catalog, keys.Test, ring, time.Now)
	made := &seeded{Platform: platform.ID.String(), Operator: operator.ID.String()}
	for _, c := range []*customers.Customer{operator, platform, other} {
		entry, pair, err := minter.Pair(ctx, c.Ref(), 1, began)
		if err != nil {
			return nil, err
		}
		c.Keys, c.KeyCount = []keys.Entry{entry}, 1
		shown.NotePlan(c, time.Now())
		switch c {
		case platform:
			made.Key = pair.Secret.Reveal()
		case operator:
			made.OperatorKey = pair.Secret.Reveal()
		}
		if err := store.Insert(ctx, c); err != nil {
			return nil, err
		}
	}
	for _, migration := range access.Migrations() {
		if _, _, err := store.Reserve(ctx, rows.Reservation{Key: migration.Done, Customer: operator.Ref(), Taken: began}); err != nil {
			return nil, err
		}
	}
	var writes errgroup.Group
	writes.SetLimit(seedWidth)
	for i := range children {
		c, err := customer(platform, fmt.Sprintf("Shop %d of %s", i, names[i%len(names)]), "payer", began.Add(time.Duration(i)*time.Millisecond))
		if err != nil {
			return nil, err
		}
		if i%inReview == inReview-1 {
			c.PlanKey, c.Identity = "merchant", reviews.Identity{
				Status: reviews.IdentityReview, ReviewID: c.ID, Provider: "manual", Started: &c.Created, Updated: &c.Created, Reason: "A person must decide.",
			}
		}
		shown.NotePlan(c, time.Now())
		made.Children = append(made.Children, c.ID.String())
		writes.Go(func() error { return store.Insert(ctx, c) })
	}
	for i := range freshKeys {
		c, err := customer(other, fmt.Sprintf("Fresh %d", i), "payer", began)
		if err != nil {
			return nil, err
		}
		entry, pair, err := minter.Pair(ctx, c.Ref(), 1, began)
		if err != nil {
			return nil, err
		}
		_, wrong, err := minter.Pair(ctx, c.Ref(), 1, began)
		if err != nil {
			return nil, err
		}
		c.Keys, c.KeyCount = []keys.Entry{entry}, 1
		shown.NotePlan(c, time.Now())
		made.Wrong = append(made.Wrong, wrong.Secret.Reveal())
		made.Fresh = append(made.Fresh, pair.Secret.Reveal())
		writes.Go(func() error { return store.Insert(ctx, c) })
	}
	return made, writes.Wait()
}

var names = []string{"Ada", "Grace", "Edsger", "Barbara", "Donald", "Radia", "Ken", "Frances"}

func customer(parent *customers.Customer, name, plan string, at time.Time) (*customers.Customer, error) {
	id, err := tenancy.NewID(at, rand.Reader)
	if err != nil {
		return nil, err
	}
	c := &customers.Customer{
		ID: id, Tenant: id, Version: 1, Created: at, LastUpdated: at, Status: customers.StatusActive, PlanKey: plan,
		Name: name, Email: "bench@example.com", Identity: reviews.Identity{Status: reviews.IdentityNone},
	}
	if parent != nil {
		ref, path := tenancy.Under(parent, id)
		c.Tenant, c.Parent, c.Path = ref.Tenant, parent.ID, path
	}
	return c, nil
}
