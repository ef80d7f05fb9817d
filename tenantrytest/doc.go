// Package tenantrytest starts a Tenantry within the process of a test: all its APIs over a
// store of their own, filled from a seed whose ids and keys are the same each time, with a
// clock that the test moves.
//
//	s := tenantrytest.Start(t, tenantrytest.SeedFile("testdata/seed.yaml"))
//	client := yours.New(s.URL(), s.Key("cove"))
//	s.Advance(72 * time.Hour) // what is due by then is done when it returns
//
// Each Start is an installation of its own, so tests may run in parallel. docs/sandbox.md has
// the form of seeds.
package tenantrytest
