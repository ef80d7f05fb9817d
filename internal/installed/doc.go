// Package installed is what an installation knows about itself: one document in its
// store and a copy of it beside the key ring. A start with another key ring, another mode
// or another store is told apart by it, and refused in words that say what is wanted.
//
// It decides nothing about files of the store, and asks nobody: the program composes the
// checks and ends with what they return.
package installed
