// Package transfer carries customers from one installation to another: Export writes them
// with all that belongs to them as lines of JSON, and Import makes them again, through the
// registry. docs/moving.md describes the format.
package transfer
