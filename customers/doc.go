// Package customers owns the one resource of Tenantry: the customer, an
// aggregate that is one document and is changed by one conditional write, and
// every use case on it. It also declares what it needs of the world below it
// (Store, Sealer, Provider) and above it (a clock, randomness).
//
// It knows nothing of HTTP, SQL or MongoDB. Service methods take a context, the
// tenancy.Caller and one input, and validate, authorise, act and return a value.
// Records that a Store returns are shared and must not be changed; a use case
// changes a Clone through Service.change, which retries on a lost race.
//
// To add a field: add it to the document and to Clone, to the input and its
// validation, to View, to openapi.yaml, and, if it is sensitive, make it Sealed and
// add it to EachSealed.
// To add a use case: one file, one method, one input struct.
package customers
