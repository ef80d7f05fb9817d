// Package dialect holds what the vendors' faces share: the shape of a face, as the
// HTTP server mounts it, and how ids are written as UUIDs.
//
// A face translates requests and answers of one vendor to and from calls of the
// service. It decides nothing: what it refuses for a reason of the business, the
// service refuses. To add a vendor, implement Face in a package beside this one and
// hand it to the server.
package dialect
