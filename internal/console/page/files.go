package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"tenantry/internal/console/assets"
)

// AssetsPath is the path below which the assets of all pages are served.
const AssetsPath = "/console/assets/"

// files are the assets under names that change with their content.
type files struct {
	named  map[string]string // the name that is served, by the plain one
	served map[string]file
}

type file struct {
	media       string
	plain, gzip []byte
}

func readAssets() (*files, error) {
	found := &files{named: map[string]string{}, served: map[string]file{}}
	err := fs.WalkDir(assets.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(assets.Files, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		kind := path.Ext(name)
		served := strings.TrimSuffix(name, kind) + "." + hex.EncodeToString(sum[:6]) + kind
		media := mime.TypeByExtension(kind)
		switch kind { // whatever the machine says of these
		case ".css":
			media = "text/css; charset=utf-8"
		case ".js":
			media = "text/javascript; charset=utf-8"
		case ".svg":
			media = "image/svg+xml"
		case ".LICENSE":
			media = "text/plain; charset=utf-8"
		}
		found.named[name] = served
		found.served[served] = file{media: media, plain: content, gzip: compressed(content, gzip.BestCompression)}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the assets: %w", err)
	}
	return found, nil
}

func compressed(content []byte, level int) []byte {
	var small bytes.Buffer
	w, _ := gzip.NewWriterLevel(&small, level) // fails for unknown levels only
	_, _ = w.Write(content)                    // neither fails into memory
	_ = w.Close()
	return small.Bytes()
}

// Asset returns the path by which clients reach an asset.
func (k *Kit) Asset(name string) (string, error) {
	served, found := k.files.named[name]
	if !found {
		return "", fmt.Errorf("there is no asset %s", name)
	}
	return k.URL(AssetsPath + served), nil
}

// Assets returns the handler of AssetsPath. Their names change with their content, so
// caches keep them for ever.
func (k *Kit) Assets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Protect(w.Header())
		found, ok := k.files.served[strings.TrimPrefix(r.URL.Path, AssetsPath)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		send(w, r, http.StatusOK, found.media, found.plain, found.gzip)
	})
}

// send writes an answer in the form that the client takes.
func send(w http.ResponseWriter, r *http.Request, status int, media string, plain, zipped []byte) {
	header := w.Header()
	header.Set("Content-Type", media)
	header.Add("Vary", "Accept-Encoding")
	content := plain
	if zipped != nil && takesGzip(r) {
		header.Set("Content-Encoding", "gzip")
		content = zipped
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) //nolint:gosec // templates escape it; the client is gone if this fails
	}
}

func takesGzip(r *http.Request) bool {
	for one := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(one), ";")
		if coding == "gzip" {
			return strings.TrimSpace(weight) != "q=0"
		}
	}
	return false
}
