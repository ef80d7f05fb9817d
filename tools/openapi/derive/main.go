// Command derive writes the OpenAPI document as clients are generated from it: without the
// operations that are twins of others, as the service serves it at /openapi.yaml?for=clients.
package main

import (
	"fmt"
	"os"

	"tenantry/internal/openapi"
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	document, err := os.ReadFile(from) //nolint:gosec // the developer names the file
	if err != nil {
		return err
	}
	trimmed, err := openapi.ForClients(document)
	if err != nil {
		return err
	}
	return os.WriteFile(to, trimmed, 0o600)
}
