package reference

import (
	"slices"
	"strings"
)

// hit is something that a search found.
type hit struct {
	Kind, Title, Text, Path string
	Method                  string
	score                   int
}

// mostHits is how many hits a search shows.
const mostHits = 40

// search finds the operations, objects, errors, events and guides that hold every word of a
// query, those that hold it in their names first.
func search(c *content, query string) []hit {
	words := strings.Fields(strings.ToLower(query))
	if len(words) == 0 || len(query) > 200 {
		return nil
	}
	var hits []hit
	add := func(h hit, name, rest string) {
		name, rest = strings.ToLower(name), strings.ToLower(rest)
		for _, word := range words {
			switch {
			case strings.Contains(name, word):
				h.score += 10
			case strings.Contains(rest, word):
				h.score++
			default:
				return
			}
		}
		if strings.Contains(name, strings.ToLower(query)) {
			h.score += 5
		}
		hits = append(hits, h)
	}
	for _, tag := range c.api.Tags {
		for _, o := range tag.Operations {
			var members []string
			if o.Body != nil {
				for _, member := range o.Body.Schema.Members {
					members = append(members, member.Name)
				}
			}
			for _, parameter := range o.Parameters {
				members = append(members, parameter.Name)
			}
			add(hit{Kind: tag.Name, Title: o.Summary, Text: o.Path, Method: o.Method, Path: operationPath(o)},
				o.Summary+" "+o.Path+" "+o.ID+" "+o.Method+" "+o.Own, o.Description+" "+strings.Join(members, " "))
		}
	}
	for _, entry := range Catalog {
		add(hit{Kind: "error", Title: string(entry.Code), Text: entry.Cause, Path: Path + "/errors/" + string(entry.Code)}, string(entry.Code), entry.Cause+" "+entry.Remedy)
	}
	for _, event := range c.api.Events {
		add(hit{Kind: "event", Title: event.Type, Text: event.Summary, Path: Path + "/events#" + event.Type}, event.Type, event.Summary+" "+event.Description)
	}
	for _, name := range c.api.Objects {
		object, _ := c.api.Object(name)
		var members []string
		for _, member := range object.Members {
			members = append(members, member.Name+" "+member.Description)
		}
		add(hit{Kind: "object", Title: name, Text: object.Description, Path: Path + "/objects/" + name}, name, object.Description+" "+strings.Join(members, " "))
	}
	for _, g := range c.guides {
		add(hit{Kind: "guide", Title: g.Title, Text: g.Lead, Path: Path + "/guides/" + g.Name}, g.Title, g.plain)
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return b.score - a.score })
	return hits[:min(len(hits), mostHits)]
}
