// Package usage is what a command line has around it: completions for shells and manual
// pages, both made from the model of the commands, so that they cannot fall behind it.
package usage
