package idempotency

import (
	"bytes"
	"compress/flate"
	_ "embed" // the skeletons
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"

	"tenantry/tenancy"
)

// keptFormat begins kept answers in the present form. Those of earlier builds are JSON
// objects, which are read until they end.
const keptFormat = 2

// keptAnswer is how an answer is stored: what any credential may see again that may do as
// much as the one that asked, sealed for the service, and what is secret in it, sealed
// for the credential that asked.
type keptAnswer struct {
	// Scopes are those of the credential that asked.
	Scopes tenancy.Scope `json:"scopes"`
	Public []byte        `json:"public"`
	// Secret is what the answer has beside Public.
	Secret []byte `json:"-"`
	// Full is the whole answer, in the earlier form alone.
	Full []byte `json:"full,omitempty"`
}

// write returns the stored form: the format, the scopes, the public box behind its length,
// and the secret one.
func (k keptAnswer) write() ([]byte, error) {
	if k.Full != nil { // it was read, and stays as it is
		text, err := json.Marshal(k)
		if err != nil {
			return nil, fmt.Errorf("writing a kept answer: %w", err)
		}
		return text, nil
	}
	out := make([]byte, 0, 2*binary.MaxVarintLen64+len(k.Public)+len(k.Secret))
	out = binary.AppendUvarint(append(out, keptFormat), uint64(k.Scopes))
	out = append(binary.AppendUvarint(out, uint64(len(k.Public))), k.Public...)
	return append(out, k.Secret...), nil
}

var errKept = errors.New("a kept answer has another form than any build wrote")

func readKept(stored []byte) (k keptAnswer, err error) {
	if len(stored) > 0 && stored[0] == '{' {
		if err := json.Unmarshal(stored, &k); err != nil {
			return k, fmt.Errorf("reading a kept answer: %w", err)
		}
		return k, nil
	}
	in := reader{rest: stored}
	if in.next(1); in.failed || stored[0] != keptFormat {
		return k, errKept
	}
	k.Scopes = tenancy.Scope(in.number()) //nolint:gosec // as it was written
	k.Public = in.next(in.number())
	k.Secret = in.rest
	if in.failed {
		return k, errKept
	}
	return k, nil
}

// packedFormat begins what pack returns: it is compressed against the skeleton. Before, an
// answer was compressed against a shorter one, and before that by itself alone.
const (
	packedFormat    = 4
	packedByMembers = 3
	packedAlone     = 2
)

// skeleton is what answers have in common: what is said about requirements, the names of
// members and the words between them. More than half of an answer is no more than that.
// memberSkeleton is the earlier one, without requirements. Kept answers are read against these
// very bytes, so to change them takes another file and another format.
var (
	//go:embed skeleton-2.txt
	skeleton []byte
	//go:embed skeleton.txt
	memberSkeleton []byte
)

// The bodies of a packed answer.
const (
	noBody = iota
	bytesBody
	recordBody
)

// pack returns the plain form of an answer, which is sealed: compressed, because a box
// cannot be compressed any more.
func pack(a Answer) []byte {
	out := binary.AppendUvarint(nil, uint64(a.Status)) //nolint:gosec // a status of HTTP
	out = binary.AppendUvarint(out, uint64(len(a.Header)))
	for _, name := range slices.Sorted(maps.Keys(a.Header)) {
		out = appendText(appendText(out, name), a.Header[name])
	}
	switch {
	case a.Record != nil:
		out = append(append(out, recordBody), a.Record.ID[:]...)
		out = binary.AppendUvarint(out, uint64(a.Record.Version)) //nolint:gosec // versions begin at 1
	case a.Body != nil:
		out = append(append(out, bytesBody), a.Body...)
	default:
		out = append(out, noBody)
	}
	return append([]byte{packedFormat}, compress(answerPackers, out)...)
}

