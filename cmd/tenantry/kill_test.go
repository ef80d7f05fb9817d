package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/internal/testkit/history"

	"tenantry/cmd/tenantry/internal/cli"
)

// killsVariable names how often the service is killed, where it is not as often as in the
// suite.
const killsVariable = "TENANTRY_TEST_KILLS"

// harness is an installation whose service is killed again and again, and the history of
// what its clients were answered.
type harness struct {
	*testing.T
	data, operator, secret string
	log                    *history.Log

	mu sync.Mutex
	// url is where the service is; it changes with each start.
	url string
	// made are the customers that requests with an idempotency key made, by their keys.
	made map[string]string
	// owned are the owners that were added, by their customers.
	owned map[string][]string
	// added are the owners of this round, papers its documents and quizzes its questions.
	added   map[string][]string
	papers  []paper
	quizzes []*quiz
	// documents and questionnaires count those that were acknowledged in all rounds.
	documents, questionnaires int
	// unknown counts the rounds whose order was not found in time.
	unknown int
}

// lanes is how many services are killed side by side: most of a round is waiting.
const lanes = 4

// However often the service is killed under load, also while its keys rotate, what it
// acknowledged is there after each kill: names and merchant keys are linearizable over all
// of it, an idempotency key makes one customer, no owner, document or answer to a question
// is lost, and the doctor finds no fault.
func TestKilledUnderLoad(t *testing.T) {
	t.Parallel()
	rounds := 50
	if text := os.Getenv(killsVariable); text != "" {
		var err error
		if rounds, err = strconv.Atoi(text); err != nil {
			t.Fatalf("%s: %v", killsVariable, err)
		}
	}
	if testing.Short() {
		rounds = min(rounds, 2*lanes)
	}
	for lane := range lanes {
		t.Run(strconv.Itoa(lane+1), func(t *testing.T) {
			t.Parallel()
			newHarness(t).killed((rounds + lane) / lanes)
		})
	}
}

// killed kills the service in so many rounds.
func (h *harness) killed(rounds int) {
	h.Helper()
	kill := h.serve()
	shops := h.shops()
	operations := 0
	for round := range rounds {
		ctx, stop := context.WithCancel(h.Context())
		var clients sync.WaitGroup
		for n := range 7 {
			clients.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					h.act(ctx, round, n, i, shops)
				}
			})
		}
		if round%3 == 2 {
			clients.Go(func() { h.rotate(ctx) })
		}
		time.Sleep(time.Duration(100+rand.IntN(300)) * time.Millisecond) // the moment is to be any
		kill()
		stop()
		clients.Wait()
		kill = h.serve()
		operations += h.log.Len()
		h.settle(round, shops)
		h.kept()
	}
	// A round without an order in time is no violation, but too many of them show nothing.
	if h.unknown > rounds/2 {
		h.Errorf("the order of %d of %d rounds was not found in time", h.unknown, rounds)
	}
	h.replayed()
	h.owners(h.owned)
	kill()
	code, said, complaint := typed(h.T, []string{"TENANTRY_DATA=" + h.data}, false, "", "doctor")
	if strings.Contains(said, "fault") || code > 1 {
		h.Errorf("the doctor finds (%d) %s%s", code, said, complaint)
	}
	h.Logf("%d rounds, %d operations of names and merchant keys, %d customers by idempotency keys, %d documents, %d questionnaires",
		rounds, operations, len(h.made), h.documents, h.questionnaires)
}

func newHarness(t *testing.T) *harness {
	t.Helper()
	h := &harness{T: t, data: t.TempDir(), log: history.New(), made: map[string]string{}, owned: map[string][]string{}, added: map[string][]string{}}
	code, said, complaint := typed(t, []string{"TENANTRY_DATA=" + h.data}, false, "", "init")
	h.secret = regexp.MustCompile(`sk_test_\w+`).FindString(said + complaint)
	h.operator = regexp.MustCompile(`\b[0-9a-f]{24}\b`).FindString(said + complaint)
	if code != 0 || h.secret == "" || h.operator == "" {
		t.Fatalf("%d: %s%s", code, said, complaint)
	}
	return h
}

