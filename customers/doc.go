// Package customers is the record: the documents of a customer as they are stored, and
// pure projections of a record such as its party type. Package rows has what is stored
// beside the record and the queries that stores answer.
//
// It has no service, no store and no context, and knows nothing of HTTP, SQL or
// MongoDB. Package registry is the only writer of customers; the use cases are in the
// packages beside it; view shows a customer natively. A record that a store returned is
// shared and must not be changed: the registry changes a Clone.
//
// To add a field, add it to the document and, when it is a list or a map, to Clone; when
// it is sensitive, make it Sealed and add it to EachSealed. Then add it to
// fields.Input and its rules, to view.View and to openapi.yaml. The BSON name of a
// field never changes.
package customers
