// Package doctor examines an installation: what its store holds against itself, against
// the key ring and against the machine. Each check is a function that returns what it
// found, in words for the operator, and mends what can be mended without guessing.
package doctor
