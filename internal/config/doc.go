// Package config owns the settings of an installation: their names, defaults, limits and
// sources. Defaults in code are overruled by the file (config.yaml), the file by the
// environment (TENANTRY_…), and the environment by flags of the command line.
//
// It is strict on purpose: with an unknown key, a wrong type, a value out of bounds or
// half of a pair the program refuses to start, and it reports all such faults at once,
// each with a remedy. Half-configured security must never run.
//
// It opens no store and makes no key ring. To add a setting: add a field in config.go,
// its default in defaults.go, a row in settings.go, and its lines in config.yaml; the
// tests fail until all four agree. A rule that joins several settings goes into check.go.
package config
