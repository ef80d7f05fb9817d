// Package rules is Dwolla's contract on the record, without HTTP: the types that a
// customer is enrolled as, what each must send, what may change once it is verified, and
// how a review that failed is tried again. It writes through the registry, as the native
// use cases do.
package rules
