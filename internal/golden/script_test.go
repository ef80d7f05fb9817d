package golden_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"tenantry/internal/testkit"
)

// step is one block of a script: a request, or something that happens beside them.
//
// Blocks are parted by empty lines; a line that begins with # is a comment. A block of
// something else is one line:
//
//	@advance 90m            moves the clock
//	@relay                  one turn of the background work, by its name
//	@set who.member text    sets a variable
//
// A block of a request is the method and path, headers, the body and what to remember
// of the answer, each part as far as it is there:
//
//	POST /v3/customers
//	as cove for shop        credentials; see player.credentials
//	Idempotency-Key: 1
//	file scan.png image/png a field of a form that is a file, one of those in files
//	part type=passport      another field of the form
//	{"name": "Ada"}         a body begins with a brace or bracket, or each line with |
//	=> shop.id = id         the member of the answer at a dotted path
//	=> shop.url = @Location a header of the answer
//	=> shop.uuid = @Location/ its last segment
//	=> shop.all = *         the whole answer
//
// ${who.member} stands for the variable in all of it; what else can stand there is said
// at player.compute.
type step struct {
	line         int
	directive    []string
	method, path string
	credentials  []string
	header       [][2]string
	form         []string
	body         string
	remember     [][2]string
}

// readScript reads a script file.
func readScript(t *testing.T, path string) []step {
	t.Helper()
	content, err := os.ReadFile(path)
	testkit.Must(t, err)
	steps, err := parseScript(string(content))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return steps
}

func parseScript(content string) ([]step, error) {
	var steps []step
	var block []string
	for n, line := range append(strings.Split(content, "\n"), "") {
		switch {
		case strings.HasPrefix(line, "#"):
		case line != "":
			block = append(block, line)
		case len(block) > 0:
			made, err := parseStep(block)
			made.line = n + 1 - len(block)
			if err != nil {
				return nil, fmt.Errorf("the block that ends in line %d: %w", n, err)
			}
			steps, block = append(steps, made), nil
		}
	}
	return steps, nil
}

func parseStep(block []string) (s step, err error) {
	if directive, is := strings.CutPrefix(block[0], "@"); is {
		s.directive = strings.Fields(directive)
		if len(block) != 1 {
			return s, errors.New("it has more than one line")
		}
		return s, nil
	}
	var ok bool
	if s.method, s.path, ok = strings.Cut(block[0], " "); !ok || strings.ToUpper(s.method) != s.method {
		return s, fmt.Errorf("%q is no method and path", block[0])
	}
	var body []string
	for _, line := range block[1:] {
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case word == "=>":
			name, from, ok := strings.Cut(rest, " = ")
			if !ok {
				return s, fmt.Errorf("%q remembers nothing", line)
			}
			s.remember = append(s.remember, [2]string{name, from})
		case word == "|" || line == "|":
			body = append(body, rest)
		case len(body) > 0 || strings.ContainsAny(line[:1], "{["):
			body = append(body, line)
		case word == "as" || word == "key" || word == "basic" || word == "token" || word == "browser" || word == "local":
			s.credentials = strings.Fields(line)
		case word == "file" || word == "part":
			s.form = append(s.form, line)
		default:
			name, value, ok := strings.Cut(line, ":")
			if !ok {
				return s, fmt.Errorf("%q is nothing that is known", line)
			}
			s.header = append(s.header, [2]string{name, strings.TrimSpace(value)})
		}
	}
	s.body = strings.Join(body, "\n")
	return s, nil
}

// wait is how long a step lets pass.
func (s step) wait() (time.Duration, error) {
	if len(s.directive) != 2 {
		return 0, errors.New("it does not say how long")
	}
	return time.ParseDuration(s.directive[1])
}