func unpack(packed []byte) (a Answer, err error) {
	var dictionary []byte
	switch {
	case len(packed) > 0 && packed[0] == packedFormat:
		dictionary = skeleton
	case len(packed) > 0 && packed[0] == packedByMembers:
		dictionary = memberSkeleton
	case len(packed) == 0 || packed[0] != packedAlone:
		return a, errKept
	}
	plain, err := decompress(packed[1:], dictionary)
	if err != nil {
		return a, err
	}
	in := reader{rest: plain}
	a.Status = int(in.number()) //nolint:gosec // as it was written
	for range in.number() {
		if in.failed {
			break
		}
		if a.Header == nil {
			a.Header = map[string]string{}
		}
		name := string(in.next(in.number()))
		a.Header[name] = string(in.next(in.number()))
	}
	switch kind := in.next(1); {
	case in.failed:
	case kind[0] == recordBody:
		a.Record = &Record{}
		copy(a.Record.ID[:], in.next(uint64(len(a.Record.ID))))
		a.Record.Version = int64(in.number()) //nolint:gosec // as it was written
	case kind[0] == bytesBody:
		a.Body = in.rest
	}
	if in.failed {
		return Answer{}, errKept
	}
	return a, nil
}

// beside returns what a whole body has beside a redacted one: from where to where they
// differ, which is the secret members with what stands between them, and nothing more.
func beside(whole, redacted []byte) []byte {
	most := min(len(whole), len(redacted))
	head := 0
	for head < most && whole[head] == redacted[head] {
		head++
	}
	tail := 0
	for tail < most-head && whole[len(whole)-1-tail] == redacted[len(redacted)-1-tail] {
		tail++
	}
	out := binary.AppendUvarint(binary.AppendUvarint(nil, uint64(head)), uint64(tail))
	return compress(packers, append(out, whole[head:len(whole)-tail]...))
}

// together returns the whole body again.
func together(secret, redacted []byte) ([]byte, error) {
	plain, err := decompress(secret, nil)
	if err != nil {
		return nil, err
	}
	in := reader{rest: plain}
	head, tail := in.number(), in.number()
	if in.failed || head > uint64(len(redacted)) || tail > uint64(len(redacted))-head {
		return nil, errKept
	}
	return slices.Concat(redacted[:head], in.rest, redacted[uint64(len(redacted))-tail:]), nil
}

func appendText(out []byte, text string) []byte {
	return append(binary.AppendUvarint(out, uint64(len(text))), text...)
}

// reader reads what was appended, and notes when there is less of it.
type reader struct {
	rest   []byte
	failed bool
}

func (r *reader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.failed = true
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *reader) next(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.failed = true
		return nil
	}
	part := r.rest[:n:n]
	r.rest = r.rest[n:]
	return part
}

// mostKept bounds what a stored answer may become in memory.
const mostKept = 64 << 20

// packers and answerPackers are writers of what is compressed, by itself and against the
// skeleton: each has tables far larger than what it writes, so they are used again.
var packers, answerPackers = packersOf(nil), packersOf(skeleton)

func packersOf(dictionary []byte) *sync.Pool {
	return &sync.Pool{New: func() any {
		w, _ := flate.NewWriterDict(nil, flate.DefaultCompression, dictionary) // the level is a good one
		return w
	}}
}

func compress(by *sync.Pool, plain []byte) []byte {
	var packed bytes.Buffer
	w, _ := by.Get().(*flate.Writer)
	defer by.Put(w)
	w.Reset(&packed)
	_, _ = w.Write(plain) // a buffer takes everything
	_ = w.Close()
	return packed.Bytes()
}

func decompress(packed, dictionary []byte) ([]byte, error) {
	plain, err := io.ReadAll(io.LimitReader(flate.NewReaderDict(bytes.NewReader(packed), dictionary), mostKept))
	if err != nil {
		return nil, fmt.Errorf("unpacking a kept answer: %w", err)
	}
	return plain, nil
}
