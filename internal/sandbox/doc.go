// Package sandbox runs an installation for other people's tests: all APIs over a store of its
// own, filled from a seed whose customers, ids and keys are the same at every start, with a
// clock that is moved by hand and a way back to the seed.
//
// It owns the form of seeds, the moved clock, the order of the background work under it and
// the routes of tests. It decides nothing about customers: a seed is sown by requests to the
// APIs, so whatever they refuse it refuses, in their words and with the line of the seed.
//
// A new kind of part is a section of a node in sow.go.
package sandbox
