package evidence_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"tenantry/customers/evidence"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
)

// sized returns a PNG image whose header claims a size that its few bytes do not show.
func sized(t *testing.T, width, height uint32) []byte {
	t.Helper()
	file := testkit.Picture(t, 9)
	binary.BigEndian.PutUint32(file[16:], width)
	binary.BigEndian.PutUint32(file[20:], height)
	binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(file[12:29]))
	return file
}

// sizedPhoto is sized for a JPEG image.
func sizedPhoto(t *testing.T, width, height uint16) []byte {
	t.Helper()
	file := testkit.Photo(t, 9)
	frame := bytes.Index(file, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(file[frame+5:], height)
	binary.BigEndian.PutUint16(file[frame+7:], width)
	return file
}

func join(parts ...[]byte) []byte { return slices.Concat(parts...) }

// A small file that would take gigabytes to show is refused by its header, and so is one
// that holds more than the image or document it begins with: whoever opens it with another
// program would see something else than whoever decided.
func TestBombsAndAppendedFilesAreRefused(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	picture, photo, pdf := testkit.Picture(t, 1), testkit.Photo(t, 1), []byte("%PDF-1.7\nx\n%%EOF")
	page, archive := []byte("<script>alert(1)</script>"), []byte("PK\x03\x04")
	header, frame := picture[8:33], bytes.Index(photo, []byte{0xff, 0xc0})
	secondFrame := join(photo[:frame], photo[frame:frame+2+int(photo[frame+3])], photo[frame:])
	for name, row := range map[string]struct {
		content []byte
		says    string // part of the refusal; empty for taken
	}{
		"PNG of 64 megapixels":             {sized(t, 8000, 8000), ""},
		"PNG of more":                      {sized(t, 8000, 8001), "64 megapixels"},
		"PNG of 20,000 a side":             {sized(t, 20_000, 3200), ""},
		"PNG of more a side":               {sized(t, 20_001, 1), "20000 pixels"},
		"PNG of the most that fits":        {sized(t, 1<<31-1, 1<<31-1), "JPEG or PNG"},
		"JPEG of 64 megapixels":            {sizedPhoto(t, 8000, 8000), ""},
		"JPEG of more":                     {sizedPhoto(t, 16_000, 16_000), "64 megapixels"},
		"JPEG of more a side":              {sizedPhoto(t, 65_535, 1), "20000 pixels"},
		"PNG and a page":                   {join(picture, page), "end"},
		"PNG and an archive":               {join(picture, archive), "end"},
		"PNG and one byte":                 {join(picture, []byte("\n")), "end"},
		"PNG and a PNG":                    {join(picture, picture), "end"},
		"PNG without its end":              {picture[:len(picture)-12], "end"},
		"PNG cut off in its end":           {picture[:len(picture)-1], "end"},
		"PNG with a second header":         {join(picture[:33], header, picture[33:]), "image"},
		"PNG with an end that holds more":  {join(picture[:len(picture)-12], []byte("\x00\x00\x00\x04IENDabcd\x00\x00\x00\x00")), "image"},
		"PNG with a chunk longer than any": {join(picture[:33], []byte("\xff\xff\xff\xffIDAT"), picture[33:]), "image"},
		"JPEG and a page":                  {join(photo, page), "end"},
		"JPEG and an archive":              {join(photo, archive), "end"},
		"JPEG and a JPEG":                  {join(photo, photo), "end"},
		"JPEG and one byte":                {join(photo, []byte{0}), "end"},
		"JPEG without its end":             {photo[:len(photo)-2], "end"},
		"JPEG with two frames":             {secondFrame, "image"},
		"JPEG with a comment":              {join(photo[:2], []byte("\xff\xfe\x00\x06\xff\xd9<b"), photo[2:]), ""},
		"JPEG with fill bytes":             {join(photo[:len(photo)-2], []byte("\xff\xff\xff\xd9")), ""},
		"PDF and a page":                   {join(pdf, []byte("\n"), page), "end"},
		"PDF and an archive":               {join(pdf, archive), "end"},
		"PDF and white space":              {join(pdf, []byte("\r\n\x00 \t\f\n")), ""},
		"PDF and much white space":         {join(pdf, bytes.Repeat([]byte(" "), 2000)), "end"},
		"PDF and a little too much":        {join(pdf, bytes.Repeat([]byte("\n"), 65)), "end"},
		"PDF that was changed and saved":   {join(pdf, []byte("\n2 0 obj\nendobj\n%%EOF\n")), ""},
		"PDF without an end":               {[]byte("%PDF-1.7\nendobj\n"), "end"},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			shop := h.Create(h.Cove, testkit.Awaiting)
			_, whole := h.Svc.Evidence.AddDocument(t.Context(), h.As(shop), "", evidence.DocumentInput{Kind: "other", Content: row.content})
			drop, err := h.Svc.Evidence.Await(t.Context(), h.As(shop), "")
			testkit.Must(t, err)
			testkit.Must(t, drop.Receive(t.Context(), iotest.OneByteReader(bytes.NewReader(row.content))))
			_, trickled := h.Svc.Evidence.AddDocument(t.Context(), h.As(shop), "", evidence.DocumentInput{Kind: "other", Upload: drop})
			if row.says == "" {
				testkit.Must(t, whole)
				testkit.Refused(t, trickled, fault.Conflict, fault.CodeDuplicateResource) // it is what was taken
				return
			}
			for _, err := range []error{whole, trickled} {
				if refusal := testkit.Refused(t, err, fault.Invalid, fault.CodeFileType); !strings.Contains(refusal.Text, row.says) {
					t.Errorf("it is refused with %q", refusal.Text)
				}
			}
			if n := len(h.Record(shop.ID).Documents); n != 0 {
				t.Errorf("%d documents are there", n)
			}
		})
	}
}
