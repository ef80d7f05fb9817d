package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"errors"
	"os"
	"time"

	"github.com/CycloneDX/cyclonedx-go"
	"github.com/google/uuid"
)

// bill writes the bill of materials of a binary (CycloneDX): the modules that the linker says
// are in it, with their checksums, and the version of Go.
func (r *release) bill(t target, binary []byte) (err error) {
	info, err := buildinfo.Read(bytes.NewReader(binary))
	if err != nil {
		return err
	}
	b := cyclonedx.NewBOM()
	digest := sha256.Sum256(binary)
	b.SerialNumber = uuid.NewSHA1(uuid.NameSpaceOID, digest[:]).URN()
	self := cyclonedx.Component{
		BOMRef: "tenantry", Type: cyclonedx.ComponentTypeApplication, Name: "tenantry", Version: r.version,
	}
	b.Metadata = &cyclonedx.Metadata{Timestamp: r.moment.Format(time.RFC3339), Component: &self}
	standard := "pkg:golang/std@" + info.GoVersion
	parts := []cyclonedx.Component{{BOMRef: standard, Type: cyclonedx.ComponentTypeLibrary, Name: "std", Version: info.GoVersion, PackageURL: standard}}
	needs := []string{standard}
	for _, module := range info.Deps {
		if module.Replace != nil {
			module = module.Replace
		}
		at := "pkg:golang/" + module.Path + "@" + module.Version
		parts = append(parts, cyclonedx.Component{
			BOMRef: at, Type: cyclonedx.ComponentTypeLibrary, Name: module.Path, Version: module.Version, PackageURL: at,
			Properties: &[]cyclonedx.Property{{Name: "go:sum", Value: module.Sum}},
		})
		needs = append(needs, at)
	}
	b.Components, b.Dependencies = &parts, &[]cyclonedx.Dependency{{Ref: self.BOMRef, Dependencies: &needs}}
	out, err := os.Create(r.name(t, ".cdx.json"))
	if err != nil {
		return err
	}
	return errors.Join(cyclonedx.NewBOMEncoder(out, cyclonedx.BOMFileFormatJSON).SetPretty(true).Encode(b), out.Close())
}
