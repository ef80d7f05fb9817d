// Package openapi reads the OpenAPI document of the native API: as JSON, without the
// operations that are twins of others, and as what the pages of the reference show of it.
//
// It is a leaf. The document itself is internal/api/openapi.yaml, which that package embeds.
package openapi
