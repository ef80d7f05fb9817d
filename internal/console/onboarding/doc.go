// Package onboarding serves the pages of onboarding links: what a customer still owes, one
// subject a page, without a credential and without a script. It decides nothing: which steps
// there are says customers/onboarding, and each step is saved through the use case that the
// API has for it, by the caller of the session.
//
// Pages never show what was given before: fields are asked for only while they are due, and
// a form that is refused keeps what was typed into it but for tax and account numbers.
package onboarding
