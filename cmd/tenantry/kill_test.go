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
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// killsVariable names how often the service is killed, where it is not as often as in the
// suite.
const killsVariable = "TENANTRY_TEST_KILLS"

// harness is an installation whose service is killed again and again, and the history of
// what its clients were answered.
type harness struct {
	*testing.T
	data, operator, secret string
	began                  time.Time

	mu sync.Mutex
	// url is where the service is; it changes with each start.
	url string
	// history is what clients asked and were answered.
	history []porcupine.Operation
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

// question is what a client asks of a value: of the name of one customer, or of one merchant
// key, which one customer has at a time.
type question struct {
	value string
	// what is write or read of a name, take or free of a merchant key.
	what, text string
}

// reply is how a client was answered; the zero value is no answer.
type reply struct {
	answered bool
	text     string
	refused  bool
	// void reports a refusal for another reason than the value, which changed nothing.
	void bool
}

// neverSent is the status of a request that found no service to send it to.
const neverSent = -1

// isRefused reports whether a status is a refusal.
func isRefused(status int) bool {
	return status >= http.StatusBadRequest && status < http.StatusInternalServerError
}

// isVoid reports whether a status says that nothing was done. A killed service leaves
// hundreds of requests that were never sent, of which a search for an order knows nothing
// but that they may have been done at any time.
func isVoid(status int) bool { return isRefused(status) || status == neverSent }

// linear is what a name and a merchant key are, to all clients together: a name is the one
// that was written last, and a key is taken or free.
var linear = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		byValue := map[string][]porcupine.Operation{}
		for _, o := range history {
			value := o.Input.(question).value
			byValue[value] = append(byValue[value], o)
		}
		var list [][]porcupine.Operation
		for _, one := range byValue {
			list = append(list, one)
		}
		return list
	},
	Init: func() any { return "" },
	Step: func(state, input, output any) (bool, any) {
		now, ask, answer := state.(string), input.(question), output.(reply)
		switch ask.what {
		case "read":
			return !answer.answered || now == answer.text, now
		case "take":
			if answer.refused || !answer.answered && now != "" {
				return now != "", now
			}
			return now == "", ask.text
		case "free":
			if now != ask.text {
				return !answer.answered, now
			}
			return true, ""
		default:
			return true, ask.text
		}
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v: %+v", input, output) },
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
		operations += len(h.history)
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
	h := &harness{T: t, data: t.TempDir(), began: time.Now(), made: map[string]string{}, owned: map[string][]string{}, added: map[string][]string{}}
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

// send sends a request, and returns the status 0 if there was no answer, and neverSent if
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
		return neverSent, nil
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
		h.record(0, question{value: id, what: "write", text: made["name"].(string)}, func() reply { return reply{answered: true} })
	}
	return ids
}

// record does something and notes it in the history.
func (h *harness) record(client int, ask question, do func() reply) {
	call := time.Since(h.began)
	answer := do()
	ended := time.Since(h.began)
	if answer.void {
		return
	}
	if !answer.answered {
		if ask.what == "read" {
			return
		}
		ended = 1 << 62 // it may have happened at any moment, and never
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.history = append(h.history, porcupine.Operation{ClientId: client, Input: ask, Call: int64(call), Output: answer, Return: int64(ended)})
}

// act sends one request of a client.
func (h *harness) act(ctx context.Context, round, client, i int, shops []string) {
	shop := shops[rand.IntN(len(shops))]
	name := fmt.Sprintf("Name %d %d %d", round, client, i)
	switch client {
	case 0, 1: // writes names, of which each is another
		h.record(client, question{value: shop, what: "write", text: name}, func() reply {
			status, _ := h.send(ctx, http.MethodPatch, customerPath(shop), map[string]any{"name": name}, "")
			return reply{answered: status == http.StatusOK, void: isVoid(status)}
		})
	case 2: // reads them
		h.record(client, question{value: shop, what: "read"}, func() reply {
			status, got := h.send(ctx, http.MethodGet, customerPath(shop), nil, "")
			text, _ := got["name"].(string)
			return reply{answered: status == http.StatusOK, text: text}
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
	id := ""
	h.record(client, question{value: value, what: "take", text: name}, func() reply {
		status, made := h.send(ctx, http.MethodPost, "/v3/customers", map[string]any{
			"name": name, "email": "a@example.com", "planKey": "payer", "merchantKey": value,
		}, "")
		id, _ = made["id"].(string)
		taken := status == http.StatusConflict
		return reply{answered: status == http.StatusCreated || taken, refused: taken, void: isVoid(status) && !taken}
	})
	if id == "" {
		return
	}
	h.record(client, question{value: value, what: "free", text: name}, func() reply {
		status, _ := h.send(ctx, http.MethodDelete, customerPath(id), nil, "")
		return reply{answered: status == http.StatusNoContent, void: isVoid(status)}
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
		h.record(0, question{value: shop, what: "read"}, func() reply {
			status, got := h.send(h.Context(), http.MethodGet, customerPath(shop), nil, "")
			names[shop], _ = got["name"].(string)
			if status != http.StatusOK {
				h.Fatalf("round %d: reading %s: %d", round, shop, status)
			}
			return reply{answered: true, text: names[shop]}
		})
	}
	h.linearizable(round)
	h.history = nil
	for shop, name := range names {
		h.record(0, question{value: shop, what: "write", text: name}, func() reply { return reply{answered: true} })
	}
}

// linearizable tests the history.
func (h *harness) linearizable(round int) {
	h.Helper()
	h.mu.Lock()
	history := slices.Clone(h.history)
	h.mu.Unlock()
	switch result, info := porcupine.CheckOperationsVerbose(linear, history, 5*time.Second); result {
	case porcupine.Ok:
	case porcupine.Illegal:
		file, err := os.CreateTemp("", "history-*.html")
		if err == nil {
			err = errors.Join(porcupine.Visualize(linear, info, file), file.Close())
		}
		h.Fatalf("round %d: what clients were told has no order; see %s (%v)", round, file.Name(), err)
	default:
		h.unknown++
		h.Logf("round %d: the order of %d operations was not found in time", round, len(history))
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
