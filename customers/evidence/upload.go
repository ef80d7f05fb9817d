package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"image"
	_ "image/jpeg" // so that headers of JPEG images can be read
	_ "image/png"  // so that headers of PNG images can be read
	"io"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// pieceSize is how much of a file is sealed and stored at a time.
const pieceSize = 128 << 10

// UploadMemory is what receiving one file takes at most, however long it is: a piece, its
// sealed form and what the store makes of it.
const UploadMemory = 3 * pieceSize

// Upload is a file that is received piece by piece: it is sealed and stored as it comes,
// under an id of its own, and no customer knows of it until AddDocument names it.
type Upload struct {
	service  *Service
	customer tenancy.Ref
	id       tenancy.ID
	pieces   int32
	size     int64
	media    string // by its content; empty for one that is not accepted
	flaw     string // what is wrong with a content of an accepted media type
	// fingerprint is equal for equal contents in one tenant, digest for equal contents.
	fingerprint string
	digest      []byte
	settled     bool // named by a customer, or perhaps, or discarded
}

// Await prepares for a file of a customer, before any of it is read. It returns NotFound
// and Forbidden as AddDocument does.
func (s *Service) Await(ctx context.Context, caller tenancy.Caller, customerID string) (*Upload, error) {
	c, err := s.registry.Read(ctx, caller, customerID, tenancy.Need{Scope: tenancy.CustomersWrite})
	if err != nil {
		return nil, err
	}
	return s.newUpload(c)
}

// AwaitOwner prepares for a file of an owner, as Await does for one of a customer.
func (s *Service) AwaitOwner(ctx context.Context, caller tenancy.Caller, owner SubresourceRef) (*Upload, error) {
	c, _, err := s.reachPart(ctx, caller, owner, tenancy.Need{Scope: tenancy.CustomersWrite})
	if err != nil {
		return nil, err
	}
	return s.newUpload(c)
}

func (s *Service) newUpload(c *customers.Customer) (*Upload, error) {
	id, err := tenancy.NewID(s.registry.Now(), s.random)
	return &Upload{service: s, customer: c.Ref(), id: id}, err
}

// Digest returns the SHA-256 of what was received.
func (u *Upload) Digest() []byte { return u.digest }

// Size returns the length of what was received, in bytes.
func (u *Upload) Size() int64 { return u.size }

// Receive reads the file, seals it and stores it, piece by piece. It returns TooLarge past
// MaxDocumentSize, Unavailable, and errors of reading as they are.
func (u *Upload) Receive(ctx context.Context, file io.Reader) error {
	mac, fingerprint := u.service.sealer.Fingerprinting(u.customer.Tenant, customers.FieldDocument)
	w := &pieceWriter{Upload: u, ctx: ctx, mac: mac, digest: sha256.New()}
	from := io.TeeReader(io.LimitReader(file, MaxDocumentSize+1), w)
	media, flaw, err := sniffed(from)
	if err := errors.Join(err, w.failed); err != nil { // decoders of images hide what failed
		return err
	}
	w.unwanted = media == "" || flaw != "" // AddDocument will refuse it: read it to its end and keep nothing
	if _, err := io.Copy(io.Discard, from); err != nil {
		return err
	}
	if u.size > MaxDocumentSize {
		return fault.New(fault.TooLarge, fault.CodeTooLarge, fmt.Sprintf("a document has at most %d bytes", MaxDocumentSize)).
			About(fieldFile, fault.TooLong)
	}
	if err := w.store(); err != nil {
		return err
	}
	if flaw == "" {
		flaw = w.flawOf(media)
	}
	u.media, u.flaw, u.digest, u.fingerprint = media, flaw, w.digest.Sum(nil), fingerprint()
	return nil
}

// Discard removes what was received, unless a customer has it. What cannot be removed now
// stays sealed, and nothing leads to it.
func (u *Upload) Discard(ctx context.Context) {
	if u == nil || u.settled {
		return
	}
	u.settled = true
	for n := range u.pieces {
		_ = u.service.store.RemoveDocument(ctx, u.customer, pieceID(u.id, n))
	}
}

// pieceWriter seals and stores what is written to it.
type pieceWriter struct {
	*Upload
	ctx      context.Context //nolint:containedctx // of one call of Receive
	mac      io.Writer
	digest   hash.Hash
	piece    []byte
	tail     []byte // the last bytes
	png      pngStructure
	jpeg     jpegStructure
	unwanted bool
	failed   error
}

// tailBytes is how far from its end a PDF document says that it ends.
const tailBytes = 128

// flawOf returns what is wrong with the structure of what was received.
func (w *pieceWriter) flawOf(media string) string {
	switch media {
	case mediaPNG:
		return w.png.flaw()
	case mediaJPEG:
		return w.jpeg.flaw()
	case mediaPDF:
		return flawOfPDF(w.tail)
	}
	return ""
}

