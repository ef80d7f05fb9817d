package api_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"tenantry/internal/testkit"
)

// bulkAnswer is the answer to a bulk, line by line; the last one is the summary.
type bulkAnswer struct {
	status int
	lines  []object
}

// bulk sends lines; the client's headers say who sends them.
func (c *client) bulk(query string, lines ...string) bulkAnswer {
	c.T.Helper()
	request, err := http.NewRequestWithContext(c.T.Context(), http.MethodPost, c.Base+"/v3/customers/bulk"+query, strings.NewReader(strings.Join(lines, "\n")))
	testkit.Must(c.T, err)
	request.Header = c.Header.Clone()
	request.Header.Set("Content-Type", "application/x-ndjson")
	response, err := http.DefaultClient.Do(request)
	testkit.Must(c.T, err)
	defer response.Body.Close()
	answer := bulkAnswer{status: response.StatusCode}
	for scanner := bufio.NewScanner(response.Body); scanner.Scan(); {
		line := object{}
		testkit.Must(c.T, json.Unmarshal(scanner.Bytes(), &line))
		answer.lines = append(answer.lines, line)
	}
	return answer
}

// asLine creates a customer with keys by a bulk of one line, and returns what is said of it
// as if it had been created by itself.
func (c *client) asLine(method, path string, body any, _ ...mode) answer {
	c.T.Helper()
	line, err := json.Marshal(object{"customer": body})
	testkit.Must(c.T, err)
	got := c.bulk("?keys=true", string(line))
	text, err := json.Marshal(got.lines[0])
	testkit.Must(c.T, err)
	a := answer{testkit.Answered{T: c.T, What: method + " " + path, Status: got.status, Text: string(text)}}
	if got.status == http.StatusOK {
		a.Status = got.statuses()[0]
		a.Body, _ = got.lines[0]["customer"].(object)
	}
	return a
}

// statuses returns the status of each line.
func (a bulkAnswer) statuses() (list []int) {
	for _, line := range a.lines {
		if status, is := line["status"].(float64); is {
			list = append(list, int(status))
		}
	}
	return list
}

func (a bulkAnswer) summary() object { return a.lines[len(a.lines)-1] }

// line returns a line for a minimal merchant.
func line(key, members string) string {
	text := `{"customer":{"name":"Onboarded","email":"one@example.com","planKey":"merchant"` + members + `}`
	if key != "" {
		text = `{"idempotencyKey":"` + key + `",` + text[1:]
	}
	return text + "}"
}

func (e *env) expects(t *testing.T, a bulkAnswer, statuses []int, complete bool, created, replayed, refused int) {
	t.Helper()
	sum := a.summary()
	want := []any{complete, float64(created), float64(replayed), float64(refused)}
	got := []any{sum["complete"], sum["created"], sum["replayed"], sum["refused"]}
	for i := range want {
		if a.status != http.StatusOK || got[i] != want[i] {
			t.Fatalf("answered %d %v, want %v of %v", a.status, sum, want, statuses)
		}
	}
	if len(a.statuses()) != len(statuses) {
		t.Fatalf("answered %v, want %v", a.statuses(), statuses)
	}
	for i, status := range a.statuses() {
		if status != statuses[i] {
			t.Fatalf("answered %v, want %v", a.statuses(), statuses)
		}
	}
}

// Each line of a bulk is answered in its order with the customer that it made, without keys
// unless they are asked for, and the last line of the answer counts them.
func TestABulkCreatesACustomerForEachLine(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	var lines []string
	for i := range 200 {
		lines = append(lines, line("", `,"externalId":"crm-`+strconv.Itoa(i)+`"`))
	}
	got := p.self().bulk("", append(lines, "", "  ")...)
	for i := range 200 {
		made, _ := got.lines[i]["customer"].(object)
		if got.lines[i]["line"] != float64(i+1) || made["externalId"] != "crm-"+strconv.Itoa(i) || made["keys"] != nil {
			t.Fatalf("line %d is answered %v", i+1, got.lines[i])
		}
	}
	if sum := got.summary(); fmt.Sprint(sum["created"], sum["complete"]) != "200 true" {
		t.Errorf("the summary is %v", sum)
	}
	p.self().get("/v3/customers?limit=1").ok(http.StatusOK).is("count", 200)
	keyed := p.self().bulk("?keys=true", line("", ""))
	if made, _ := keyed.lines[0]["customer"].(object); made["keys"] == nil {
		t.Errorf("no keys in %v", keyed.lines[0])
	}
}

