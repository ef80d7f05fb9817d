// Package console is the pages for operators, reviewers and merchants: signing in, setting
// an installation up, and all that the native API does for people. Its handlers call the
// services with a tenancy.Caller, as the API does; they decide nothing and read no store.
//
// A page is a method of Console and a file in pages/. routes.go lists all of them; the tabs
// of a customer are the list in tabs.go.
package console
