package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// beside are the files of the checkout that every archive has beside the binary.
var beside = []string{"LICENSE", "README.md", "CHANGELOG.md", "config.yaml"}

// entry is a file in an archive.
type entry struct {
	name string
	mode int64
	data []byte
}

// archive writes the binary with what belongs to it: .zip for Windows, .tar.gz elsewhere.
func (r *release) archive(t target, binary []byte) (err error) {
	program, ending := "tenantry", ".tar.gz"
	if t.system == "windows" {
		program, ending = "tenantry.exe", ".zip"
	}
	entries := []entry{{program, 0o755, binary}}
	for _, name := range beside {
		data, err := os.ReadFile(filepath.Join(r.root, name))
		if err != nil {
			return err
		}
		entries = append(entries, entry{name, 0o644, data})
	}
	out, err := os.Create(r.name(t, ending))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	folder := strings.TrimSuffix(filepath.Base(out.Name()), ending)
	for i := range entries {
		entries[i].name = path.Join(folder, entries[i].name)
	}
	if t.system == "windows" {
		return r.zip(out, entries)
	}
	packed, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	if err != nil {
		return err
	}
	return errors.Join(r.tar(packed, entries), packed.Close())
}

// tar writes entries that belong to nobody in particular.
func (r *release) tar(out io.Writer, entries []entry) error {
	t := tar.NewWriter(out)
	for _, e := range entries {
		header := &tar.Header{Name: e.name, Mode: e.mode, Size: int64(len(e.data)), ModTime: r.moment, Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}
		if strings.HasSuffix(e.name, "/") {
			header.Typeflag = tar.TypeDir
		}
		if err := t.WriteHeader(header); err != nil {
			return err
		}
		if _, err := t.Write(e.data); err != nil {
			return err
		}
	}
	return t.Close()
}

func (r *release) zip(out io.Writer, entries []entry) error {
	z := zip.NewWriter(out)
	for _, e := range entries {
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: r.moment}
		header.SetMode(os.FileMode(e.mode)) //nolint:gosec // a few bits
		w, err := z.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := w.Write(e.data); err != nil {
			return err
		}
	}
	return z.Close()
}
