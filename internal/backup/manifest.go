package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"tenantry/internal/store/sqlite"
	"tenantry/tenancy"
)

// Manifest says what a backup holds.
type Manifest struct {
	// Format is the version of the manifest itself.
	Format int `json:"format"`
	// Program is the release that made the backup, and Taken when it began.
	Program string    `json:"program"`
	Taken   time.Time `json:"taken"`
	// File is the name of the database beside the manifest.
	File   string `json:"file"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	// Installation and Mode say whose it is, Ring which key ring opens it, and Keys which
	// keys of that ring are needed; all of them are empty in a store of an earlier build.
	Installation tenancy.ID    `json:"installation,omitzero"`
	Mode         string        `json:"mode,omitempty"`
	Ring         string        `json:"ring,omitempty"`
	Keys         []int64       `json:"keys,omitempty"`
	Schema       int64         `json:"schema"`
	Counts       sqlite.Counts `json:"counts"`
	// LastEvent is the newest event of the log, and LastNumber its place there.
	LastEvent  tenancy.ID `json:"lastEvent,omitzero"`
	LastNumber int64      `json:"lastNumber,omitempty"`
}

// format is the version of the manifest that this program writes.
const format = 1

// suffix follows the name of a backup in the name of its manifest.
const suffix = ".manifest.json"

// mostManifest is far above any manifest; it keeps a wrong file out of memory.
const mostManifest = 1 << 20

// Refusal is returned when a backup cannot be made or restored as things stand.
type Refusal struct {
	// Text says what is wrong, and Remedy what to do about it.
	Text, Remedy string
}

// Error returns the text.
func (r *Refusal) Error() string { return r.Text }

func refused(remedy, text string, arguments ...any) error {
	return &Refusal{Text: fmt.Sprintf(text, arguments...), Remedy: remedy}
}

// ManifestOf returns the path of the manifest of a backup.
func ManifestOf(path string) string { return path + suffix }

// Read reads the manifest of the backup at path.
func Read(path string) (Manifest, error) {
	var found Manifest
	file, err := os.Open(ManifestOf(path))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(path); err != nil {
			return found, refused("name the file that `tenantry backup` made", "there is no backup at %s", path)
		}
		return found, refused("name a backup that is whole; a database that was copied by hand may lack what was acknowledged last, and cannot be verified",
			"%s has no manifest beside it: it is no whole backup", path)
	}
	if err != nil {
		return found, fmt.Errorf("opening the manifest: %w", err)
	}
	defer func() { _ = file.Close() }() // Nothing was written, so nothing can be lost.
	content, err := io.ReadAll(io.LimitReader(file, mostManifest))
	if err != nil {
		return found, fmt.Errorf("reading the manifest: %w", err)
	}
	if err := json.Unmarshal(content, &found); err != nil || found.Format == 0 || found.SHA256 == "" {
		return found, refused("take another backup", "%s is damaged: it is no manifest", ManifestOf(path))
	}
	if found.Format > format {
		return found, refused("restore it with the release that made it, "+found.Program, "%s has format %d, and this program knows formats up to %d",
			ManifestOf(path), found.Format, format)
	}
	return found, nil
}

// manifestOf returns the manifest of a verified file.
func manifestOf(facts sqlite.Facts) Manifest {
	m := Manifest{Format: format, Schema: facts.Schema, Counts: facts.Counts, LastEvent: facts.LastEvent, LastNumber: facts.LastNumber}
	if i := facts.Installation; i != nil {
		m.Installation, m.Mode, m.Ring = i.ID, i.Mode, i.Ring
		for _, key := range i.Keys {
			m.Keys = append(m.Keys, key.Number)
		}
	}
	return m
}

// encode returns the text of a manifest.
func (m Manifest) encode() ([]byte, error) {
	text, err := json.MarshalIndent(m, "", "  ")
	return append(text, '\n'), err
}

// holds reports whether a file has the facts of the manifest.
func (m Manifest) holds(facts sqlite.Facts) bool {
	found := manifestOf(facts)
	found.Program, found.Taken, found.File, found.Bytes, found.SHA256 = m.Program, m.Taken, m.File, m.Bytes, m.SHA256
	found.Format = m.Format
	one, first := m.encode()
	other, second := found.encode()
	return first == nil && second == nil && bytes.Equal(one, other)
}

// digest copies a file to w and returns its length and digest.
func digest(ctx context.Context, w io.Writer, file io.Reader, step func(done int64)) (int64, string, error) {
	sum := sha256.New()
	done, err := io.Copy(io.MultiWriter(sum, w), &watched{ctx: ctx, from: file, step: step})
	return done, hex.EncodeToString(sum.Sum(nil)), err
}

// watched is a reader that ends with its context and says how far it is.
type watched struct {
	ctx  context.Context //nolint:containedctx // a reader takes none
	from io.Reader
	step func(done int64)
	done int64
}

// Read implements io.Reader.
func (w *watched) Read(into []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.from.Read(into)
	w.done += int64(n)
	w.step(w.done)
	return n, err
}
