package sqlite

import (
	"bytes"
	_ "embed" // for the dictionaries
	"slices"

	"github.com/klauspost/compress/zstd"
)

// Customers and events are stored compressed: most of one are names of members and usual
// values, which the dictionary of its kind has. A compressed document begins as every zstd
// stream does, which is no length that a document states, so that those of an earlier build
// are told apart: events stay as they are, customers are compressed with the next write. The
// checksum behind it is of the compressed bytes.
//
// A dictionary holds documents of made-up customers, the most frequent last. It must never
// change, because what is stored cannot be read without it: another one gets another number.
// The second ones are the first with tables of how often what occurs, which a short stream
// would otherwise bring along itself.
var (
	//go:embed events-1.dict
	eventDictionary []byte
	//go:embed customers-1.dict
	customerDictionary []byte
	//go:embed events-2.tables
	eventTables []byte
	//go:embed customers-2.tables
	customerTables []byte
)

const (
	eventDictionaryID    = 1
	customerDictionaryID = 2
	// largestPacked bounds what a damaged stream may expand to.
	largestPacked = 64 << 20
)

var (
	packedMagic    = []byte{0x28, 0xb5, 0x2f, 0xfd}
	eventPacker    = newPacker(eventTables, eventDictionary)
	customerPacker = newPacker(customerTables, customerDictionary)
	unpacker       = newUnpacker()
)

func newPacker(tables, dictionary []byte) *zstd.Encoder {
	made, err := zstd.NewWriter(nil, zstd.WithEncoderDict(slices.Concat(tables, dictionary)), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(zstd.MinWindowSize<<7))
	if err != nil {
		panic("sqlite: an encoder: " + err.Error()) // its options are constant
	}
	// Its first use makes what all of its uses share, which must not belong to the bubble
	// of one test.
	made.EncodeAll([]byte{0}, nil)
	return made
}

func newUnpacker() *zstd.Decoder {
	made, err := zstd.NewReader(nil, zstd.WithDecoderDictRaw(eventDictionaryID, eventDictionary), zstd.WithDecoderDictRaw(customerDictionaryID, customerDictionary),
		zstd.WithDecoderDicts(slices.Concat(eventTables, eventDictionary), slices.Concat(customerTables, customerDictionary)), zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(largestPacked))
	if err != nil {
		panic("sqlite: the decoder: " + err.Error()) // its options are constant
	}
	return made
}

// packed returns the document compressed, or as it is where that takes less.
func packed(document []byte, packer *zstd.Encoder) []byte {
	if short := packer.EncodeAll(document, nil); len(short) < len(document) {
		return short
	}
	return document
}

func isPacked(stored []byte) bool { return bytes.HasPrefix(stored, packedMagic) }

// unpacked returns the document of what packed returned.
func unpacked(stored []byte) ([]byte, error) {
	document, err := unpacker.DecodeAll(stored, nil)
	if err != nil {
		return nil, errPacked
	}
	return document, nil
}
