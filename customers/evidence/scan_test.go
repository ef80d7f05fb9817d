package evidence_test

import (
	"bytes"
	"os"
	"testing"
	"time"

	"tenantry/customers/evidence"
	"tenantry/internal/app"
	"tenantry/internal/fault"
	"tenantry/internal/scanner"
	"tenantry/internal/testkit"
)

// A file is taken only once the scanner took it for clean, whole, however long it is. One
// that is refused, and one that cannot be scanned, leaves nothing.
func TestDocumentsAreScanned(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		command []string
		content []byte
		kind    fault.Kind // of the refusal; zero for taken
		code    fault.Code
	}{
		// grep ends with 0 where it finds its word, 1 where it does not, 2 where it fails.
		"clean":             {command: []string{"grep", "-qa", "IEND"}, content: testkit.Picture(t, 1)},
		"clean and long":    {command: []string{"grep", "-qa", "the end of it"}, content: longPDF("the end of it")},
		"refused":           {[]string{"grep", "-qa", "IEND"}, testkit.Photo(t, 1), fault.Invalid, fault.CodeFileType},
		"a scanner's fault": {[]string{"grep", "-qa", "IEND", "/nowhere/file"}, testkit.Picture(t, 1), fault.Unavailable, fault.CodeUnavailable},
		"a scanner's sleep": {[]string{"sleep", "600"}, testkit.Picture(t, 1), fault.Unavailable, fault.CodeUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			timeout := time.Minute
			if row.command[0] == "sleep" {
				timeout = 200 * time.Millisecond
			}
			command, err := scanner.New(scanner.Options{Command: row.command, Environ: os.Environ(), Timeout: timeout, AtOnce: 2})
			testkit.Must(t, err)
			h := testkit.Open(t, func(o *app.Options) { o.Scanner = command })
			shop := h.Create(h.Cove, testkit.Awaiting)
			drop, err := h.Svc.Evidence.Await(t.Context(), h.As(shop), "")
			testkit.Must(t, err)
			testkit.Must(t, drop.Receive(t.Context(), bytes.NewReader(row.content)))
			added, err := h.Svc.Evidence.AddDocument(t.Context(), h.As(shop), "", evidence.DocumentInput{Kind: "other", Upload: drop})
			if row.code == "" {
				testkit.Must(t, err)
				if file, err := readFile(h, h.Operator, added.ID); err != nil || !bytes.Equal(file.Content, row.content) {
					t.Errorf("the file is %d bytes, %v", len(file.Content), err)
				}
				return
			}
			testkit.Refused(t, err, row.kind, row.code)
			if n := len(h.Record(shop.ID).Documents); n != 0 || bytesAt(h, h.Record(shop.ID).Ref(), evidence.PieceID(evidence.FileOf(drop), 0)) != nil {
				t.Errorf("%d documents are there, or the bytes are", n)
			}
		})
	}
}

// longPDF returns a PDF document of several pieces that ends with a word.
func longPDF(word string) []byte {
	return append(append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("0 0 m\n"), 100_000)...), []byte(word+"\n%%EOF\n")...)
}
