package sqlite

import (
	"bytes"
	_ "embed" // for the dictionary

	"github.com/klauspost/compress/zstd"
)

// Events are stored compressed: most of one is the copy of a resource, whose names and
// usual values the dictionary has. A compressed document begins as every zstd stream does,
// which is no length that a document states, so that events of an earlier build are told
// apart and stay as they are. The checksum behind it is of the compressed bytes.
//
// The dictionary holds events of made-up customers, the most frequent last. It must never
// change, because what is stored cannot be read without it: another one gets another number.
//
//go:embed events-1.dict
var eventDictionary []byte

const (
	eventDictionaryID = 1
	// largestPacked bounds what a damaged stream may expand to.
	largestPacked = 64 << 20
)

var (
	packedMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
	packer      = newPacker()
	unpacker    = newUnpacker()
)

func newPacker() *zstd.Encoder {
	made, err := zstd.NewWriter(nil, zstd.WithEncoderDictRaw(eventDictionaryID, eventDictionary), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(zstd.MinWindowSize<<7))
	if err != nil {
		panic("sqlite: the encoder of events: " + err.Error()) // its options are constant
	}
	// Its first use makes what all of its uses share, which must not belong to the bubble
	// of one test.
	made.EncodeAll([]byte{0}, nil)
	return made
}

func newUnpacker() *zstd.Decoder {
	made, err := zstd.NewReader(nil, zstd.WithDecoderDictRaw(eventDictionaryID, eventDictionary), zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(largestPacked))
	if err != nil {
		panic("sqlite: the decoder of events: " + err.Error()) // its options are constant
	}
	return made
}

// packed returns the document compressed, or as it is where that takes less.
func packed(document []byte) []byte {
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
