package api_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"tenantry/internal/api"
	"tenantry/internal/store/sqlite"
)

// Forty uploads that were sent half take less than 40 MB, though each sent nearly 10 MiB;
// one by whoever may not send any is refused before its body is read.
func TestHalfSentUploadsTakeLittleMemory(t *testing.T) { //nolint:paralleltest // it measures the heap
	const uploads, sent, most = 40, 9 << 20, 40 << 20
	store, err := sqlite.Open(t.Context(), sqlite.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	e := newEnv(t, func(s *setup) {
		s.InFlight, s.Store = api.Bounds{Bytes: 32 << 20, TenantBytes: 32 << 20}, store
	})
	p := e.platform()
	head := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7\n"
	headers := append(p.headers()[:2:2], "Content-Type: multipart/form-data; boundary=b")
	path := p.path("/documents")
	part := bytes.Repeat([]byte("x"), 64<<10)

	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	peak := uint64(0)
	for range uploads {
		half := e.halfSent(http.MethodPost, path, head, 10<<20, headers...)
		_ = half.SetWriteDeadline(time.Now().Add(time.Minute))
		for n := 0; n < sent; n += len(part) {
			if _, err := half.Write(part); err != nil {
				t.Fatalf("the service takes no more: %v", err)
			}
		}
		runtime.ReadMemStats(&now)
		peak = max(peak, now.HeapAlloc)
	}
	t.Logf("%d half-sent uploads: %d MB at most", uploads, (peak-before.HeapAlloc)>>20)
	if peak > before.HeapAlloc+most {
		t.Errorf("%d half-sent uploads take %d MB", uploads, (peak-before.HeapAlloc)>>20)
	}

	stranger := e.platform()
	conn, err := net.Dial("tcp", strings.TrimPrefix(e.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nAuthorization: Bearer %s\r\nX-CUSTOMER-ID: %s\r\n"+
		"Content-Type: multipart/form-data; boundary=b\r\n\r\n", path, stranger.secret, stranger.id)
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	answer := make([]byte, 12)
	if _, err := conn.Read(answer); err != nil || string(answer) != "HTTP/1.1 404" {
		t.Errorf("a stranger's upload is answered %q, %v, before its body", answer, err)
	}
}
