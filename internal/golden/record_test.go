package golden_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// write writes a request down with its answer.
func (p *player) write(n int, what string, header http.Header, body string, answer *http.Response, content []byte) {
	fmt.Fprintf(&p.answers, "=== %d %s\n", n, what)
	writeHeader(&p.answers, "> ", header)
	writeBody(&p.answers, "> ", []byte(body), false)
	fmt.Fprintf(&p.answers, "--- %d\n", answer.StatusCode)
	answer.Header.Del("Date")
	writeHeader(&p.answers, "< ", answer.Header)
	// Pages and the like have files of their own; it is enough to know them again.
	media := answer.Header.Get("Content-Type")
	writeBody(&p.answers, "", content, len(content) > 4096 && !strings.Contains(media, "json"))
	p.answers.WriteString("\n")
}

func writeHeader(out *bytes.Buffer, mark string, header http.Header) {
	var names []string
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range header[name] {
			fmt.Fprintf(out, "%s%s: %s\n", mark, name, value)
		}
	}
}

// writeBody writes bytes in a form from which they can be told again.
func writeBody(out *bytes.Buffer, mark string, body []byte, digest bool) {
	switch text := string(body); {
	case len(body) == 0:
	case digest:
		fmt.Fprintf(out, "%s%d bytes with SHA-256 %x\n", mark, len(body), sha256.Sum256(body))
	case !utf8.Valid(body) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' }):
		fmt.Fprintf(out, "%sbytes %q\n", mark, text)
	default:
		for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
			fmt.Fprintf(out, "%s%s\n", mark, line)
		}
		if !strings.HasSuffix(text, "\n") {
			fmt.Fprintf(out, "%s\\ no newline at the end\n", mark)
		}
	}
}

const boundary = "golden-boundary"

// files are what scripts upload, by name: each just long enough to be known for what it
// is.
var files = map[string]string{
	"scan.png":  "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\x00IEND\xaeB`\x82",
	"scan.jpg":  "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00\xff\xd9",
	"scan.pdf":  "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n",
	"page.html": "<!doctype html><p>no document",
	"empty.pdf": "",
}

// formOf is a form of the given fields.
func formOf(fields []string) string {
	var form strings.Builder
	for _, field := range fields {
		form.WriteString("--" + boundary + "\r\n")
		words := strings.Fields(field)
		if words[0] == "file" {
			fmt.Fprintf(&form, "Content-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n%s\r\n", words[1], words[2], files[words[1]])
			continue
		}
		name, value, _ := strings.Cut(strings.TrimPrefix(field, "part "), "=")
		fmt.Fprintf(&form, "Content-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", name, value)
	}
	form.WriteString("--" + boundary + "--\r\n")
	return form.String()
}
