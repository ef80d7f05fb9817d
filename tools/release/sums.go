package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

const sumsName = "SHA256SUMS"

// sums writes the checksums of all that was made and signs them:
//
//	sha256sum -c SHA256SUMS
//	openssl pkeyutl -verify -pubin -inkey tenantry.pub -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig
func (r *release) sums() error {
	made, err := os.ReadDir(r.out)
	if err != nil {
		return err
	}
	var lines bytes.Buffer
	for _, file := range made {
		data, err := os.ReadFile(filepath.Join(r.out, file.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&lines, "%x  %s\n", sha256.Sum256(data), file.Name())
	}
	path := filepath.Join(r.out, sumsName)
	if err := os.WriteFile(path, lines.Bytes(), 0o644); err != nil || r.key == "" { //nolint:gosec // for everybody
		return err
	}
	key, err := signingKey(r.key)
	if err != nil {
		return err
	}
	return os.WriteFile(path+".sig", ed25519.Sign(key, lines.Bytes()), 0o644) //nolint:gosec // for everybody
}

// signingKey reads a private key as `openssl genpkey -algorithm ed25519` writes it.
func signingKey(path string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("-key: the file holds no PEM block")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("-key: %w", err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, errors.New("-key: the key is not of Ed25519: make one with openssl genpkey -algorithm ed25519")
	}
	return key, nil
}
