package evidence

import (
	"bytes"
	"encoding/binary"
)

// What is wrong with the structure of a file.
const (
	flawBroken = "is not a well-formed image; export it anew, as a plain JPEG or PNG image"
	flawEnd    = "must end where its image or document ends; export it anew, as a plain image or PDF document"
)

// pngStructure follows the chunks of a PNG image: a header first and only there, and
// nothing behind the end.
type pngStructure struct {
	head            []byte // of the chunk that begins, or of the file
	skip            uint64 // bytes until the next chunk
	begun, headed   bool
	ended           bool
	broken, trailed bool
}

const (
	pngSignature = "\x89PNG\r\n\x1a\n"
	// pngHead is the length and the name of a chunk, pngCheck its check sum.
	pngHead, pngCheck = 8, 4
	pngHeaderLength   = 13
	maxPNGChunk       = 1<<31 - 1
)

func (p *pngStructure) take(part []byte) {
	for len(part) > 0 && !p.broken {
		if p.skip > 0 {
			n := min(p.skip, uint64(len(part)))
			p.skip, part = p.skip-n, part[n:]
			continue
		}
		if p.ended {
			p.trailed = true
			return
		}
		n := min(pngHead-len(p.head), len(part))
		p.head, part = append(p.head, part[:n]...), part[n:]
		if len(p.head) == pngHead {
			p.begin()
			p.head = p.head[:0]
		}
	}
}

// begin reads the first bytes of the file, or of a chunk.
func (p *pngStructure) begin() {
	if !p.begun {
		p.begun, p.broken = true, string(p.head) != pngSignature
		return
	}
	length, name := binary.BigEndian.Uint32(p.head), string(p.head[4:])
	isHeader := name == "IHDR"
	p.broken = length > maxPNGChunk || isHeader == p.headed || isHeader && length != pngHeaderLength || name == "IEND" && length > 0
	p.headed, p.ended = true, name == "IEND"
	p.skip = uint64(length) + pngCheck
}

func (p *pngStructure) flaw() string {
	switch {
	case p.broken:
		return flawBroken
	case !p.ended || p.skip > 0 || p.trailed:
		return flawEnd
	}
	return ""
}

// jpegStructure follows the segments of a JPEG image: one frame, and nothing behind the
// end. What segments hold, such as a preview, is skipped.
type jpegStructure struct {
	at              jpegPlace
	length          uint16
	scans           bool // the segment that is read leads a scan
	skip            int
	frames          int
	ended           bool
	broken, trailed bool
}

// jpegPlace is what the next byte of a JPEG image is.
type jpegPlace int

const (
	jpegStart     jpegPlace = iota // the first byte of the file
	jpegStartCode                  // its second
	jpegMarker                     // the byte that leads a marker
	jpegCode                       // the code of the marker
	jpegHigh                       // the length of a segment
	jpegLow
	jpegScan     // the data of a scan
	jpegScanCode // what follows 0xFF in them
)

// The markers of JPEG that matter here (ITU T.81, table B.1).
const (
	jpegLead  = 0xff
	jpegSOI   = 0xd8
	jpegEOI   = 0xd9
	jpegSOS   = 0xda
	jpegRST0  = 0xd0
	jpegRST7  = 0xd7
	jpegTEM   = 0x01
	jpegSOF0  = 0xc0
	jpegSOF15 = 0xcf
	jpegDHT   = 0xc4
	jpegJPG   = 0xc8
	jpegDAC   = 0xcc
)

func (j *jpegStructure) take(part []byte) {
	for len(part) > 0 && !j.broken {
		if j.ended {
			j.trailed = true
			return
		}
		if j.skip > 0 {
			n := min(j.skip, len(part))
			j.skip, part = j.skip-n, part[n:]
			continue
		}
		if j.at == jpegScan {
			i := bytes.IndexByte(part, jpegLead)
			if i < 0 {
				return
			}
			j.at, part = jpegScanCode, part[i+1:]
			continue
		}
		j.step(part[0])
		part = part[1:]
	}
}

// step takes one byte outside of the data of a scan.
func (j *jpegStructure) step(b byte) {
	switch j.at {
	case jpegStart:
		j.broken, j.at = b != jpegLead, jpegStartCode
	case jpegStartCode:
		j.broken, j.at = b != jpegSOI, jpegMarker
	case jpegMarker:
		j.broken, j.at = b != jpegLead, jpegCode
	case jpegCode:
		j.mark(b)
	case jpegHigh:
		j.length, j.at = uint16(b)<<8, jpegLow
	case jpegLow:
		j.length |= uint16(b)
		const own = 2 // the length counts itself
		j.broken, j.skip, j.at = j.length < own, int(j.length)-own, jpegMarker
		if j.scans {
			j.at = jpegScan
		}
	case jpegScan: // taken as a whole
	case jpegScanCode:
		switch {
		case b == 0, jpegRST0 <= b && b <= jpegRST7:
			j.at = jpegScan
		default:
			j.mark(b)
		}
	}
}

// mark takes the code of a marker.
func (j *jpegStructure) mark(code byte) {
	j.at, j.scans = jpegHigh, code == jpegSOS
	switch {
	case code == jpegLead:
		j.at = jpegCode // markers may be filled up
	case code == jpegEOI:
		j.ended = true
	case code == jpegTEM:
		j.at = jpegMarker
	case code == 0, code == jpegSOI, jpegRST0 <= code && code <= jpegRST7:
		j.broken = true
	case jpegSOF0 <= code && code <= jpegSOF15 && code != jpegDHT && code != jpegJPG && code != jpegDAC:
		j.frames++
		j.broken = j.frames > 1
	}
}

func (j *jpegStructure) flaw() string {
	switch {
	case j.broken:
		return flawBroken
	case !j.ended || j.trailed:
		return flawEnd
	}
	return ""
}

// maxPDFSpace is how much white space may follow the end of a PDF document.
const maxPDFSpace = 64

// flawOfPDF returns what is wrong with the last bytes of a PDF document: it says that it
// ends, and only white space follows. Documents that were changed say it several times.
func flawOfPDF(tail []byte) string {
	const mark = "%%EOF"
	at := bytes.LastIndex(tail, []byte(mark))
	if at < 0 {
		return flawEnd
	}
	rest := tail[at+len(mark):]
	if len(rest) > maxPDFSpace || len(bytes.Trim(rest, "\x00\t\n\f\r ")) > 0 {
		return flawEnd
	}
	return ""
}
