// Package registry is the only writer of customers. It owns the ports of the records and
// of their reservations, the ways to read and to write (Read, Insert, Change, Erase), the
// Draft that a write is made of, unique values, the events of a write and the first keys
// of a customer.
//
// It owns no rule about a field: those are in package fields and in the rules of each
// dialect, and work on a Draft. Each write is one conditional write of one document, with
// its events in the outbox of that document.
//
// To add a use case, write a function over a Draft and pass it to Insert or Change from a
// package of its own; work that must follow the write goes to AfterWrite. To add a unique
// value, add it to uniques and to the comparison in reserveChanged.
package registry
