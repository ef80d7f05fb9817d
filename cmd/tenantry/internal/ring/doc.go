// Package ring holds the key ring of a running process so that it can be exchanged while
// requests are served, and leads a rotation through its steps.
//
// Package seal owns what a ring is and how it encrypts; the service knows what there is
// to re-encrypt.
package ring
