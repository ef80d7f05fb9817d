// Package scanner asks a program of the operator's whether a file is harmless. It implements
// evidence.Scanner and knows nothing of what files are for.
package scanner
