// Package reference is the pages at /docs: the reference of the API, rendered from its
// OpenAPI document; the error codes with their causes and remedies; the types of events; and
// the pages of docs/. They run no script, are the same for everybody, and know nothing of
// any customer.
//
// An operation, a schema or an event is shown because it stands in the document, a guide
// because it stands in docs/. An error code needs an entry in catalog.go, which a test holds
// against the codes that the program answers with.
package reference
