package rows

import (
	"time"

	"tenantry/tenancy"
)

// Installation is what a store keeps about the installation that it belongs to: one
// document, by which a start with another key ring, mode or engine is told apart. A copy
// of it lies beside the key ring.
type Installation struct {
	ID tenancy.ID `bson:"_id" json:"id"`
	// Revision counts the writes; the first is 1.
	Revision int64 `bson:"revision" json:"revision"`
	// Mode is sandbox or live, or moving while an installation moves into the store.
	Mode string `bson:"mode" json:"mode"`
	// Engine is sqlite or mongodb; Database is the name of the database in MongoDB.
	Engine   string `bson:"engine" json:"engine"`
	Database string `bson:"database,omitempty" json:"database,omitempty"`
	// Schema is the version of the store's schema that was last served.
	Schema int64 `bson:"schema" json:"schema"`
	// Ring is the name of the key ring, which outlives every rotation.
	Ring string `bson:"ring" json:"ring"`
	// Keys are the keys of the ring under which something may be sealed.
	Keys []InstallationKey `bson:"keys" json:"keys"`
	// Newest is the highest number that a key ever had: a rotation takes the one after it.
	Newest  int64     `bson:"newest" json:"newest"`
	Created time.Time `bson:"created" json:"created"`
}

// InstallationKey is a key of the ring, known by a text that it sealed.
type InstallationKey struct {
	Number int64  `bson:"number" json:"number"`
	Proof  []byte `bson:"proof" json:"proof"`
}
