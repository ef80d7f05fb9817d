package main

import (
	"runtime"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/internal/store/sqlite"
)

type versionCommand struct{}

// build is what is known of this program.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Time     string `json:"time,omitempty"`
	Modified bool   `json:"modified"`
	// Schema is that of the SQLite store that this build writes.
	Schema   int64  `json:"schema"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// Run shows the build.
func (versionCommand) Run(p *program) error {
	b := thisBuild()
	if p.Flags.JSON {
		return p.PrintJSON(b)
	}
	line := "tenantry " + b.Version
	if b.Revision != "" {
		line += " (" + b.Revision + ")"
	}
	return p.Print("%s, schema %d, %s, %s\n", line, b.Schema, b.Go, b.Platform)
}

func thisBuild() build {
	stamp := cli.ThisStamp()
	return build{
		Version: stamp.Version, Revision: stamp.Revision, Time: stamp.Time, Modified: stamp.Modified,
		Schema: sqlite.Schema, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
}
