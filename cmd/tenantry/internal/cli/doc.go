// Package cli is what all commands share: the run of a program with its streams, flags and
// environment, failures with their exit codes, output for people and programs, the client of
// the API and the ways to reach an installation, and the profiles of services elsewhere.
package cli
