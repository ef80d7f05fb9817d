package seal

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// The formats of the ring's text that this release reads. It writes the first as long as
// a ring was never rotated, which is all that the first can hold.
const (
	formatPlain   = 1
	formatRotated = 2
)

// encodedBytes is how long 32 bytes are in base64 with padding.
const encodedBytes = 44

// document is the ring as text. Every member of its format is required.
type document struct {
	Format  int           `json:"format"`
	Root    string        `json:"root"`
	Keys    []textKey     `json:"keys"`
	Current uint32        `json:"current"`
	Links   []textLink    `json:"links,omitzero"`
	Tokens  []textRetired `json:"tokens,omitzero"`
}

// textLink is a secret by which fingerprints are made anew.
type textLink struct {
	Version uint32 `json:"version"`
	Key     string `json:"key"`
}

// textRetired is a key of access tokens that signs no more.
type textRetired struct {
	Version uint32 `json:"number"`
	Key     string `json:"key"`
	Created string `json:"created"`
	Ended   string `json:"ended"`
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
	if read.Format != formatPlain && read.Format != formatRotated {
		return nil, fmt.Errorf("its format is %d, and this release reads formats %d and %d only", read.Format, formatPlain, formatRotated)
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
	of := parts{keys: keys, current: read.Current}
	if of.links, err = parseLinks(read.Links); err == nil {
		of.retired, err = parseRetired(read.Tokens)
	}
	if err != nil {
		return nil, err
	}
	return assemble(s, root, of)
}

func parseLinks(list []textLink) ([]link, error) {
	var links []link
	for _, l := range list {
		material, err := parseMaterial(l.Key)
		if err != nil {
			return nil, fmt.Errorf("the link of version %d %w", l.Version, err)
		}
		links = append(links, link{version: l.Version, material: material})
	}
	return links, nil
}

func parseRetired(list []textRetired) ([]retired, error) {
	var old []retired
	for _, t := range list {
		material, err := parseMaterial(t.Key)
		if err != nil {
			return nil, fmt.Errorf("the key of access tokens of version %d %w", t.Version, err)
		}
		created, err := time.Parse(time.RFC3339, t.Created)
		ended, wrong := time.Parse(time.RFC3339, t.Ended)
		if err != nil || wrong != nil {
			return nil, fmt.Errorf("the key of access tokens of version %d has a created or ended that is not an RFC 3339 time", t.Version)
		}
		old = append(old, retired{version: t.Version, material: material, created: created.UTC(), ended: ended.UTC()})
	}
	return old, nil
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
		Format:  formatPlain,
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
	if len(i.links)+len(i.retired) > 0 {
		// Empty, not nil: this format has both members.
		written.Format, written.Links, written.Tokens = formatRotated, []textLink{}, []textRetired{}
	}
	for _, l := range i.links {
		written.Links = append(written.Links, textLink{Version: l.version, Key: base64.StdEncoding.EncodeToString(l.material)})
	}
	for _, old := range i.retired {
		written.Tokens = append(written.Tokens, textRetired{
			Version: old.version, Key: base64.StdEncoding.EncodeToString(old.material),
			Created: old.created.Format(time.RFC3339), Ended: old.ended.Format(time.RFC3339),
		})
	}
	text, err := json.MarshalIndent(written, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the key ring as text: %w", err)
	}
	return append(text, '\n'), nil
}
