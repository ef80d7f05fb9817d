// Package testkit assembles a whole installation for the tests of other packages: all
// services, put together by package app as the command does, over the store that
// TENANTRY_TEST_STORE names, a key ring of their own, the sandbox of reviews and a clock
// that stands still. Open returns it as an Env, with an operator and two platforms in it,
// Install with the operator alone. No production code imports it.
//
// Env.Serve starts its HTTP server; package apitest does so with all dialects. A Client
// of that server sends requests, holds every answer against what must stay concealed and,
// if it is Native, against openapi.yaml. What a dialect demands of all its answers stands
// in thin functions beside its tests.
//
// It also holds what several test packages share: bodies of requests (inputs.go), what is
// demanded of refusals (assert.go), a store that can fail at any call (Spy), a sealer whose
// keys can be rotated (Swappable), providers that answer as a test demands (review.go) and
// the table of all methods that take a caller (UseCases).
//
// It owns no expectations about one package: a helper that one test package uses alone
// stands in that package's tests. To run an installation that differs, write a Tuning; to
// add a helper, take the Env, call the service that a user of the program reaches, and end
// the test at an error unless the name begins with Try.
package testkit
