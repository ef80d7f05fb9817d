// Package sqlite is the embedded engine behind store.Store: one file in one
// directory, nothing else to run.
//
// A customer is the same BSON document as in every engine (package codec), in a table
// whose other columns are what lists search and order by. One goroutine writes; it
// gathers the writes that wait and commits them together, so that the wait for the disk
// is shared (writer.go). Readers run beside it on connections of their own (readers.go).
// What shows customers, and customers decoded for other uses, are kept in a bounded cache,
// which is coherent because every write passes through the one writer (cache.go).
//
// The package assumes that no other process has the directory open; the opener of a Store
// must ensure that. It knows nothing of HTTP and holds no rule of customers beyond the
// contract of the port.
//
// To change the schema, append a step to migrations in schema.go; never edit one that was
// released. To search by a new field, add its column, fill it in row.go, and use it in
// filter.go; plan_test.go shows whether an index serves it.
package sqlite
