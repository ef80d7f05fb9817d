package keys

// Keys are written in base 62 because a double click selects all of it and no
// shell, URL or header needs it quoted. Seven bytes at a time fit a uint64 and
// fill ten digits, so neither direction needs big integers.
const (
	alphabet    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	blockBytes  = 7
	blockDigits = 10
	blockLimit  = 1 << (8 * blockBytes)
)

// writeDigits fills out with the digits of value, most significant first.
func writeDigits(out []byte, value uint64) {
	for i := len(out) - 1; i >= 0; i-- {
		out[i] = alphabet[value%62]
		value /= 62
	}
}

// readDigits reads at most ten digits, so it cannot overflow.
func readDigits(digits string) (value uint64, ok bool) {
	for i := range len(digits) {
		c := digits[i]
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'A' && c <= 'Z':
			c -= 'A' - 10
		case c >= 'a' && c <= 'z':
			c -= 'a' - 36
		default:
			return 0, false
		}
		value = value*62 + uint64(c)
	}
	return value, true
}

// encodeBlocks appends the digits of data, whose length is a multiple of seven.
func encodeBlocks(out, data []byte) []byte {
	for ; len(data) >= blockBytes; data = data[blockBytes:] {
		var value uint64
		for _, b := range data[:blockBytes] {
			value = value<<8 | uint64(b)
		}
		var digits [blockDigits]byte
		writeDigits(digits[:], value)
		out = append(out, digits[:]...)
	}
	return out
}

// decodeBlocks fills out from digits. Ten digits can say more than seven bytes
// hold; such a block is refused, so every data has exactly one text.
func decodeBlocks(out []byte, digits string) bool {
	for ; len(digits) >= blockDigits; digits = digits[blockDigits:] {
		value, ok := readDigits(digits[:blockDigits])
		if !ok || value >= blockLimit {
			return false
		}
		for i := blockBytes - 1; i >= 0; i-- {
			out[i] = byte(value) //nolint:gosec // its lowest eight bits
			value >>= 8
		}
		out = out[blockBytes:]
	}
	return true
}
