package testkit

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"sync/atomic"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/internal/app"
	"tenantry/internal/secret"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// Swappable is a sealer whose key ring can be replaced while it is in use.
type Swappable struct{ current atomic.Value }

type sealerBox struct{ registry.Sealer }

// Swapped returns a Swappable over the sealer of an Env and the Tuning that installs it.
func Swapped() (*Swappable, Tuning) {
	s := &Swappable{}
	return s, func(o *app.Options) {
		s.Use(o.Sealer)
		o.Sealer = s
	}
}

// Use replaces the sealer.
func (s *Swappable) Use(sealer registry.Sealer) { s.current.Store(sealerBox{sealer}) }

// Now returns the sealer in use.
func (s *Swappable) Now() registry.Sealer { return s.current.Load().(sealerBox).Sealer }

// Seal implements registry.Sealer.
func (s *Swappable) Seal(ref tenancy.Ref, part tenancy.ID, kind string, plain secret.Text) ([]byte, error) {
	return s.Now().Seal(ref, part, kind, plain)
}

// Unseal implements registry.Sealer.
func (s *Swappable) Unseal(ref tenancy.Ref, part tenancy.ID, kind string, sealed []byte) (secret.Text, error) {
	return s.Now().Unseal(ref, part, kind, sealed)
}

// IsCurrent implements registry.Sealer.
func (s *Swappable) IsCurrent(sealed []byte) bool { return s.Now().IsCurrent(sealed) }

// Fingerprint implements registry.Sealer.
func (s *Swappable) Fingerprint(tenant tenancy.ID, kind string, value secret.Text) string {
	return s.Now().Fingerprint(tenant, kind, value)
}

// Fingerprinting implements registry.Sealer.
func (s *Swappable) Fingerprinting(tenant tenancy.ID, kind string) (io.Writer, func() string) {
	return s.Now().Fingerprinting(tenant, kind)
}

// Relink implements registry.Sealer.
func (s *Swappable) Relink(tenant tenancy.ID, fingerprint string) (string, error) {
	return s.Now().Relink(tenant, fingerprint)
}

// SealBox implements registry.Sealer.
func (s *Swappable) SealBox(key []byte, label string, plain []byte) ([]byte, error) {
	return s.Now().SealBox(key, label, plain)
}

// OpenBox implements registry.Sealer.
func (s *Swappable) OpenBox(key []byte, label string, box []byte) ([]byte, error) {
	return s.Now().OpenBox(key, label, box)
}

// AtRest returns all that the store holds of a customer: the record as engines write it,
// and its events.
func (h logbook) AtRest(id string) []byte {
	h.T.Helper()
	document, err := codec.Encode(h.Record(id))
	Must(h.T, err)
	events, err := json.Marshal(h.Events(id))
	Must(h.T, err)
	return append(document, events...)
}

// Boxes returns every sealed value of a record, by its path.
func Boxes(c *customers.Customer) map[string][]byte {
	found := map[string][]byte{}
	eachSealed(reflect.ValueOf(c), "", func(path string, value customers.Sealed) { found[path] = value.Box })
	return found
}

// eachSealed calls visit with every sealed value in a record, found by its type
// alone, and with its path.
func eachSealed(v reflect.Value, path string, visit func(path string, value customers.Sealed)) {
	switch value := v.Interface().(type) {
	case customers.Sealed:
		visit(path, value)
		return
	case time.Time:
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			eachSealed(v.Elem(), path, visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				eachSealed(v.Field(i), path+"."+field.Name, visit)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			eachSealed(v.Index(i), fmt.Sprint(path, ".", i), visit)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			eachSealed(v.MapIndex(key), fmt.Sprint(path, ".", key), visit)
		}
	}
}
