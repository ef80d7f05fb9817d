// Package memory is a Store that keeps everything in maps under one mutex and scans them
// linearly. It is the store of domain tests and the oracle that the durable engines are
// compared with, so it is written to be read, not to be fast.
//
// It owns no rule beyond the contract of store.Store, which it passes in full
// (package storetest). It is not for production: nothing survives the process. To extend
// the port, write the method here first, in the plainest way there is.
package memory
