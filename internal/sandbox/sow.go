package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"go.yaml.in/yaml/v3"

	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Named is something of the seed, as it is found by its name.
type Named struct {
	// Name is that of a customer, or of one of its parts behind that and a slash.
	Name string `json:"name"`
	Kind string `json:"kind"` // operator, platform, merchant, payer, customer, user, bank, key, webhook
	ID   string `json:"id"`
	// Secret is its secret key, or what signs the messages of a webhook; Publishable its
	// publishable key; both empty where there is none.
	Secret      string `json:"secret,omitempty"`
	Publishable string `json:"publishable,omitempty"`
	Line        int    `json:"-"`
}

// origin makes the request that creates a customer through an API, signed by the customer
// above it.
type origin func(above Named, body []byte) *http.Request

// originsOf are the APIs by their names.
var originsOf = map[string]origin{
	"native": func(above Named, body []byte) *http.Request {
		return native(above, http.MethodPost, "/v3/customers", body)
	},
	"balanced": func(above Named, body []byte) *http.Request {
		r := request(http.MethodPost, "/v1/customers", body)
		r.SetBasicAuth(above.Secret, "")
		return r
	},
	"dwolla": func(above Named, body []byte) *http.Request {
		r := request(http.MethodPost, "/customers", body)
		r.Header.Set("Authorization", "Bearer "+above.Secret)
		r.Header.Set("Content-Type", "application/vnd.dwolla.v1.hal+json")
		r.Header.Set("Accept", "application/vnd.dwolla.v1.hal+json")
		return r
	},
	"straddle": func(above Named, body []byte) *http.Request {
		r := request(http.MethodPost, "/straddle/v1/customers", body)
		r.Header.Set("Authorization", "Bearer "+above.Secret)
		return r
	},
}

func request(method, path string, body []byte) *http.Request {
	r, err := http.NewRequest(method, "http://sandbox.invalid"+path, bytes.NewReader(body)) //nolint:noctx // it never leaves the process
	if err != nil {
		panic(err) // its path is made of constants and ids
	}
	r.RemoteAddr = "127.0.0.1:1"
	if len(body) > 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// recorder keeps the answer to a request that never leaves the process.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) { r.status = status }

// Write implements http.ResponseWriter.
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }

func native(signer Named, method, path string, body []byte) *http.Request {
	r := request(method, path, body)
	r.Header.Set("Authorization", "Bearer "+signer.Secret)
	r.Header.Set("X-Customer-Id", signer.ID)
	return r
}

// sower fills an empty installation from a seed.
type sower struct {
	g      *generation
	random *source
	found  []Named
}

// sow makes everything of a seed, and lets its events be told to nobody.
func (s *sower) sow(ctx context.Context, seed *Seed) error {
	s.random.name("operator")
	made, err := s.g.app.Lifecycle.InitOperator(ctx, "Sandbox", "sandbox@example.com")
	if err != nil {
		return fmt.Errorf("making the operator: %w", err)
	}
	operator := Named{Name: "operator", Kind: "operator", ID: made.Customer.ID.String(), Secret: made.Keys.Secret.Reveal(), Publishable: made.Keys.Publishable.Reveal()}
	s.found = append(s.found, operator)
	for _, n := range seed.platforms {
		if err := s.node(operator, n); err != nil {
			return err
		}
	}
	for {
		batches, err := s.g.store.Outboxes(ctx, tenancy.AllSlots, rows.MaxLimit)
		if err != nil || len(batches) == 0 {
			return err
		}
		if err := s.g.store.Relay(ctx, batches...); err != nil {
			return err
		}
	}
}

// node makes a customer, its parts and everyone below it.
func (s *sower) node(above Named, n *node) error {
	s.random.name(n.name)
	body, err := jsonOf(n.body, n.path)
	if err != nil {
		return err
	}
	creates := originsOf[n.api]
	switch n.kind {
	case "payer":
		creates = func(above Named, body []byte) *http.Request {
			return native(above, http.MethodPost, "/v3/payers", body)
		}
	case "platform", "merchant":
		if _, given := body["planKey"]; !given {
			body["planKey"] = n.kind
		}
	}
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("line %d: %s: %w", n.line, n.path, err)
	}
	answer, location, err := s.send(creates(above, text), n.path, n.body)
	if err != nil {
		return err
	}
	named := Named{Name: n.name, Kind: n.kind, ID: idIn(answer, location), Line: n.line}
	if keys, ok := answer["keys"].(map[string]any); ok {
		named.Secret, _ = keys["secret"].(string)
		named.Publishable, _ = keys["publishable"].(string)
	}
	s.found = append(s.found, named)
	if err := s.parts(above, named, n); err != nil {
		return err
	}
	for _, child := range n.below {
		if named.Secret == "" {
			return fmt.Errorf("line %d: %s is below a customer without keys, which makes no customers", child.line, child.path)
		}
		if err := s.node(named, child); err != nil {
			return err
		}
	}
	return nil
}

