// Package term writes for people at a terminal: tables, trees, records and progress. It
// knows the width of texts and how to color them, and nothing of customers.
//
// Texts of others pass through Clean, so that a name can never control the terminal.
package term
