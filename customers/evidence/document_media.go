package evidence

import (
	"mime"
	"path"
	"strings"

	"tenantry/internal/fault"
)

// The media types of documents.
const (
	mediaJPEG = "image/jpeg"
	mediaPNG  = "image/png"
	mediaPDF  = "application/pdf"
)

// Bounds of images, in pixels, along each side and in all: a few bytes can claim any size,
// and whoever opens them takes four bytes for each pixel. Cameras of phones make less than
// 64 megapixels in as many bytes as a document may have, and so do scans of a page at 600 dpi.
const (
	maxSide   = 20_000
	maxPixels = 64_000_000
)

// mediaOf returns what a file is by its content alone, and refuses it unless its name
// and its media type, where present, say the same.
func mediaOf(in DocumentInput, pdf bool) (string, error) {
	allowed := "must be a JPEG or PNG image"
	if pdf {
		allowed = "must be a JPEG or PNG image or a PDF document"
	}
	media := in.Upload.media
	if media == "" || (media == mediaPDF && !pdf) {
		return "", fault.New(fault.Invalid, fault.CodeFileType, "the file "+allowed).About(fieldFile, fault.BadValue)
	}
	if in.Upload.flaw != "" {
		return "", fault.New(fault.Invalid, fault.CodeFileType, "the file "+in.Upload.flaw).About(fieldFile, fault.BadValue)
	}
	if named := mediaByName(in.FileName); named != "" && named != media {
		return "", fault.New(fault.Invalid, fault.CodeFileType, "the content of the file does not match its file name").About(fieldFile, fault.BadValue)
	}
	if named := claimed(in.Media); named != "" && named != media {
		return "", fault.New(fault.Invalid, fault.CodeFileType, "the content of the file does not match its media type").About(fieldFile, fault.BadValue)
	}
	return media, nil
}

// mediaByName returns the media type that an extension stands for: empty for a name
// without one, and the extension itself for one that is not accepted.
func mediaByName(name string) string {
	switch extension := strings.ToLower(path.Ext(name)); extension {
	case "":
		return ""
	case ".jpg", ".jpeg":
		return mediaJPEG
	case ".png":
		return mediaPNG
	case ".pdf":
		return mediaPDF
	default:
		return extension
	}
}

// claimed returns the media type that a sender names, if any: programs that do not know
// send none, or bytes of any kind.
func claimed(media string) string {
	parsed, _, err := mime.ParseMediaType(media)
	switch {
	case media == "" || parsed == "application/octet-stream":
		return ""
	case err != nil:
		return media
	case parsed == "image/jpg" || parsed == "image/pjpeg":
		return mediaJPEG
	default:
		return parsed
	}
}
