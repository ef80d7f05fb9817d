package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"

	cryptorand "crypto/rand"

	"tenantry/internal/testkit/history"

	"tenantry/cmd/tenantry/internal/cli"
)

func (h *harness) addOwner(ctx context.Context, shop string, i int) {
	status, made := h.send(ctx, http.MethodPost, cli.CustomerPath(shop)+"/owners", map[string]any{
		"contact":       map[string]any{"firstName": "Dana", "lastName": "Reef", "dateOfBirth": "1980-03-04"},
		"personalTaxId": fmt.Sprintf("%09d", 100_000_000+i),
		"address":       map[string]any{"street1": "1 Quay", "city": "Portland", "state": "ME", "postalCode": "04101", "country": "USA"},
	}, "")
	if id, ok := made["id"].(string); ok && status == http.StatusCreated {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.owned[shop], h.added[shop] = append(h.owned[shop], id), append(h.added[shop], id)
	}
}

// owners looks for owners that were acknowledged.
func (h *harness) owners(acknowledged map[string][]string) {
	h.Helper()
	for shop, ids := range acknowledged {
		for _, id := range ids {
			if status, _ := h.send(h.Context(), http.MethodGet, cli.CustomerPath(shop)+"/owners/"+id, nil, ""); status != http.StatusOK {
				h.Errorf("owner %s of %s is lost: %d", id, shop, status)
			}
		}
	}
}

// paper is a document that was acknowledged.
type paper struct {
	customer, id string
	bytes        string
}

// quiz is a questionnaire that was acknowledged, with the state that its answers led to,
// empty if they were not answered.
type quiz struct {
	customer, question, state string
}

// reviewed makes a customer whose review asks for more, and returns its id.
func (h *harness) reviewed(ctx context.Context, name, firstName string, entity map[string]any) (id string) {
	_, made := h.send(ctx, http.MethodPost, "/v3/customers", map[string]any{
		"name": name, "email": "a@example.com", "planKey": "merchant", "legalEntity": entity,
		"contact": map[string]any{"firstName": firstName, "lastName": "Reef", "email": "a@example.com", "phone": "2075550142", "dateOfBirth": "1980-03-04"},
		"address": map[string]any{"street1": "1 Quay", "city": "Portland", "state": "ME", "postalCode": "04101", "country": "USA"},
	}, "")
	id, _ = made["id"].(string)
	return id
}

// addPaper sends a document of a customer whose review asks for one.
func (h *harness) addPaper(ctx context.Context, name string) {
	customer := h.reviewed(ctx, name, "Dana", map[string]any{
		"entityType": "LLC", "businessName": "Document", "businessTaxId": "121234567", "personalTaxId": "123456789", "stakePercent": "60",
	})
	if customer == "" {
		return
	}
	canvas := image.NewGray(image.Rect(0, 0, 8, 8))
	_, _ = cryptorand.Read(canvas.Pix)
	var file bytes.Buffer
	if err := png.Encode(&file, canvas); err != nil {
		h.Error(err)
	}
	status, made := h.send(ctx, http.MethodPost, cli.CustomerPath(customer)+"/documents",
		"--form\r\nContent-Disposition: form-data; name=\"documentType\"\r\n\r\nlicense\r\n"+
			"--form\r\nContent-Disposition: form-data; name=\"file\"; filename=\"scan.png\"\r\nContent-Type: image/png\r\n\r\n"+file.String()+"\r\n--form--\r\n", "")
	if history.IsRefused(status) {
		h.Errorf("a document is refused: %d %v", status, made)
	}
	if id, ok := made["id"].(string); ok && status == http.StatusCreated {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.papers = append(h.papers, paper{customer: customer, id: id, bytes: file.String()})
	}
}

// answer has a customer asked what only it knows, and answers.
func (h *harness) answer(ctx context.Context, name string) {
	customer := h.reviewed(ctx, name, "kba", map[string]any{"entityType": "ISP", "businessName": name, "personalTaxId": "123456789", "stakePercent": "100"})
	if customer == "" {
		return
	}
	status, asked := h.send(ctx, http.MethodPost, cli.CustomerPath(customer)+"/identity/kba", nil, "")
	if history.IsRefused(status) {
		h.Errorf("questions are refused: %d %v", status, asked)
	}
	if status != http.StatusOK {
		return
	}
	var answers []any
	for _, one := range asked["questions"].([]any) {
		question := one.(map[string]any)
		choices := question["answers"].([]any)
		answers = append(answers, map[string]any{"questionId": question["id"], "answerId": choices[len(choices)-1].(map[string]any)["id"]})
	}
	q := &quiz{customer: customer, question: answers[0].(map[string]any)["questionId"].(string)}
	h.mu.Lock()
	h.quizzes = append(h.quizzes, q)
	h.mu.Unlock()
	status, got := h.send(ctx, http.MethodPost, cli.CustomerPath(customer)+"/identity/kba/answers", map[string]any{"answers": answers}, "")
	if history.IsRefused(status) {
		h.Errorf("answers are refused: %d %v", status, got)
	}
	if status == http.StatusOK {
		h.mu.Lock()
		defer h.mu.Unlock()
		q.state, _ = got["status"].(string)
	}
}

// kept looks for what was acknowledged in this round beside names and merchant keys.
func (h *harness) kept() {
	h.Helper()
	h.owners(h.added)
	for _, p := range h.papers {
		if got := h.bytes(cli.CustomerPath(p.customer) + "/documents/" + p.id + "/file?reason=test"); got != p.bytes {
			h.Errorf("document %s of %s is lost: %d bytes of %d: %.200q", p.id, p.customer, len(got), len(p.bytes), got)
		}
	}
	for _, q := range h.quizzes {
		_, c := h.send(h.Context(), http.MethodGet, cli.CustomerPath(q.customer), nil, "")
		identity, _ := c["identity"].(map[string]any)
		switch state, _ := identity["status"].(string); {
		case q.state != "" && state != q.state:
			h.Errorf("the answers of %s are lost: it is %q, and was answered %q", q.customer, state, q.state)
		case q.state == "" && state == "kba":
			_, asked := h.send(h.Context(), http.MethodGet, cli.CustomerPath(q.customer)+"/identity/kba", nil, "")
			if list, _ := asked["questions"].([]any); len(list) == 0 || list[0].(map[string]any)["id"] != q.question {
				h.Errorf("the questions of %s are lost: %v", q.customer, asked)
			}
		}
	}
	h.documents, h.questionnaires = h.documents+len(h.papers), h.questionnaires+len(h.quizzes)
	h.added, h.papers, h.quizzes = map[string][]string{}, nil, nil
}

// bytes reads a file.
func (h *harness) bytes(path string) string {
	h.Helper()
	r, err := http.NewRequestWithContext(h.Context(), http.MethodGet, h.url+path, http.NoBody)
	if err != nil {
		h.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+h.secret)
	r.Header.Set("X-CUSTOMER-ID", h.operator)
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		h.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	content, err := io.ReadAll(got.Body)
	if err != nil {
		h.Fatal(err)
	}
	return string(content)
}
