package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/CycloneDX/cyclonedx-go"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// made is a release of this checkout for the system of the test, twice, from two places.
type made struct {
	first, second string
	public        ed25519.PublicKey
	target        target
}

const version = "v1.2.3-rc.1"

// makeTwice releases a copy of the checkout, as it stands, in two directories.
func makeTwice(t *testing.T) made {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("packages and images are made of programs for Linux, which are run here")
	}
	public, private, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	text, err := x509.MarshalPKCS8PrivateKey(private)
	must(t, err)
	key := filepath.Join(t.TempDir(), "key.pem")
	must(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: text}), 0o600))
	m := made{public: public, target: target{"linux", runtime.GOARCH}}
	checkout := copied(t)
	other := filepath.Join(t.TempDir(), "elsewhere", "checkout")
	must(t, os.MkdirAll(filepath.Dir(other), 0o755))
	command(t, "", "git", "clone", "--quiet", checkout, other)
	for out, root := range map[*string]string{&m.first: checkout, &m.second: other} {
		*out = filepath.Join(t.TempDir(), "dist")
		must(t, run(t.Context(), []string{"-root", root, "-out", *out, "-version", version, "-key", key, "-only", m.target.String()}))
	}
	return m
}

// copied returns a repository of one commit with the files of this checkout, changes included.
func copied(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "checkout")
	must(t, os.Mkdir(dir, 0o755))
	for name := range strings.SplitSeq(command(t, "../..", "git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"), "\x00") {
		data, err := os.ReadFile(filepath.Join("../..", name))
		if name == "" || errors.Is(err, os.ErrNotExist) {
			continue
		}
		must(t, err)
		path := filepath.Join(dir, name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, data, 0o644))
	}
	command(t, dir, "git", "init", "--quiet")
	command(t, dir, "git", "add", "--all")
	command(t, dir, "git", "-c", "user.name=Release", "-c", "user.email=release@example.com", "commit", "--quiet", "--message", "Release")
	return dir
}

// TestARelease makes a release twice and holds that both are the same byte for byte, that the
// checksums and the signature are right, that the program in the container image runs and says
// what it is, that its bill names what it is made of, and that packages hold what they install.
func TestARelease(t *testing.T) {
	m := makeTwice(t)
	files := map[string][]byte{}
	entries, err := os.ReadDir(m.first)
	must(t, err)
	for _, e := range entries {
		first, err := os.ReadFile(filepath.Join(m.first, e.Name()))
		must(t, err)
		second, err := os.ReadFile(filepath.Join(m.second, e.Name()))
		must(t, err)
		if !bytes.Equal(first, second) {
			t.Errorf("%s is not the same twice", e.Name())
		}
		files[e.Name()] = first
	}
	name := "tenantry_1.2.3-rc.1_" + m.target.String()

	t.Run("checksums", func(t *testing.T) {
		sums := files[sumsName]
		lines := strings.Split(strings.TrimSpace(string(sums)), "\n")
		if len(lines) != len(files)-2 { // all but itself and its signature
			t.Errorf("%d checksums of %d files:\n%s", len(lines), len(files), sums)
		}
		for _, line := range lines {
			digest, of, _ := strings.Cut(line, "  ")
			if sum := sha256.Sum256(files[of]); hex.EncodeToString(sum[:]) != digest {
				t.Errorf("the checksum of %s is wrong", of)
			}
		}
		if !ed25519.Verify(m.public, sums, files[sumsName+".sig"]) {
			t.Error("the signature is wrong")
		}
	})
	t.Run("image", func(t *testing.T) {
		image, err := tarball.ImageFromPath(filepath.Join(m.first, name+".image.tar"), nil)
		must(t, err)
		layers, err := image.Layers()
		must(t, err)
		content, err := layers[0].Uncompressed()
		must(t, err)
		dir := t.TempDir()
		for _, e := range unpacked(t, content) {
			if e.name == "tenantry" || e.name == "etc/ssl/certs/ca-certificates.crt" {
				must(t, os.WriteFile(filepath.Join(dir, filepath.Base(e.name)), e.data, 0o755))
			}
		}
		pool := x509.NewCertPool()
		roots, err := os.ReadFile(filepath.Join(dir, "ca-certificates.crt"))
		must(t, err)
		if !pool.AppendCertsFromPEM(roots) {
			t.Error("the image has no roots of certificates")
		}
		var told struct {
			Version, Revision string
			Schema            int
		}
		must(t, json.Unmarshal([]byte(command(t, dir, filepath.Join(dir, "tenantry"), "version", "--json")), &told))
		if told.Version != version || len(told.Revision) != 40 || told.Schema < 1 {
			t.Errorf("the program says that it is %+v", told)
		}
		file, err := image.ConfigFile()
		must(t, err)
		if file.Config.User != "65532:65532" {
			t.Errorf("the process is user %q", file.Config.User)
		}
	})
	t.Run("archive", func(t *testing.T) {
		opened, err := gzip.NewReader(bytes.NewReader(files[name+".tar.gz"]))
		must(t, err)
		var names []string
		for _, e := range unpacked(t, opened) {
			names = append(names, strings.TrimPrefix(e.name, name+"/"))
		}
		if got := strings.Join(names, " "); got != "tenantry "+strings.Join(beside, " ") {
			t.Errorf("the archive holds %s", got)
		}
	})
	t.Run("bill", func(t *testing.T) {
		var bill cyclonedx.BOM
		must(t, cyclonedx.NewBOMDecoder(bytes.NewReader(files[name+".cdx.json"]), cyclonedx.BOMFileFormatJSON).Decode(&bill))
		var named bool
		for _, part := range *bill.Components {
			named = named || part.Name == "modernc.org/sqlite" && part.Version != ""
		}
		if !named {
			t.Error("the bill does not name SQLite")
		}
	})
	t.Run("deb", func(t *testing.T) {
		if _, err := exec.LookPath("dpkg-deb"); err != nil {
			t.Skip("dpkg-deb is not installed")
		}
		list := command(t, m.first, "dpkg-deb", "--contents", "tenantry_1.2.3~rc.1_"+m.target.processor+".deb")
		for _, path := range []string{"./usr/bin/tenantry\n", "./usr/lib/systemd/system/tenantry.service\n", "./etc/tenantry/config.yaml\n",
			"./usr/share/man/man1/tenantry.1.gz\n", "./usr/share/man/man1/tenantry-keys-rotate.1.gz\n", "./usr/share/bash-completion/completions/tenantry\n"} {
			if !strings.Contains(list, path) {
				t.Errorf("the package lacks %s:\n%s", path, list)
			}
		}
	})
}

// TestADirtyCheckoutIsNotReleased holds that what nobody could make again is refused.
func TestADirtyCheckoutIsNotReleased(t *testing.T) {
	dir := copied(t)
	must(t, os.WriteFile(filepath.Join(dir, "README.md"), []byte("changed"), 0o644))
	err := run(t.Context(), []string{"-root", dir, "-out", filepath.Join(t.TempDir(), "dist"), "-version", version})
	if err == nil || !strings.Contains(err.Error(), "differs from its commit") {
		t.Errorf("releasing it: %v", err)
	}
}

func unpacked(t *testing.T, in io.Reader) (entries []entry) {
	t.Helper()
	for archive := tar.NewReader(in); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return entries
		}
		must(t, err)
		data, err := io.ReadAll(archive)
		must(t, err)
		entries = append(entries, entry{header.Name, header.Mode, data})
	}
}

func command(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), program, args...)
	c.Dir, c.Stderr = dir, os.Stderr
	text, err := c.Output()
	must(t, err)
	return string(text)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
