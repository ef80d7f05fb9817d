// Package rules is Straddle's contract on the record, without HTTP: what a customer must
// send to be reviewed, when, and how the review is processed. It writes through the
// registry, as the native use cases do.
package rules
