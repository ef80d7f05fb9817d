// Package classification is the list of what businesses do: groups of industries, each
// with the merchant category code that fits it best. It is a list of our own in the shape
// that vendors use (Dwolla API reference, business classifications).
//
// It owns the ids, which are UUIDs written here as data; no customer is refused for an id
// that is not listed. To add an industry, write a new line in list.go under an id that
// was never used. Lines are never removed.
package classification
