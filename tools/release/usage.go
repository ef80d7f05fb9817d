package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// completions are where packages put what the shells read.
var completions = map[string]string{
	"bash": "/usr/share/bash-completion/completions/tenantry",
	"zsh":  "/usr/share/zsh/vendor-completions/_tenantry",
	"fish": "/usr/share/fish/vendor_completions.d/tenantry.fish",
}

// usage has the program, built for this machine, write its completions and manual pages, and
// returns the files by where packages put them.
func (r *release) usage(ctx context.Context) (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "tenantry-usage")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary, err := r.build(ctx, target{runtime.GOOS, runtime.GOARCH})
	if err != nil {
		return nil, fmt.Errorf("building for this machine: %w", err)
	}
	program, pages := filepath.Join(dir, "tenantry"), filepath.Join(dir, "man")
	if err := os.WriteFile(program, binary, 0o700); err != nil { //nolint:gosec // a program
		return nil, err
	}
	made := map[string][]byte{}
	for shell, path := range completions {
		if made[path], err = exec.CommandContext(ctx, program, "completion", shell).Output(); err != nil { //nolint:gosec // what was just built
			return nil, fmt.Errorf("writing the completion of %s: %w", shell, err)
		}
	}
	if err := exec.CommandContext(ctx, program, "man", pages).Run(); err != nil { //nolint:gosec // what was just built
		return nil, fmt.Errorf("writing the manual pages: %w", err)
	}
	entries, err := os.ReadDir(pages)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(pages, entry.Name()))
		if err != nil {
			return nil, err
		}
		var packed bytes.Buffer // without a time, so that it is the same twice
		writer, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		if err != nil {
			return nil, err
		}
		if _, err := writer.Write(text); err != nil {
			return nil, err
		}
		if err := writer.Close(); err != nil {
			return nil, err
		}
		made["/usr/share/man/man1/"+entry.Name()+".gz"] = packed.Bytes()
	}
	return made, nil
}

// flat returns a path as the name of one file.
func flat(path string) string { return strings.ReplaceAll(strings.Trim(path, "/"), "/", "_") }
