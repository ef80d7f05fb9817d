package paper

// Ink is a color of a text.
type Ink string

// The inks. They say the same as the words they color, for a quicker glance.
const (
	Plain Ink = ""
	Good  Ink = "\x1b[32m"
	Fair  Ink = "\x1b[33m"
	Bad   Ink = "\x1b[31m"
	Faint Ink = "\x1b[2m"
	Bold  Ink = "\x1b[1m"
)

const noInk = "\x1b[0m"

// Pen colors texts, or leaves them alone when it is off.
type Pen bool

// Write gives the text in an ink.
func (p Pen) Write(ink Ink, text string) string {
	if !p || ink == Plain || text == "" {
		return text
	}
	return string(ink) + text + noInk
}
