package seal

import (
	"github.com/maypok86/otter/v2"

	"tenantry/tenancy"
)

// mostTenantKeys bounds how many derived keys are kept: about 1 MiB.
const mostTenantKeys = 4096

// tenantKey names a key that is derived for one tenant: from the root for link 0, and
// from the link of that version otherwise.
type tenantKey struct {
	link   uint32
	tenant tenancy.ID
}

// tenantKeys keeps the keys that fingerprints of a tenant are made with, because deriving
// one costs more than the fingerprint. They follow from what a ring never changes, so none
// is ever out of date.
type tenantKeys struct {
	kept *otter.Cache[tenantKey, []byte]
}

func newTenantKeys() *tenantKeys {
	return &tenantKeys{kept: otter.Must(&otter.Options[tenantKey, []byte]{
		MaximumSize: mostTenantKeys,
		// No goroutine outlives the call that needs upkeep.
		Executor: func(task func()) { task() },
	})}
}

// of returns the key that this name stands for. It is shared and must not be changed.
func (t *tenantKeys) of(name tenantKey, derived []byte, info string) []byte {
	if key, ok := t.kept.GetIfPresent(name); ok {
		return key
	}
	key := expand(derived, info+string(name.tenant[:]))
	t.kept.Set(name, key)
	return key
}

// fingerprintKey returns the key of the first step of every fingerprint of a tenant.
func (i *inner) fingerprintKey(tenant tenancy.ID) []byte {
	return i.tenants.of(tenantKey{tenant: tenant}, i.derived, infoFingerprint)
}

// linkedKey returns the key of a further step.
func (i *inner) linkedKey(of link, tenant tenancy.ID) []byte {
	return i.tenants.of(tenantKey{link: of.version, tenant: tenant}, of.material, infoLinked)
}