// A bulk stops at the first line that is refused, says so, and tries none behind it; told to
// go on it takes the good lines, whatever stands between them.
func TestABulkStopsAtARefusalUnlessItGoesOn(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for name, bad := range map[string]struct {
		line   string
		status int
	}{
		"a value that breaks a rule": {line("", `,"vanityName":"-"`), 422},
		"a taken value":              {line("", `,"merchantKey":"one"`), 409},
		"no JSON":                    {`{"customer":`, 400},
		"an unknown member":          {`{"customer":{},"bogus":1}`, 422},
		"no customer":                {`{}`, 422},
		"too long":                   {line("", `,"description":"`+strings.Repeat("x", 2<<20)+`"`), 413},
	} {
		t.Run(name, func(t *testing.T) {
			e := e.in(t)
			p := e.platform()
			lines := []string{line("", `,"merchantKey":"one"`), bad.line, line("", `,"merchantKey":"two"`)}
			e.expects(t, p.self().in(t).bulk("", lines...), []int{201, bad.status}, false, 1, 0, 1)
			p.self().in(t).get("/v3/customers?limit=1").ok(http.StatusOK).is("count", 1)
			q := e.platform()
			e.expects(t, q.self().in(t).bulk("?continueOnError=true", lines...), []int{201, bad.status, 201}, true, 2, 0, 1)
			q.self().in(t).get("/v3/customers?limit=1").ok(http.StatusOK).is("count", 2)
		})
	}
}

// A repeated bulk is answered with the customers of the first one, and makes none twice; a
// key that comes twice with another customer is a conflict.
func TestARepeatedBulkDoublesNobody(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	lines := []string{line("a", ""), line("b", `,"username":"mira","password":"`+password+`"`), line("a", "")}
	first := p.self().bulk("", lines...)
	e.expects(t, first, []int{201, 201, 201}, true, 2, 1, 0)
	second := p.self().bulk("", append(lines, line("c", ""))...)
	e.expects(t, second, []int{201, 201, 201, 201}, true, 1, 3, 0)
	for i := range 3 {
		one, _ := first.lines[i]["customer"].(object)
		other, _ := second.lines[i]["customer"].(object)
		if one["id"] != other["id"] {
			t.Errorf("line %d made %v and then %v", i+1, one["id"], other["id"])
		}
	}
	e.expects(t, p.self().bulk("?continueOnError=true", line("a", `,"externalId":"x"`), line("d", "")), []int{409, 201}, true, 1, 0, 1)
	p.self().get("/v3/customers?limit=1").ok(http.StatusOK).is("count", 4)
	// A line that was refused is free for another try.
	e.expects(t, p.self().bulk("", line("e", `,"vanityName":"-"`)), []int{422}, false, 0, 0, 1)
	e.expects(t, p.self().bulk("", line("e", "")), []int{201}, true, 1, 0, 0)
}

// A bulk wants the credential, the scope and the subject that a creation wants, and no
// header for an idempotency key.
func TestABulkNeedsWhatACreationNeeds(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, rival := e.platform(), e.platform()
	for name, row := range map[string]struct {
		c      *client
		query  string
		status int
	}{
		"no credential":            {e.client("X-CUSTOMER-ID", p.id), "", 401},
		"a publishable key":        {p.browser(), "", 403},
		"a reader":                 {p.restricted("read"), "", 403},
		"another platform":         {rival.behalf(p.id), "", 403},
		"a header of a key":        {p.self().with("Idempotency-Key", "x"), "", 422},
		"an unknown parameter":     {p.self(), "?parent=x", 422},
		"a parameter of no sense":  {p.self(), "?continueOnError=perhaps", 422},
		"a version of no customer": {p.self().with("If-Match", "junk"), "", 412},
	} {
		t.Run(name, func(t *testing.T) {
			if got := row.c.in(t).bulk(row.query, line("", "")); got.status != row.status {
				t.Errorf("answered %d %v, want %d", got.status, got.lines, row.status)
			}
		})
	}
	p.self().get("/v3/customers?limit=1").ok(http.StatusOK).is("count", 0)
	if blind := p.restricted("customers:write").bulk("", line("", "")); len(blind.lines[0]["customer"].(object)) > 3 {
		t.Errorf("a credential that may not read is shown %v", blind.lines[0])
	}
}

