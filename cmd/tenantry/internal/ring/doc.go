// Package ring holds the key ring of a running process in a way that it can be
// exchanged while requests are served, and leads a rotation through its steps.
//
// What a ring is and how it encrypts is package seal's business; what there is to
// re-encrypt is the service's.
package ring
