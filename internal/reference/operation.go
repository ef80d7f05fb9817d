package reference

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"tenantry/internal/openapi"
)

// operationView is what the page of an operation shows.
type operationView struct {
	*openapi.Operation
	Group                            *openapi.Tag
	InPath, InQuery, InHeader        []openapi.Parameter
	Curl, Sent, Answered, AnsweredAs string
	Good, Bad                        []openapi.Answer
	Open, Publishable                bool
	Returns                          []string
	Previous, Next                   *openapi.Operation
}

func (p *Pages) operation(r *http.Request, c *content, tag *openapi.Tag, i int) operationView {
	o := tag.Operations[i]
	v := operationView{Operation: o, Group: tag, Open: len(o.Security) == 0}
	if i > 0 {
		v.Previous = tag.Operations[i-1]
	}
	if i+1 < len(tag.Operations) {
		v.Next = tag.Operations[i+1]
	}
	for _, way := range o.Security {
		v.Publishable = v.Publishable || slices.Contains(way, "publishableKey")
	}
	for _, parameter := range o.Parameters {
		switch parameter.In {
		case "path":
			v.InPath = append(v.InPath, parameter)
		case "query":
			v.InQuery = append(v.InQuery, parameter)
		default:
			v.InHeader = append(v.InHeader, parameter)
		}
	}
	for _, answer := range o.Answers {
		if answer.Status >= "4" {
			v.Bad = append(v.Bad, answer)
			continue
		}
		v.Good = append(v.Good, answer)
		if answer.Schema == nil {
			continue
		}
		if v.Answered == "" && slices.Contains(answer.Media, "application/json") {
			v.Answered, v.AnsweredAs = c.api.Example(answer), answer.Status
		}
		v.Returns = append(v.Returns, namesOf(*answer.Schema)...)
	}
	v.Returns = slices.Compact(v.Returns)
	if o.Body != nil && slices.Contains(o.Body.Media, "application/json") {
		v.Sent = c.api.Example(o.Body)
	}
	v.Curl = curl(p.options.Kit.Absolute(r, ""), v)
	return v
}

// namesOf returns the names of the objects that an answer may be.
func namesOf(s openapi.Schema) []string {
	if s.Name != "" {
		return []string{s.Name}
	}
	var names []string
	for _, choice := range s.Choices {
		names = append(names, namesOf(choice)...)
	}
	return names
}

// usedBy returns the operations that take or answer with an object.
func usedBy(d *openapi.Document, name string) []*openapi.Operation {
	var found []*openapi.Operation
	for _, tag := range d.Tags {
		for _, o := range tag.Operations {
			uses := o.Body != nil && slices.Contains(namesOf(o.Body.Schema), name)
			for _, answer := range o.Answers {
				uses = uses || answer.Schema != nil && answer.Status < "4" && slices.Contains(namesOf(*answer.Schema), name)
			}
			if uses {
				found = append(found, o)
			}
		}
	}
	return found
}

// curl returns a request to paste. Its headers come by standard input: what stands in the
// arguments of a process is seen by everybody on the machine.
func curl(base string, v operationView) string {
	path := v.Path
	for _, parameter := range v.InPath {
		path = strings.ReplaceAll(path, "{"+parameter.Name+"}", "$"+strings.ToUpper(parameter.Name))
	}
	var b strings.Builder
	b.WriteString("curl ")
	if v.Method != http.MethodGet {
		fmt.Fprintf(&b, "-X %s ", v.Method)
	}
	fmt.Fprintf(&b, "\"%s%s\"", base, path)
	var headers []string
	switch {
	case v.Publishable:
		headers = append(headers, "X-PUBLISHABLE-KEY: $PUBLISHABLE_KEY")
	case !v.Open:
		headers = append(headers, "Authorization: Bearer $SECRET_KEY", "X-CUSTOMER-ID: $CUSTOMER_ID")
	}
	if v.Sent != "" {
		headers = append(headers, "Content-Type: application/json")
	}
	if slices.ContainsFunc(v.InHeader, func(p openapi.Parameter) bool { return p.Name == "Idempotency-Key" }) {
		headers = append(headers, "Idempotency-Key: $(uuidgen)")
	}
	if len(headers) > 0 {
		b.WriteString(" -H @-")
	}
	if v.Sent != "" {
		fmt.Fprintf(&b, " \\\n  -d '%s'", strings.ReplaceAll(v.Sent, "'", `'\''`))
	}
	if v.Body != nil && slices.Contains(v.Body.Media, "multipart/form-data") {
		b.WriteString(" \\\n  -F documentType=license -F file=@license.png")
	}
	if len(headers) > 0 {
		fmt.Fprintf(&b, " <<END\n%s\nEND", strings.Join(headers, "\n"))
	}
	return b.String()
}
