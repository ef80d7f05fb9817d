// Package observed makes a store tell how long its operations take and which of them fail:
// in figures, and as spans of the requests that are traced. It changes nothing about them.
//
// A method that a port adds is added here as well, with its name.
package observed
