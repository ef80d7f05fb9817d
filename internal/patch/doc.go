// Package patch reads JSON objects into input structs whose fields distinguish absent,
// null and given, and collects every fault with its dotted path instead of stopping at
// the first.
//
// It is a leaf below the domain packages: they declare inputs with Field, the HTTP edge
// and the command line fill them with Decode. It knows no rule of any resource.
package patch