// A dry run of a bulk tells what each line would be answered, values that are twice in it
// too, writes nothing and uses up no idempotency key.
func TestABulkCanBeTried(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	lines := []string{line("a", `,"merchantKey":"one"`), line("b", `,"merchantKey":"one"`), line("a", "")}
	got := p.self().bulk("?dryRun=true&continueOnError=true&keys=true", lines...)
	e.expects(t, got, []int{201, 409, 201}, true, 2, 0, 1)
	if made, _ := got.lines[0]["customer"].(object); made["keys"] != nil {
		t.Errorf("a dry run shows keys: %v", made)
	}
	p.self().get("/v3/customers?limit=1").ok(http.StatusOK).is("count", 0)
	e.expects(t, p.self().bulk("", lines[:1]...), []int{201}, true, 1, 0, 0)
}

// A line is answered before the next one is sent, and a connection that breaks within a line
// loses none of those before it: the summary names the last one.
func TestABulkAnswersWhileItReads(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	body, send := io.Pipe()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.self().Base+"/v3/customers/bulk", body)
	testkit.Must(t, err)
	request.Header = p.self().Header.Clone()
	request.Header.Set("Content-Type", "application/x-ndjson")
	response, err := http.DefaultClient.Do(request)
	testkit.Must(t, err)
	defer response.Body.Close()
	answers := bufio.NewReader(response.Body)
	for i := range 3 {
		_, err = io.WriteString(send, line("", "")+"\n")
		testkit.Must(t, err)
		text, err := answers.ReadString('\n')
		if testkit.Must(t, err); !strings.HasPrefix(text, `{"line":`+strconv.Itoa(i+1)+`,"status":201,`) {
			t.Fatalf("answered %s", text)
		}
	}
	_, err = io.WriteString(send, `{"customer":{"na`)
	testkit.Must(t, err)
	testkit.Must(t, send.Close())
	rest, err := io.ReadAll(answers)
	if testkit.Must(t, err); !strings.Contains(string(rest), `"status":400`) || !strings.Contains(string(rest), `"stoppedAt":4`) {
		t.Errorf("the answer ends with %s", rest)
	}
	p.self().get("/v3/customers?limit=1").ok(http.StatusOK).is("count", 3)
}

// A bulk is answered line by line over HTTP/2 too, where one connection carries all
// requests.
func TestABulkOverHTTP2(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	server := httptest.NewUnstartedServer(e.API.Handler())
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	body, lines := io.Pipe()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/v3/customers/bulk", body)
	testkit.Must(t, err)
	request.Header = p.self().Header.Clone()
	request.Header.Set("Content-Type", "application/x-ndjson")
	go func() { _, _ = io.WriteString(lines, `{"customer":`+text(t, complete())+"}\n") }()
	response, err := server.Client().Do(request)
	testkit.Must(t, err)
	defer response.Body.Close()
	scanner := bufio.NewScanner(response.Body)
	// The first answer comes while the body is still open.
	if response.ProtoMajor != 2 || !scanner.Scan() || !strings.Contains(scanner.Text(), `"status":201`) {
		t.Fatalf("by %s: %s", response.Proto, scanner.Text())
	}
	testkit.Must(t, lines.Close())
	if !scanner.Scan() || !strings.Contains(scanner.Text(), `"complete":true`) {
		t.Errorf("the summary is %s", scanner.Text())
	}
}

func text(t *testing.T, value any) string {
	t.Helper()
	content, err := json.Marshal(value)
	testkit.Must(t, err)
	return string(content)
}
