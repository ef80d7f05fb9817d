// Package datadir owns the data directory of an installation as a place: which process
// owns it at this moment, and the local socket by which others reach that process.
//
// It knows nothing of the directory's content otherwise.
package datadir