// serve starts the service in a process of its own, and returns what kills it.
func (h *harness) serve() (kill func()) {
	h.Helper()
	self, err := os.Executable()
	if err != nil {
		h.Fatal(err)
	}
	command := exec.Command(self, "serve", "--data", h.data)
	command.Args[0] = "tenantry"
	command.Env = append(os.Environ(), "TENANTRY_LISTEN=127.0.0.1:0", "TENANTRY_METRICS_LISTEN=127.0.0.1:0", "TENANTRY_LIMITS_RATE_PER_MINUTE=0", "TENANTRY_LIMITS_TENANT_RATE_PER_MINUTE=0")
	log, err := command.StderrPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		h.Fatal(err)
	}
	lines, text := bufio.NewScanner(log), ""
	for lines.Scan() {
		text += lines.Text() + "\n"
		var said struct{ URL, Message string }
		if json.Unmarshal(lines.Bytes(), &said) == nil && said.Message == "serving" {
			h.mu.Lock()
			h.url = said.URL
			h.mu.Unlock()
			break
		}
	}
	if h.url == "" {
		h.Fatalf("the service does not start:\n%s", text)
	}
	drained := make(chan struct{})
	go func() { defer close(drained); _, _ = io.Copy(io.Discard, log) }()
	return func() {
		_ = command.Process.Kill()
		<-drained
		_ = command.Wait()
	}
}

// send sends a request, and returns the status 0 if there was no answer, and history.NeverSent if
// there was nobody to answer.
func (h *harness) send(ctx context.Context, method, path string, body any, key string) (status int, answer map[string]any) {
	h.mu.Lock()
	url := h.url
	h.mu.Unlock()
	text, err := json.Marshal(body)
	if err != nil {
		h.Error(err)
		return 0, nil
	}
	media := "application/json"
	switch form := body.(type) {
	case nil:
		text = nil
	case string:
		text, media = []byte(form), "multipart/form-data; boundary=form"
	}
	r, err := http.NewRequestWithContext(ctx, method, url+path, bytes.NewReader(text))
	if err != nil {
		h.Error(err)
		return 0, nil
	}
	r.Header.Set("Authorization", "Bearer "+h.secret)
	r.Header.Set("X-CUSTOMER-ID", h.operator)
	r.Header.Set("Content-Type", media)
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	got, err := http.DefaultClient.Do(r)
	if failed, ok := errors.AsType[*net.OpError](err); ok && failed.Op == "dial" {
		return history.NeverSent, nil
	}
	if err != nil {
		return 0, nil
	}
	defer func() { _ = got.Body.Close() }()
	content, err := io.ReadAll(got.Body)
	if err != nil {
		return 0, nil
	}
	if len(content) > 0 && json.Unmarshal(content, &answer) != nil {
		return 0, nil
	}
	return got.StatusCode, answer
}

// shops makes the businesses whose names are written and read.
func (h *harness) shops() (ids []string) {
	h.Helper()
	for n := range 3 {
		status, made := h.send(h.Context(), http.MethodPost, "/v3/customers", map[string]any{
			"name": "Shop", "email": "shop@example.com", "planKey": "merchant",
			"legalEntity": map[string]any{"entityType": "LLC", "businessName": fmt.Sprintf("Shop %d", n)},
		}, "")
		if status != http.StatusCreated {
			h.Fatalf("%d: %v", status, made)
		}
		id := made["id"].(string)
		ids = append(ids, id)
		h.log.Record(0, history.Question{Value: id, What: history.Write, Text: made["name"].(string)}, func() history.Reply { return history.Reply{Answered: true} })
	}
	return ids
}

