// Package settings owns what a customer can configure for itself and for the children it
// will create: the two objects `settings` and `defaultSettings`, their merge, their
// validation and their inheritance. All of it is pure.
//
// To add a setting: add it to Settings and to Patch, apply it in Merge, give it an
// accessor with its default if it has one, and document it in openapi.yaml.
package settings
