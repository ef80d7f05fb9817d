// Package evidence keeps what proves who a customer is: uploaded documents with their sealed
// bytes, the additional owners of a business, and the certification of its ownership.
//
// It does not run reviews: a decided document settles the review in the record, and package
// identity owns when one starts, and what it sends. The rules of an owner's fields are
// package fields'. Bytes are stored before the record names them and dropped after it no
// longer does, so that no document is without its bytes.
//
// A new kind of document is a constant of package customers and a member of documentKinds; a
// new media type is a case of sniffed, which looks at the content, and of extensions.
package evidence
