// Package config owns the settings of an installation: their names, defaults,
// limits and where they come from. Defaults in code are overruled by the file
// (config.yaml), that by the environment (TENANTRY_…), that by flags of the
// command line.
//
// It is strict on purpose: an unknown key, a wrong type, a value out of bounds
// or half of a pair refuses to start, and all such faults are told at once, each
// with the way out. Half-configured security must never run.
//
// It opens no store and makes no key ring. To add a setting: a field in
// config.go, its default in defaults.go, a row in settings.go, and its lines in
// config.yaml; the tests fail until all four agree. A rule that joins several
// settings goes into check.go.
package config
