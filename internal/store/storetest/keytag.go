package storetest

import (
	"slices"

	"tenantry/customers"
	"tenantry/keys"
	"tenantry/tenancy"
)

// withKeys is a pair and a restricted key without tags.
func withKeys() Option {
	return With(func(c *customers.Customer) {
		c.Keys = []keys.Entry{
			{Number: 3, Mode: keys.Test, SecretHash: []byte("one"), PublishableHash: []byte("two"), Hint: "abcd", Created: c.Created},
			{Number: 4, Restricted: true, Name: "n", Mode: keys.Test, Scopes: tenancy.Read, SecretHash: []byte("three"), Hint: "efgh", Created: c.Created},
		}
		c.KeyCount = 4
	})
}

func (e *env) tag(ref tenancy.Ref, tags ...keys.Tagged) {
	e.Helper()
	e.must(e.store.TagKeys(e.Context(), ref, tags), "tagging keys")
}

func tagging() []guarantee {
	full := keys.Tagged{Number: 3, Kind: keys.Secret, Tag: []byte("full")}
	public := keys.Tagged{Number: 3, Kind: keys.Publishable, Tag: []byte("public")}
	narrow := keys.Tagged{Number: 4, Kind: keys.Restricted, Tag: []byte("narrow")}
	// tagged returns c as it must be stored after those tags.
	tagged := func(c *customers.Customer, tags ...keys.Tagged) *customers.Customer {
		n := *c
		n.Keys = slices.Clone(c.Keys)
		for _, t := range tags {
			switch t.Kind {
			case keys.Publishable:
				n.Keys[0].PublishableTag = t.Tag
			case keys.Secret:
				n.Keys[0].SecretTag = t.Tag
			case keys.Restricted:
				n.Keys[1].SecretTag = t.Tag
			}
		}
		return &n
	}
	return []guarantee{
		{"a tag stands beside the hash of its key, a later one replaces it, and the version stays", func(e *env) {
			c := e.child(e.a, withKeys())
			e.tag(c.Ref(), full, narrow)
			e.stands(tagged(c, full, narrow))
			e.tag(c.Ref(), public)
			e.stands(tagged(c, full, narrow, public))
			again := keys.Tagged{Number: 3, Kind: keys.Secret, Tag: []byte("newer")}
			e.tag(c.Ref(), again)
			e.stands(tagged(c, narrow, public, again))
			e.tag(c.Ref(), again)
			e.tag(c.Ref())
			e.stands(tagged(c, narrow, public, again))
		}},
		{"a key that is not there is no error and nothing changes", func(e *env) {
			c := e.child(e.a, withKeys())
			e.tag(c.Ref(), keys.Tagged{Number: 9, Kind: keys.Secret, Tag: []byte("x")}, keys.Tagged{Number: 4, Kind: keys.Publishable, Tag: []byte("x")},
				keys.Tagged{Number: 3, Kind: keys.Restricted, Tag: []byte("x")})
			e.stands(c)
		}},
		{"a customer that is gone or of another tenant is no error and nothing changes", func(e *env) {
			c := e.child(e.a, withKeys())
			for _, stranger := range e.strangers(c) {
				e.tag(stranger, full)
				e.stands(c)
			}
			missing := tenancy.Ref{Tenant: e.a.ID, ID: e.missing()}
			e.tag(missing, full)
			e.nowhere(missing.ID)
		}},
		{"the next write starts from the tagged record", func(e *env) {
			c := e.child(e.a, withKeys())
			e.tag(c.Ref(), full)
			changed := rename(e.get(c.Ref()))
			e.must(e.store.Replace(e.Context(), changed, c.Version), "replacing after a tag")
			e.stands(tagged(changed, full))
		}},
		{"tags racing writes lose at worst a tag, never a write or the record", func(e *env) {
			c := e.child(e.a, withKeys())
			const writes = 12
			together(2, func(i int) {
				for range writes {
					if i == 0 {
						e.retry(c.Ref(), func(n *customers.Customer) { n.Description += "x" })
					} else if err := e.store.TagKeys(e.Context(), c.Ref(), []keys.Tagged{full}); err != nil {
						e.Errorf("tagging: %v", err)
					}
				}
			})
			e.tag(c.Ref(), full)
			want := *tagged(c, full)
			want.Version, want.Description = c.Version+writes, e.get(c.Ref()).Description
			want.LastUpdated = e.get(c.Ref()).LastUpdated
			if len(want.Description) != len(c.Description)+writes {
				e.Errorf("%d of %d writes are left", len(want.Description)-len(c.Description), writes)
			}
			e.stands(&want)
		}},
	}
}