// parts makes what belongs to a customer, by the key of the one above it.
func (s *sower) parts(above, of Named, n *node) error {
	base := "/v3/customers/" + of.ID
	for _, section := range []struct {
		kind, path string
		list       []part
	}{{"user", "/users", n.users}, {"bank", "/banks", n.banks}, {"key", "/keys", n.keys}} {
		for _, p := range section.list {
			s.random.name(n.name + "/" + p.name)
			body, err := jsonOf(p.body, p.path)
			if err != nil {
				return err
			}
			if _, given := body["name"]; !given && section.kind == "key" {
				body["name"] = p.name
			}
			text, err := json.Marshal(body)
			if err != nil {
				return err
			}
			answer, location, err := s.send(native(above, http.MethodPost, base+section.path, text), p.path, p.body)
			if err != nil {
				return err
			}
			named := Named{Name: of.Name + "/" + p.name, Kind: section.kind, ID: idIn(answer, location), Line: p.line}
			named.Secret, _ = answer["secret"].(string)
			s.found = append(s.found, named)
		}
	}
	return s.webhooks(above, of, n)
}

// webhooks configures the webhooks of a customer and makes their secrets.
func (s *sower) webhooks(above, of Named, n *node) error {
	if len(n.webhooks) == 0 {
		return nil
	}
	base := "/v3/customers/" + of.ID
	var filtered []any
	for _, p := range n.webhooks {
		body, err := jsonOf(p.body, p.path)
		if err != nil {
			return err
		}
		filtered = append(filtered, body)
	}
	text, err := json.Marshal(map[string]any{"settings": map[string]any{"events": map[string]any{"enabled": true, "urls": map[string]any{"filtered": filtered}}}})
	if err != nil {
		return err
	}
	s.random.name(n.name + "/webhooks")
	if _, _, err := s.send(native(above, http.MethodPut, base, text), n.path+".webhooks", n.webhooks[0].body); err != nil {
		return err
	}
	list, _, err := s.send(native(above, http.MethodGet, base+"/webhooks", nil), n.path+".webhooks", n.webhooks[0].body)
	if err != nil {
		return err
	}
	results, _ := list["results"].([]any)
	for i, p := range n.webhooks {
		if i >= len(results) {
			return faultAt(p.body, p.path, "became no webhook")
		}
		row, _ := results[i].(map[string]any)
		named := Named{Name: of.Name + "/" + p.name, Kind: "webhook", Line: p.line}
		named.ID, _ = row["id"].(string)
		s.random.name(named.Name)
		answer, _, err := s.send(native(above, http.MethodPost, base+"/webhooks/"+named.ID+"/secret", nil), p.path, p.body)
		if err != nil {
			return err
		}
		named.Secret, _ = answer["secret"].(string)
		s.found = append(s.found, named)
	}
	return nil
}

// send sends a request to the APIs. A refusal becomes an error with the line and the path of
// what it is about.
func (s *sower) send(r *http.Request, path string, body *yaml.Node) (answer map[string]any, location string, err error) {
	answered := &recorder{header: http.Header{}, status: http.StatusOK}
	s.g.handler.ServeHTTP(answered, r)
	text := answered.body.Bytes()
	if answered.status >= http.StatusMultipleChoices {
		var refusal struct {
			Error struct {
				Details struct{ Parameter, Explanation, Description string }
			}
		}
		if json.Unmarshal(text, &refusal) == nil && refusal.Error.Details.Description != "" {
			d := refusal.Error.Details
			what := d.Explanation
			if what == "" {
				what = d.Description
			}
			if d.Parameter != "" {
				path += "." + d.Parameter
			}
			return nil, "", fmt.Errorf("line %d: %s: %s", lineOf(body, d.Parameter), path, what)
		}
		return nil, "", fmt.Errorf("line %d: %s is refused: %s", body.Line, path, bytes.TrimSpace(text))
	}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &answer); err != nil {
			return nil, "", errors.New("an answer is no JSON")
		}
	}
	return answer, answered.header.Get("Location"), nil
}

// idIn returns the id of what was made: in the answer, in its data or at the end of where it
// is.
func idIn(answer map[string]any, location string) string {
	if id, ok := answer["id"].(string); ok {
		return id
	}
	if data, ok := answer["data"].(map[string]any); ok {
		if id, ok := data["id"].(string); ok {
			return id
		}
	}
	for i := len(location) - 1; i >= 0; i-- {
		if location[i] == '/' {
			return location[i+1:]
		}
	}
	return location
}

// jsonOf returns a body of a seed as the members of an object.
func jsonOf(body *yaml.Node, path string) (map[string]any, error) {
	members := map[string]any{}
	if err := body.Decode(&members); err != nil {
		return nil, fmt.Errorf("line %d: %s must be a mapping with texts, numbers, lists and mappings: %w", body.Line, path, err)
	}
	return members, nil
}
