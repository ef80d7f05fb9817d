package main

import (
	"archive/tar"
	"bytes"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// nonroot is the user of the process in a container, who owns nothing but the data.
const nonroot = 65532

// image writes a container image of nothing but the binary, the roots of certificates, a user
// without rights and a directory for data, as a file that docker, podman and skopeo load.
func (r *release) image(t target, binary []byte) error {
	content, err := r.layer(binary)
	if err != nil {
		return err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil })
	if err != nil {
		return err
	}
	image, err := mutate.Append(empty.Image, mutate.Addendum{Layer: layer, History: v1.History{Created: v1.Time{Time: r.moment}, CreatedBy: "tools/release"}})
	if err != nil {
		return err
	}
	file, err := image.ConfigFile()
	if err != nil {
		return err
	}
	file = file.DeepCopy()
	file.OS, file.Architecture, file.Created, file.Author = t.system, t.processor, v1.Time{Time: r.moment}, "Tenantry"
	file.Config = v1.Config{
		Entrypoint: []string{"/tenantry"}, Cmd: []string{"serve"}, User: fmt.Sprintf("%d:%[1]d", nonroot), WorkingDir: "/",
		Env:          []string{"TENANTRY_DATA=/data", "TENANTRY_LISTEN=:8080", "TENANTRY_METRICS_LISTEN=:9464", "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"},
		ExposedPorts: map[string]struct{}{"8080/tcp": {}, "9464/tcp": {}},
		Volumes:      map[string]struct{}{"/data": {}},
		Labels: map[string]string{
			"org.opencontainers.image.title": "tenantry", "org.opencontainers.image.version": strings.TrimPrefix(r.version, "v"),
			"org.opencontainers.image.revision": r.commit,
		},
	}
	if image, err = mutate.ConfigFile(image, file); err != nil {
		return err
	}
	tag, err := name.NewTag("tenantry:" + strings.TrimPrefix(r.version, "v"))
	if err != nil {
		return err
	}
	return tarball.WriteToFile(r.name(t, ".image.tar"), tag, image)
}

// layer returns the files of the image as a tar archive.
func (r *release) layer(binary []byte) ([]byte, error) {
	var roots bytes.Buffer
	for root := range bundle.Roots() {
		if err := pem.Encode(&roots, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}); err != nil {
			return nil, err
		}
	}
	license, err := os.ReadFile(r.root + "/LICENSE")
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	t := tar.NewWriter(&out)
	for _, each := range []struct {
		entry
		owner int
	}{
		{entry{"data/", 0o700, nil}, nonroot},
		{entry{"etc/", 0o755, nil}, 0},
		{entry{"etc/passwd", 0o644, fmt.Appendf(nil, "nonroot:x:%d:%[1]d::/:/sbin/nologin\n", nonroot)}, 0},
		{entry{"etc/group", 0o644, fmt.Appendf(nil, "nonroot:x:%d:\n", nonroot)}, 0},
		{entry{"etc/ssl/", 0o755, nil}, 0},
		{entry{"etc/ssl/certs/", 0o755, nil}, 0},
		{entry{"etc/ssl/certs/ca-certificates.crt", 0o644, roots.Bytes()}, 0},
		{entry{"tmp/", 0o1777, nil}, 0},
		{entry{"licenses/", 0o755, nil}, 0},
		{entry{"licenses/LICENSE", 0o644, license}, 0},
		{entry{"tenantry", 0o755, binary}, 0},
	} {
		kind := byte(tar.TypeReg)
		if strings.HasSuffix(each.name, "/") {
			kind = tar.TypeDir
		}
		if err := t.WriteHeader(&tar.Header{
			Name: each.name, Mode: each.mode, Size: int64(len(each.data)), Uid: each.owner, Gid: each.owner,
			ModTime: r.moment, Typeflag: kind, Format: tar.FormatUSTAR,
		}); err != nil {
			return nil, err
		}
		if _, err := t.Write(each.data); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), t.Close()
}
