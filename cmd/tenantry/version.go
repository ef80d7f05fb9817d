package main

import (
	"runtime"
	"runtime/debug"

	"tenantry/internal/store/sqlite"
)

// The linker of a release sets these; other builds say what Go knows of them.
var releaseVersion, releaseCommit, releaseTime string

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
	if p.flags.JSON {
		return p.printJSON(b)
	}
	line := "tenantry " + b.Version
	if b.Revision != "" {
		line += " (" + b.Revision + ")"
	}
	return p.print("%s, schema %d, %s, %s\n", line, b.Schema, b.Go, b.Platform)
}

// buildVersion returns the version alone.
func buildVersion() string { return thisBuild().Version }

func thisBuild() build {
	b := build{Version: "unknown", Schema: sqlite.Schema, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if releaseVersion != "" {
		b.Version, b.Revision, b.Time = releaseVersion, releaseCommit, releaseTime
		return b
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Revision = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}
