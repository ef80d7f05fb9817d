// Package reviews is the words of an identity review: its states, how it is processed and
// what starts one, the questions asked in it, and the report of the provider's modules.
// Package identity runs reviews and decides who is reviewed.
package reviews
