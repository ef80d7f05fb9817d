// Package tenancy owns identity and authority: the ids of customers, the reference that
// ties an id to its tenant, the tree, the caller of a request, and the one function that
// decides what a caller may touch.
//
// It knows nothing of HTTP, of stores or of what a customer record holds beyond its place
// in the tree. To add a permission, add a Scope and name it in the Need of the operations
// that demand it; never check a caller anywhere else.
package tenancy
