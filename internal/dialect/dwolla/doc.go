// Package dwolla is the service in the words of Dwolla's API, version 2: OAuth
// application tokens, HAL resources with links, customers of four types and what
// belongs to their verification. It is served at the root of the host, where the
// vendor's own clients look for it.
//
// It translates and has no rules of its own: package rules says what a customer may be
// and what may be done with it. A request acts for the owner of its token;
// the customers are those below it.
//
// Ids are UUIDs that carry the ids of records (dialect.UUID), so that none is stored
// twice. Links lead to the public URL of the configuration, else to the scheme and
// host that the request itself used.
//
// To add a resource, add its routes in routes.go, its shape beside it, and its links
// where clients are to find it.
package dwolla
