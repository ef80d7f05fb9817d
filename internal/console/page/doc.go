// Package page is what all pages for people share: rendering from templates that are
// embedded, in the reader's language and theme and under the path of public_url; security
// headers; proof that a form was sent from a page of ours; forms that keep what was typed
// with the fault beside its field; assets under names that change with their content; and
// pages for what went wrong.
//
// A room of pages brings a file system with pages/*.html (keys.html defines "keys.title" and
// "keys.main"), perhaps parts/*.html and messages/<language>.json, and gets a Set from
// Kit.Set. Its handlers write pages with Set.Write and refusals with Set.Fail. Templates get a View; what
// they may call stands in funcs.go.
package page
