package dialect

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"

	"tenantry/customers/evidence"
	"tenantry/internal/fault"
)

// MediaUpload is the media type of bodies that hold a file.
const MediaUpload = "multipart/form-data"

// Bounds of what comes beside the file.
const (
	maxUploadFields = 16
	maxUploadField  = 4 << 10
)

// Upload is a form with at most one file.
type Upload struct {
	Fields map[string]string
	// HasFile reports whether a file was sent, even an empty one.
	HasFile bool
	// FieldName is the field that held the file; FileName and Media are what its
	// sender calls it, and say nothing of what it is.
	FieldName, FileName, Media string
	// File is what was received of the file.
	File *evidence.Upload
}

// ReadUpload reads the body of a request that may hold a file, which file receives as it
// comes. It returns the errors of receiving it,
// UnsupportedMedia for another media type, and Malformed for a form that is cut
// off, has more than one file, or more or longer fields than any form of ours.
func ReadUpload(request *http.Request, body io.Reader, file *evidence.Upload) (Upload, error) {
	up := Upload{Fields: map[string]string{}, File: file}
	media, parameters, err := mime.ParseMediaType(request.Header.Get("Content-Type"))
	if err != nil || media != MediaUpload || parameters["boundary"] == "" {
		return up, fault.New(fault.UnsupportedMedia, fault.CodeUnsupportedMedia, "send the file as Content-Type: "+MediaUpload)
	}
	form := multipart.NewReader(body, parameters["boundary"])
	for range maxUploadFields {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return up, nil
		}
		if err == nil {
			err = up.read(request.Context(), part)
		}
		if _, refused := errors.AsType[*fault.Error](err); refused {
			return up, err
		}
		if err != nil {
			return up, malformedForm(err, "the form cannot be read; send it as "+MediaUpload+" with one file")
		}
	}
	return up, malformedForm(nil, "the form has too many fields")
}

func (up *Upload) read(ctx context.Context, part *multipart.Part) error {
	name := part.FormName()
	if part.FileName() == "" && part.Header.Get("Content-Type") == "" {
		text, err := io.ReadAll(io.LimitReader(part, maxUploadField+1))
		if err == nil && len(text) > maxUploadField {
			err = errors.New("a field is too long")
		}
		up.Fields[name] = string(text)
		return err
	}
	if up.HasFile {
		return errors.New("there is more than one file")
	}
	up.HasFile, up.FieldName, up.FileName, up.Media = true, name, part.FileName(), part.Header.Get("Content-Type")
	return up.File.Receive(ctx, part)
}

// Digest returns a digest of the form that does not depend on its boundary, which clients
// make up anew each time they send the same.
func (up *Upload) Digest() []byte {
	digest := sha256.New()
	write := func(text string) {
		digest.Write(binary.BigEndian.AppendUint64(nil, uint64(len(text))))
		digest.Write([]byte(text))
	}
	for _, name := range slices.Sorted(maps.Keys(up.Fields)) {
		write(name)
		write(up.Fields[name])
	}
	if up.HasFile {
		write(up.FieldName)
		write(up.FileName)
		write(up.Media)
		digest.Write(up.File.Digest())
	}
	return digest.Sum(nil)
}

func malformedForm(cause error, text string) error {
	return fault.Wrap(cause, fault.Malformed, fault.CodeMalformed, text)
}
