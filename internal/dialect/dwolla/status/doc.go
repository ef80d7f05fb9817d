// Package status derives the Dwolla status of a customer, and the type it was enrolled as,
// from its record. Stores import it to index and to filter by that word; nothing of it is
// stored as a truth of its own.
package status
