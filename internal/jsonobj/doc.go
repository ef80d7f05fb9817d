// Package jsonobj reads JSON objects in the order in which their keys were sent, with a
// bound on how many there are.
package jsonobj
