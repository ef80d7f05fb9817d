package client

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
)

// A key is `sk_live_`, then the name of the key by 40 digits in base 62, ten for seven
// bytes each, then what is secret of it. The owner's id is in the name.
const (
	keyPrefix   = 8
	keyBlock    = 10
	blockBytes  = 7
	nameBlocks  = 4
	ownerStart  = 12
	ownerLength = 12
	base62      = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// owner returns the id of the customer that a key belongs to, empty for any other text,
// such as an access token.
func owner(key Secret) string {
	text := key.Reveal()
	if len(text) < keyPrefix+nameBlocks*keyBlock || text[2] != '_' || text[keyPrefix-1] != '_' {
		return ""
	}
	if kind := text[:2]; kind != "sk" && kind != "rk" {
		return ""
	}
	var name []byte
	for digits := text[keyPrefix:]; len(name) < nameBlocks*blockBytes; digits = digits[keyBlock:] {
		var value uint64
		for _, digit := range []byte(digits[:keyBlock]) {
			place := strings.IndexByte(base62, digit)
			if place < 0 {
				return ""
			}
			value = value*62 + uint64(place)
		}
		name = append(name, binary.BigEndian.AppendUint64(nil, value)[1:]...)
	}
	return hex.EncodeToString(name[ownerStart : ownerStart+ownerLength])
}
