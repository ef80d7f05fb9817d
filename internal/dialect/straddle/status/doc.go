// Package status derives the Straddle status of a customer from its record. Stores import
// it to index and to filter by that word; nothing of it is stored as a truth of its own.
package status
