package dialect

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

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
	// HasFile tells that there was a file, be it empty.
	HasFile bool
	// FieldName is the field that held the file; FileName and Media are what its
	// sender calls it, and say nothing of what it is.
	FieldName, FileName, Media string
	Content                    []byte
}

// ReadUpload reads the body of a request that may hold a file. It returns
// UnsupportedMedia for another media type, and Malformed for a form that is cut
// off, has more than one file, or more or longer fields than any form of ours.
func ReadUpload(request *http.Request, content []byte) (Upload, error) {
	up := Upload{Fields: map[string]string{}}
	media, parameters, err := mime.ParseMediaType(request.Header.Get("Content-Type"))
	if err != nil || media != MediaUpload || parameters["boundary"] == "" {
		return up, fault.New(fault.UnsupportedMedia, fault.CodeUnsupportedMedia, "send the file as Content-Type: "+MediaUpload)
	}
	form := multipart.NewReader(bytes.NewReader(content), parameters["boundary"])
	for range maxUploadFields {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return up, nil
		}
		if err == nil {
			err = up.read(part)
		}
		if err != nil {
			return up, malformedForm(err, "the form cannot be read; send it as "+MediaUpload+" with one file")
		}
	}
	return up, malformedForm(nil, "the form has too many fields")
}

func (up *Upload) read(part *multipart.Part) error {
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
	file, err := io.ReadAll(part) // within the body, which is bounded
	up.HasFile, up.FieldName, up.FileName, up.Media, up.Content = true, name, part.FileName(), part.Header.Get("Content-Type"), file
	return err
}

func malformedForm(cause error, text string) error {
	return fault.Wrap(cause, fault.Malformed, fault.CodeMalformed, text)
}