// act sends one request of a client.
func (h *harness) act(ctx context.Context, round, client, i int, shops []string) {
	shop := shops[rand.IntN(len(shops))]
	name := fmt.Sprintf("Name %d %d %d", round, client, i)
	switch client {
	case 0, 1: // writes names, of which each is another
		h.log.Record(client, history.Question{Value: shop, What: history.Write, Text: name}, func() history.Reply {
			status, _ := h.send(ctx, http.MethodPatch, cli.CustomerPath(shop), map[string]any{"name": name}, "")
			return history.Reply{Answered: status == http.StatusOK, Void: history.IsVoid(status)}
		})
	case 2: // reads them
		h.log.Record(client, history.Question{Value: shop, What: history.Read}, func() history.Reply {
			status, got := h.send(ctx, http.MethodGet, cli.CustomerPath(shop), nil, "")
			text, _ := got["name"].(string)
			return history.Reply{Answered: status == http.StatusOK, Text: text}
		})
	case 3: // makes customers by idempotency keys
		key := fmt.Sprintf("key %d %d", round, i)
		status, made := h.send(ctx, http.MethodPost, "/v3/customers", map[string]any{
			"name": name, "email": "a@example.com", "planKey": "payer", "externalId": key,
		}, key)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.made[key] = ""
		if status == http.StatusCreated {
			h.made[key], _ = made["id"].(string)
		}
	case 6: // sends documents, and answers questions
		if i%2 == 0 {
			h.addPaper(ctx, name)
		} else {
			h.answer(ctx, name)
		}
	case 4: // takes merchant keys and frees them
		h.contest(ctx, client, fmt.Sprintf("contested_%d_%d", round, i%2), name)
	default:
		if i%4 == 3 {
			h.addOwner(ctx, shop, i)
			return
		}
		h.contest(ctx, client, fmt.Sprintf("contested_%d_%d", round, i%2), name)
	}
}

// contest makes a customer with a merchant key that others want too, and removes it.
func (h *harness) contest(ctx context.Context, client int, value, name string) {
	h.log.Contest(client, value, name, func() (int, string) {
		status, made := h.send(ctx, http.MethodPost, "/v3/customers", map[string]any{
			"name": name, "email": "a@example.com", "planKey": "payer", "merchantKey": value,
		}, "")
		id, _ := made["id"].(string)
		return status, id
	}, func(id string) int {
		status, _ := h.send(ctx, http.MethodDelete, cli.CustomerPath(id), nil, "")
		return status
	})
}

// rotate rotates the keys of the running service, until it is killed.
func (h *harness) rotate(ctx context.Context) {
	self, err := os.Executable()
	if err != nil {
		h.Error(err)
		return
	}
	command := exec.CommandContext(ctx, self, "seal", "rotate", "--data", h.data)
	command.Args[0] = "tenantry"
	_ = command.Run() // it ends with the service
}

// settle reads the names once the service is back, tests the history up to there and begins
// another one: what was not answered has happened by then, or never will.
func (h *harness) settle(round int, shops []string) {
	h.Helper()
	names := map[string]string{}
	for _, shop := range shops {
		h.log.Record(0, history.Question{Value: shop, What: history.Read}, func() history.Reply {
			status, got := h.send(h.Context(), http.MethodGet, cli.CustomerPath(shop), nil, "")
			names[shop], _ = got["name"].(string)
			if status != http.StatusOK {
				h.Fatalf("round %d: reading %s: %d", round, shop, status)
			}
			return history.Reply{Answered: true, Text: names[shop]}
		})
	}
	if !h.log.Check(h, 5*time.Second) {
		h.unknown++
	}
	h.log.Restart()
	for shop, name := range names {
		h.log.Record(0, history.Question{Value: shop, What: history.Write, Text: name}, func() history.Reply { return history.Reply{Answered: true} })
	}
}

// replayed sends every request with an idempotency key again: it is answered with the same
// customer, and there is one of each.
func (h *harness) replayed() {
	h.Helper()
	for key, id := range h.made {
		status, list := h.send(h.Context(), http.MethodGet, "/v3/customers?externalId="+strings.ReplaceAll(key, " ", "%20"), nil, "")
		results, _ := list["results"].([]any)
		if status != http.StatusOK || len(results) > 1 || id != "" && len(results) == 0 {
			h.Errorf("%q made %d customers (%d)", key, len(results), status)
			continue
		}
		if id != "" && results[0].(map[string]any)["id"] != id {
			h.Errorf("%q made %v, and was answered %s", key, results[0], id)
		}
	}
}
