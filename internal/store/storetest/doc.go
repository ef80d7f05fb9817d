// Package storetest holds the contract that every engine behind store.Store
// must pass, as tests that an engine's own test file starts:
//
//   - Run: every method, each with its twin under another tenant;
//   - RunModel: random sequences of calls, compared with package memory;
//   - Reopen: what was acknowledged is there after closing and opening again;
//   - Bench: the same measurements for every engine.
//
// Guard is for the tests of what stands above a store: it holds them to the rule
// that a record is shared and never changed in place.
//
// It also makes the realistic customers that they use (Operator, Child), for an
// engine's own tests and benchmarks. The suite closes the stores it was given;
// `open` hands out an empty store per call, independent of all others, and only
// removes what lies around it.
//
// It knows no engine. To extend the contract, write it into the doc comments of
// store.Store first, then add a test here whose name is the guarantee, with
// the twin that names the same record under another tenant.
package storetest
