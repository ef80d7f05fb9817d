package cli

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"

	"tenantry/cmd/tenantry/internal/term"
)

// The forms of --output.
const (
	AsTable = "table"
	AsJSON  = "json"
	AsYAML  = "yaml"
)

// Flags are the flags of every command.
type Flags struct {
	Output string `short:"o" help:"Write a table for people, or json or yaml for programs." enum:"table,json,yaml" default:"table" placeholder:"FORM" group:"global"`
	JSON   bool   `help:"Short for --output=json." name:"json" group:"global"`
	Color  string `help:"Color what people read: auto, always or never." enum:"auto,always,never" default:"auto" placeholder:"WHEN" group:"global"`

	Config string `help:"Read settings from FILE instead of config.yaml in this directory (or TENANTRY_CONFIG)." placeholder:"FILE" group:"global"`
	Data   string `help:"Use the data directory DIR." placeholder:"DIR" group:"global"`

	URL      string `help:"Use the API at URL instead of the data directory (or TENANTRY_URL)." name:"url" placeholder:"URL" group:"global"`
	Profile  string `help:"Use the service and key that \"tenantry login\" keeps under NAME (or TENANTRY_PROFILE)." placeholder:"NAME" group:"global"`
	KeyFile  string `help:"Elsewhere: read the secret key from FILE instead of TENANTRY_KEY or the profile; FILE holds the key alone, or what --keys or --json wrote." placeholder:"FILE" group:"global"`
	Insecure bool   `help:"Elsewhere: send the key unencrypted, over http to another machine." group:"global"`

	ShowVersion kong.VersionFlag `help:"Show the version of this program." name:"version" group:"global"`
}

// Obey does what the flags of a command line say of the program itself.
func (p *Program) Obey(flags Flags, command *kong.Node) error {
	if flags.JSON && flags.Output == AsYAML {
		return Misused("--json and --output yaml exclude each other", "use one of them")
	}
	if flags.JSON {
		flags.Output = AsJSON
	}
	flags.JSON = flags.Output != AsTable
	p.Flags = flags
	p.Printer = term.Printer{Color: p.colorsFor(p.Shows), Columns: p.Columns}
	p.FlagOf = flagsOf(command)
	return nil
}

// ColorsErrors reports whether what goes to standard error is colored.
func (p *Program) ColorsErrors() bool { return p.colorsFor(p.Tells) }

// colorsFor reports whether what goes to a terminal, or to none, is colored.
func (p *Program) colorsFor(terminal bool) bool {
	switch p.Flags.Color {
	case "always":
		return true
	case "never":
		return false
	default:
		return terminal && p.Variable("NO_COLOR") == "" && p.Variable("TERM") != "dumb"
	}
}

// flagsOf returns the flags of a command by the members of requests that they fill: the
// names in the tag api, or else the flag's own in the form that members have.
func flagsOf(command *kong.Node) map[string]string {
	named := map[string]string{}
	if command == nil {
		return named
	}
	add := func(value *kong.Value, shown string) {
		members := value.Tag.GetAll("api")
		if len(members) == 0 {
			members = []string{memberOf(value.Name)}
		}
		for _, member := range members {
			named[member] = shown
		}
	}
	for _, argument := range command.Positional {
		add(argument, argument.Summary())
	}
	for _, flag := range command.Flags {
		add(flag.Value, "--"+flag.Name)
	}
	return named
}

// memberOf returns the member of a request that is named like a flag.
func memberOf(flag string) string {
	words := strings.Split(flag, "-")
	for i, word := range words[1:] {
		words[i+1] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}

// asTyped puts what the service says of requests in the words of command lines.
var asTyped = strings.NewReplacer("GET /v3/plans lists those", "`tenantry plans list` shows those", "is required; send it", "is required; give it")

// plainNumber matches a number of seconds that a flag is given with its unit.
var plainNumber = regexp.MustCompile(`(^|[^(\w])(\d+)($|[^\w])`)

// itemOf matches the place of an item within the list that a flag gives.
var itemOf = regexp.MustCompile(`\.[0-9]+$`)

// inFlags returns what is wrong with a member of a request, in the words of whoever typed
// a flag.
func (p *Program) inFlags(member, text string) string {
	text = asTyped.Replace(text)
	flag, known := p.FlagOf[itemOf.ReplaceAllString(member, "")]
	if !known {
		if member != "" && !strings.HasPrefix(text, member) {
			return fmt.Sprintf("%s: %s", member, text)
		}
		return text
	}
	if strings.HasSuffix(member, "Seconds") {
		text = plainNumber.ReplaceAllString(text, "$1${2}s$3")
	}
	if rest, begins := strings.CutPrefix(text, member+" "); begins {
		return flag + " " + rest
	}
	return flag + ": " + text
}
