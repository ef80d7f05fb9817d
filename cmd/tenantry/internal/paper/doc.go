// Package paper writes for people at a terminal: tables, trees, records and
// progress. It knows the width of texts and when colors are wanted, and nothing
// of customers.
//
// Texts of others pass through Clean, so that a name can never steer a terminal.
package paper
