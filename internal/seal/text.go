package seal

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// formatVersion is the format of the ring's text that this release writes, and
// the only one that it reads.
const formatVersion = 1

// encodedBytes is how long 32 bytes are in base64 with padding.
const encodedBytes = 44

// document is the ring as text. Every member is required.
type document struct {
	Format  int       `json:"format"`
	Root    string    `json:"root"`
	Keys    []textKey `json:"keys"`
	Current uint32    `json:"current"`
}

type textKey struct {
	Version uint32 `json:"version"`
	Key     string `json:"key"`
	Created string `json:"created"`
}

// Parse reads the text of a key ring, the same that a key ring file holds; it serves
// rings that come from the environment. It is strict: unknown, repeated or missing
// members, wrong lengths, duplicate versions, a current version without a key, all-zero
// or repeated keys are refused. Its error texts are for the operator and never show any
// of the text.
func Parse(text []byte, options ...Option) (*Ring, error) {
	ring, err := parse(text, newSettings(options))
	if err != nil {
		return nil, fmt.Errorf("reading the key ring: %w", err)
	}
	return ring, nil
}

func parse(text []byte, s settings) (*Ring, error) {
	read, err := decode(text)
	if err != nil {
		return nil, err
	}
	if read.Format != formatVersion {
		return nil, fmt.Errorf("its format is %d, and this release reads format %d only", read.Format, formatVersion)
	}
	root, err := parseMaterial(read.Root)
	if err != nil {
		return nil, fmt.Errorf("the root %w", err)
	}
	keys := make([]*key, len(read.Keys))
	for i, k := range read.Keys {
		material, err := parseMaterial(k.Key)
		if err != nil {
			return nil, fmt.Errorf("the key of version %d %w", k.Version, err)
		}
		created, err := time.Parse(time.RFC3339, k.Created)
		if err != nil {
			return nil, fmt.Errorf("the key of version %d has a created that is not an RFC 3339 time", k.Version)
		}
		keys[i] = &key{version: k.Version, material: material, created: created.UTC()}
	}
	return assemble(s, root, keys, read.Current)
}

// parseMaterial reads 32 bytes of base64. The decoder skips line breaks, hence the check
// of the length before it.
func parseMaterial(text string) ([]byte, error) {
	if len(text) != encodedBytes {
		return nil, fmt.Errorf("must be %d bytes in base64 with padding (%d characters), and has %d characters",
			keyBytes, encodedBytes, len(text))
	}
	material, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(material) != keyBytes {
		return nil, errors.New("is not proper base64 of 32 bytes")
	}
	return material, nil
}

// text returns what Parse reads, indented for people, ending in a line break.
func (i *inner) text() ([]byte, error) {
	written := document{
		Format:  formatVersion,
		Root:    base64.StdEncoding.EncodeToString(i.root),
		Current: i.current.version,
	}
	for _, k := range i.keys {
		written.Keys = append(written.Keys, textKey{
			Version: k.version,
			Key:     base64.StdEncoding.EncodeToString(k.material),
			Created: k.created.Format(time.RFC3339),
		})
	}
	text, err := json.MarshalIndent(written, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the key ring as text: %w", err)
	}
	return append(text, '\n'), nil
}
