// Package cursor seals the cursors of lists. A cursor is encrypted, so that it shows
// nothing of the rows that it passed, and bound by a label to one list: whose it is,
// with which filters, in which order. It opens for no other.
//
// The label and the bookmark are the list's own. Clients keep cursors, so neither may
// change its form.
//
// It is a leaf: it imports the one error type, and nothing else of the project.
package cursor
