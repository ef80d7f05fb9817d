// Package lifecycle owns the native use cases on a customer as a whole: create, update,
// delete, get, list, count, reading unmasked, the plans to hand out, resealing after a
// key rotation, and making the operator.
//
// It owns no field rule (package fields), no representation (view) and no write of its
// own (registry). Subresources such as banks, keys and documents have packages of their
// own.
//
// To add a use case, add one file with one method and one input struct, and list the
// error codes in the comment of the method.
package lifecycle
