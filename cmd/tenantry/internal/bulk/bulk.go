// Package bulk writes lines of customers in the form in which the service takes many at once.
//
// It knows nothing of what a customer is: what is no line of that form is left to the
// service to refuse.
package bulk

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Send writes each line in the form of the service, one for one, so that both count
// them alike.
func Send(to io.Writer, from io.Reader) error {
	met := map[[sha256.Size]byte]int{}
	in := bufio.NewReaderSize(from, 64<<10)
	for {
		text, err := in.ReadBytes('\n')
		if text = bytes.TrimSpace(text); len(text) > 0 {
			text = keyed(text, met)
		}
		if len(text) > 0 || err == nil {
			if _, failed := to.Write(append(text, '\n')); failed != nil {
				return failed
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// keyed returns a line with an idempotency key: its own, or one that follows from its text
// and from how often that was met. What is no object is left to the service to refuse.
func keyed(text []byte, met map[[sha256.Size]byte]int) []byte {
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil {
		return text
	}
	if _, wrapped := members["customer"]; !wrapped {
		members = map[string]json.RawMessage{"customer": text}
	}
	if _, chosen := members["idempotencyKey"]; !chosen {
		sum := sha256.Sum256(text)
		met[sum]++
		key := "line-" + hex.EncodeToString(sum[:16])
		if met[sum] > 1 {
			key += fmt.Sprintf("-%d", met[sum])
		}
		members["idempotencyKey"] = json.RawMessage(`"` + key + `"`)
	}
	line, err := json.Marshal(members)
	if err != nil {
		return text
	}
	return line
}
