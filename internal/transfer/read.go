package transfer

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/klauspost/compress/zstd"
)

// longestLine bounds what one line may take.
const longestLine = 64 << 20

// reading reads the lines of an export and checks that they are all there.
type reading struct {
	in     *bufio.Reader
	digest hash.Hash
	number int
	header Header
	long   []byte
}

// read begins to read an export.
func read(from io.Reader) (*reading, error) {
	r := &reading{in: bufio.NewReaderSize(from, 1<<16), digest: sha256.New()}
	text, err := r.next()
	if errors.Is(err, io.EOF) {
		return nil, badFile("it is empty")
	}
	if err == nil {
		_, _ = r.digest.Write(text) // a hash never fails to write
		r.header, err = readHeader(text)
	}
	return r, err
}

// next returns the next line, which is valid until the one after it; io.EOF behind the last.
func (r *reading) next() ([]byte, error) {
	text, err := r.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		r.long = append(r.long[:0], text...)
		for errors.Is(err, bufio.ErrBufferFull) && len(r.long) <= longestLine {
			text, err = r.in.ReadSlice('\n')
			r.long = append(r.long, text...)
		}
		text = r.long
	}
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, badFile("line %d is too long", r.number+1)
	case errors.Is(err, io.EOF) && len(text) == 0:
		return nil, io.EOF
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, badFile("it ends within line %d: it was cut off", r.number+1)
	case err != nil:
		return nil, fmt.Errorf("reading the export: %w", err)
	}
	r.number++
	return text, nil
}

// each passes every line between the first and the last with its number, and returns the
// last one. The bytes of a line are valid within do alone.
func (r *reading) each(do func(number int, text []byte) error) (End, error) {
	for {
		text, err := r.next()
		if errors.Is(err, io.EOF) {
			return End{}, badFile("its last line is missing: it was cut off after line %d", r.number)
		}
		if err != nil {
			return End{}, err
		}
		if end, ok := ReadEnd(text); ok {
			return end, r.ended(end)
		}
		_, _ = r.digest.Write(text)
		if err := do(r.number, text); err != nil {
			return End{}, err
		}
	}
}

// ended checks the last line against what came before it.
func (r *reading) ended(end End) error {
	if hex.EncodeToString(r.digest.Sum(nil)) != end.Digest {
		return badFile("its SHA-256 is not the one in its last line: it was changed or damaged")
	}
	if _, err := r.next(); !errors.Is(err, io.EOF) {
		return badFile("there is more behind its last line")
	}
	return nil
}

// Verify reads a whole export and returns its first and its last line. It returns a
// *BadFileError for one that is not whole.
func Verify(from io.Reader, progress Progress) (h Header, e End, err error) {
	r, err := read(from)
	if err != nil {
		return h, e, err
	}
	total := int(r.header.Counts.All())
	e, err = r.each(func(number int, _ []byte) error {
		if number%tellsEvery == 0 {
			progress(Verifying, number, total)
		}
		return nil
	})
	return r.header, e, err
}

// ReadHeader returns the first line of an export.
func ReadHeader(from io.Reader) (Header, error) {
	r, err := read(from)
	if err != nil {
		return Header{}, err
	}
	return r.header, nil
}

// zstdMagic begins every zstd stream.
var zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}

// Open opens an export at a path, compressed by zstd or not.
func Open(path string) (io.ReadCloser, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	in := bufio.NewReader(file)
	if magic, _ := in.Peek(len(zstdMagic)); !bytes.Equal(magic, zstdMagic) {
		return opened{in, file.Close}, nil
	}
	expanded, err := zstd.NewReader(in)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return opened{expanded, func() error { expanded.Close(); return file.Close() }}, nil
}

type opened struct {
	io.Reader
	close func() error
}

// Close closes the file.
func (o opened) Close() error { return o.close() }
