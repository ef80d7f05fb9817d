// Package check holds the rules of single values: texts, e-mail addresses, phone
// numbers, dates, tax, bank and card numbers, countries and the parts of addresses.
// A rule stands here once; how long a value may be, and how its refusal is worded
// where vendors differ, is the caller's.
//
// Three kinds of functions make it up. One that is named IsX reports whether a text
// has a form. One that is named after what it reads returns the canonical form of a
// value and whether there is one. One that takes a fault.List also notes what is wrong.
// All of them are pure.
//
// It is a leaf: of the project it imports the leaves fault and secret only. To add a
// value, add a file, a table of its edges to the tests and, if it is read, a fuzz
// target that holds its canonical form against reading it again.
package check
