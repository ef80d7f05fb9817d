package cli

import "runtime/debug"

// The linker of a release sets these; other builds say what Go knows of them.
var releaseVersion, releaseCommit, releaseTime string

// Stamp is what a build is known by.
type Stamp struct {
	Version, Revision, Time string
	Modified                bool
}

// Version returns the version of this program.
func Version() string { return ThisStamp().Version }

// ThisStamp returns the stamp of this program.
func ThisStamp() Stamp {
	if releaseVersion != "" {
		return Stamp{Version: releaseVersion, Revision: releaseCommit, Time: releaseTime}
	}
	stamp := Stamp{Version: "unknown"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return stamp
	}
	if info.Main.Version != "" {
		stamp.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			stamp.Revision = s.Value
		case "vcs.time":
			stamp.Time = s.Value
		case "vcs.modified":
			stamp.Modified = s.Value == "true"
		}
	}
	return stamp
}
