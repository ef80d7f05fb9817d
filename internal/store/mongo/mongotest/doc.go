// Package mongotest gives tests of every package a database, and judges what a MongoDB store
// asks its server: by the declared indexes and shard keys, since the servers that tests run
// on explain nothing that could be compared and are no cluster. It owns what may ask every
// shard and what no index serves, each with its reason; a new query of that kind needs a
// line there.
package mongotest
