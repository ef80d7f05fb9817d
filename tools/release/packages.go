package main

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb" // by name
	"github.com/goreleaser/nfpm/v2/files"
	_ "github.com/goreleaser/nfpm/v2/rpm" // by name
)

// packages writes packages for Debian and Red Hat: the program with its
// completions and manual pages, its unit for systemd, and its settings, which an update leaves as they are. Nothing is started by installing it.
func (r *release) packages(t target, binary []byte) error {
	beside, err := os.MkdirTemp("", "tenantry-packages")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(beside) }()
	for path, text := range r.extras {
		if err := os.WriteFile(filepath.Join(beside, flat(path)), text, 0o600); err != nil {
			return err
		}
	}
	program := filepath.Join(r.out, ".tenantry")
	if err := os.WriteFile(program, binary, 0o755); err != nil { //nolint:gosec // a program
		return err
	}
	defer func() { _ = os.Remove(program) }()
	for kind, license := range map[string]string{"deb": "/usr/share/doc/tenantry/copyright", "rpm": "/usr/share/licenses/tenantry/LICENSE"} {
		content := func(source, destination, kind string, mode os.FileMode) *files.Content {
			return &files.Content{Source: source, Destination: destination, Type: kind, FileInfo: &files.ContentFileInfo{Mode: mode, MTime: r.moment, Owner: "root", Group: "root"}}
		}
		from := func(name string) string { return filepath.Join(r.root, filepath.FromSlash(name)) }
		contents := files.Contents{
			content(program, "/usr/bin/tenantry", files.TypeFile, 0o755),
			content(from("deploy/systemd/tenantry.service"), "/usr/lib/systemd/system/tenantry.service", files.TypeFile, 0o644),
			content(from("config.yaml"), "/etc/tenantry/config.yaml", files.TypeConfigNoReplace, 0o644),
			content(from("README.md"), "/usr/share/doc/tenantry/README.md", files.TypeFile, 0o644),
			content(from("CHANGELOG.md"), "/usr/share/doc/tenantry/CHANGELOG.md", files.TypeFile, 0o644),
			content(from("LICENSE"), license, files.TypeFile, 0o644),
		}
		for _, path := range slices.Sorted(maps.Keys(r.extras)) {
			contents = append(contents, content(filepath.Join(beside, flat(path)), path, files.TypeFile, 0o644))
		}
		info := nfpm.WithDefaults(&nfpm.Info{
			Name: "tenantry", Arch: t.processor, Platform: "linux", Version: r.version, MTime: r.moment,
			Section: "net", Priority: "optional", Maintainer: "Tenantry <security@tenantry.example>", Vendor: "Tenantry", License: "see LICENSE",
			Description:  "The customer hierarchy of a payments business\nPlatforms, merchants and payers with their keys, plans, banks and reviews, behind one API and three dialects.",
			Overridables: nfpm.Overridables{Contents: contents},
		})
		info.RPM.BuildHost = "tenantry"
		packager, err := nfpm.Get(kind)
		if err != nil {
			return err
		}
		if err := nfpm.PrepareForPackager(info, kind); err != nil {
			return err
		}
		out, err := os.Create(filepath.Join(r.out, packager.ConventionalFileName(info)))
		if err != nil {
			return err
		}
		if err := errors.Join(packager.Package(info, out), out.Close()); err != nil {
			return err
		}
	}
	return nil
}
