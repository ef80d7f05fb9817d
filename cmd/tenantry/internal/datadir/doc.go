// Package datadir owns the data directory of an installation as a place: who
// owns it at this moment, and the local socket by which others reach the owner.
//
// It knows nothing of what lies in the directory otherwise.
package datadir
