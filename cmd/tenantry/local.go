package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/ring"
	"tenantry/tenancy"
)

// The routes of the admin side that belong to this machine and not to the API.
const (
	rotatePath  = "/local/seal/rotate"
	servingPath = "/local/serving"
)

// localRoutes serves the routes of this machine.
type localRoutes struct {
	*installation
	random io.Reader
	// console is the URL by which browsers on this machine reach the console.
	console string
	now     func() time.Time
	// copying is held while a backup is made, and copied is when the last one began, in
	// seconds; 0 if this process made none.
	copying sync.Mutex
	copied  atomic.Int64
	// examining is held while the installation is examined; serves is true within a service.
	examining sync.Mutex
	serves    bool
	// receiving is held while customers are imported.
	receiving sync.Mutex
	// rotating is held while the key ring is rotated.
	rotating sync.Mutex
}

func (l *localRoutes) register(mux *http.ServeMux) {
	mux.HandleFunc("POST "+rotatePath, l.traced(l.rotate))
	mux.HandleFunc("POST "+backupPath, l.traced(l.backup))
	mux.HandleFunc("POST "+doctorPath, l.traced(l.doctor))
	mux.HandleFunc("POST "+exportPath, l.traced(l.export))
	mux.HandleFunc("POST "+importPath, l.traced(l.receive))
	mux.HandleFunc("POST "+purgePath, l.traced(l.purge))
	mux.HandleFunc("POST "+setupPath, l.traced(l.setupLink))
	mux.HandleFunc("GET "+servingPath, l.serving)
}

// traced assigns a request a reference, as the API does, so that its events say where it
// came from.
func (l *localRoutes) traced(serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var bits [16]byte
		_, _ = io.ReadFull(l.random, bits[:]) // without randomness it is zero, and the request goes on
		origin := tenancy.OriginOf(r.Context())
		origin.Ref, origin.UserAgent = hex.EncodeToString(bits[:]), tenancy.ShortUserAgent(r.UserAgent())
		w.Header().Set("X-Request-Id", origin.Ref)
		serve(w, r.WithContext(tenancy.WithOrigin(r.Context(), origin)))
	}
}

// servingBody describes the process that serves the data directory.
type servingBody struct {
	Version string `json:"version"`
	Store   string `json:"store"`
	Mode    string `json:"mode"`
}

func (l *localRoutes) serving(w http.ResponseWriter, _ *http.Request) {
	l.answer(w, servingBody{Version: cli.Version(), Store: engineOf(l.settings), Mode: string(l.settings.Mode)})
}

// rotateStep is one line of the answer of a rotation: how far it is, or how it ended.
type rotateStep struct {
	Done    int    `json:"done,omitempty"`
	Version uint32 `json:"version,omitempty"`
	Error   string `json:"error,omitempty"`
}

// rotate rotates the key ring and writes a line for each step. If the caller goes away it
// stops, and the next call goes on from there.
func (l *localRoutes) rotate(w http.ResponseWriter, r *http.Request) {
	if !l.rotating.TryLock() {
		w.WriteHeader(http.StatusConflict)
		l.answer(w, rotateStep{Error: "the key ring is being rotated already"})
		return
	}
	version, err := l.rotateAlone(r.Context(), r.URL.Query().Get("keepOld") == "true", r.URL.Query().Get("endTokens") == "true",
		func(done int) { l.answer(w, rotateStep{Done: done}) })
	last := rotateStep{Version: version}
	if err != nil {
		last = rotateStep{Error: err.Error()}
	}
	l.answer(w, last)
}

// rotateAlone rotates and frees the lock before the last line is written, so that a
// client that reads it can start the next rotation.
func (l *localRoutes) rotateAlone(ctx context.Context, keepOld, endTokens bool, progress func(done int)) (uint32, error) {
	defer l.rotating.Unlock()
	return ring.Rotation{
		Path: l.settings.KeyringFile(), Holder: l.keyring, Random: l.random,
		Record: l.facts, Settle: l.settle, Reseal: l.service.Reseal, KeepOld: keepOld, EndTokens: endTokens,
	}.Run(ctx, progress)
}

// settle waits for requests under way, no longer than one may take.
func (l *localRoutes) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*l.settings.Limits.RequestTimeout)
	defer cancel()
	return l.requests.Earlier()(ctx)
}

// answer writes one line and flushes it.
func (l *localRoutes) answer(w http.ResponseWriter, value any) {
	// If this fails the caller is gone, so the error has no reader.
	_ = json.NewEncoder(w).Encode(value)
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}
