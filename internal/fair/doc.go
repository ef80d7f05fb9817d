// Package fair shares few slots between many callers so that none of them starves
// another: those that wait are served in turn, class by class and source by source, and
// when a queue is full, the source with the most in it gives way.
//
// It knows nothing of what the slots are for, and starts no goroutines.
package fair
