// Package requirements answers what is still needed of a customer, now, later and under
// another plan, and lets planStatus change on time: when nothing but time passes, the
// record is written at the moment that its planStatus changes, with the event of it.
//
// What is asked of whom is decided in package plans, purely; what a record has of it is
// found in package view.
package requirements