func (w *pieceWriter) Write(part []byte) (int, error) {
	n := len(part)
	w.size += int64(n)
	w.digest.Write(part)
	_, _ = w.mac.Write(part) // a hash never fails to write
	w.png.take(part)         // what a file is not breaks at its first byte
	w.jpeg.take(part)
	w.tail = append(w.tail, part[max(0, len(part)-tailBytes):]...)
	w.tail = append(w.tail[:0], w.tail[max(0, len(w.tail)-tailBytes):]...)
	for len(part) > 0 && !w.unwanted {
		if w.piece == nil {
			w.piece = make([]byte, 0, pieceSize)
		}
		room := min(len(part), pieceSize-len(w.piece))
		w.piece, part = append(w.piece, part[:room]...), part[room:]
		if len(w.piece) == pieceSize {
			if err := w.store(); err != nil {
				return n - len(part), err
			}
		}
	}
	return n, nil
}

// store seals and stores the piece that was gathered.
func (w *pieceWriter) store() error {
	if len(w.piece) == 0 || w.unwanted {
		return nil
	}
	box, err := w.service.sealer.SealBox(nil, pieceLabel(w.customer, w.id, w.pieces), w.piece)
	if err != nil {
		w.failed = fmt.Errorf("sealing a document: %w", err)
		return w.failed
	}
	if err := w.service.store.PutDocument(w.ctx, w.customer, pieceID(w.id, w.pieces), box); err != nil {
		w.failed = rows.StoreFault(err, "storing a document of customer "+w.customer.String())
		return w.failed
	}
	w.pieces++
	w.piece = w.piece[:0]
	return nil
}

// sniffed returns the media type of a content, or nothing for one that is not accepted:
// the first bytes must say it, and the header of an image must be whole and sensible; and
// what is wrong with an image of such a size. The end is checked once it is there.
func sniffed(from io.Reader) (media, flaw string, err error) {
	head := make([]byte, len(pngSignature))
	n, err := io.ReadFull(from, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", "", err
	}
	head = head[:n]
	whole := io.MultiReader(bytes.NewReader(head), from)
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		media, flaw = imageOf(whole, "jpeg", mediaJPEG)
	case bytes.HasPrefix(head, []byte(pngSignature)):
		media, flaw = imageOf(whole, "png", mediaPNG)
	case bytes.HasPrefix(head, []byte("%PDF-")):
		media = mediaPDF
	}
	return media, flaw, nil
}

// imageOf reads the header of an image, and nothing behind it.
func imageOf(content io.Reader, format, media string) (known, flaw string) {
	header, found, err := image.DecodeConfig(content)
	switch {
	case err != nil || found != format || header.Width < 1 || header.Height < 1:
		return "", ""
	case header.Width > maxSide || header.Height > maxSide:
		return media, fmt.Sprintf("must have at most %d pixels a side; make the image smaller", maxSide)
	case int64(header.Width)*int64(header.Height) > maxPixels:
		return media, fmt.Sprintf("must have at most %d megapixels; make the image smaller", maxPixels/1_000_000)
	}
	return media, ""
}

// piece is one stored part of a file: the id that its bytes are stored under, and the
// label that they are sealed with.
type piece struct {
	id    tenancy.ID
	label string
}

// piecesOf returns the pieces of a document, in their order. Documents of earlier builds
// have one, under the id of the document.
func piecesOf(ref tenancy.Ref, d *customers.Document) []piece {
	if d.Pieces == 0 {
		return []piece{{d.ID, "document/" + ref.String() + "/" + d.ID.String()}}
	}
	list := make([]piece, d.Pieces)
	for n := range d.Pieces {
		list[n] = piece{pieceID(d.File, n), pieceLabel(ref, d.File, n)}
	}
	return list
}

// EachPiece passes what the bytes of a customer's documents are stored under, and the label
// that each box of them opens with.
func EachPiece(c *customers.Customer, visit func(document, id tenancy.ID, label string)) {
	for i := range c.Documents {
		for _, one := range piecesOf(c.Ref(), &c.Documents[i]) {
			visit(c.Documents[i].ID, one.id, one.label)
		}
	}
}

// pieceID derives the id of a piece from that of its file, so that a record need not name
// each.
func pieceID(file tenancy.ID, n int32) (id tenancy.ID) {
	sum := sha256.Sum256(binary.BigEndian.AppendUint32(append([]byte("document piece:"), file[:]...), uint32(n))) //nolint:gosec // from 0 on
	copy(id[:], sum[:])
	return id
}

func pieceLabel(ref tenancy.Ref, file tenancy.ID, n int32) string {
	return fmt.Sprintf("document/%s/%s/%d", ref, file, n)
}
