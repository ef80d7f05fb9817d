package testkit

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Client sends requests with headers of its own. One that is Native checks each request
// and answer against openapi.yaml.
type Client struct {
	T      testing.TB
	Base   string
	Header http.Header

	server                *Server
	native, wrong, reveal bool
}

// Bearer returns the header of a bearer credential, as a pair.
func Bearer(credential string) []string { return []string{"Authorization", "Bearer " + credential} }

// Basic returns the header of a user without a password, as a pair.
func Basic(user string) []string {
	return []string{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"))}
}

// Behalf returns the headers of a bearer credential of the native API that acts for a
// customer, as pairs.
func Behalf(credential, subject string) []string {
	return append(Bearer(credential), "X-CUSTOMER-ID", subject)
}

func (c *Client) copy() *Client {
	next := *c
	next.Header = c.Header.Clone()
	return &next
}

// With returns a client that sends more headers, as pairs.
func (c *Client) With(pairs ...string) *Client {
	next := c.copy()
	for i := 0; i < len(pairs); i += 2 {
		next.Header.Set(pairs[i], pairs[i+1])
	}
	return next
}

// Without returns a client that does not send a header.
func (c *Client) Without(name string) *Client {
	next := c.copy()
	next.Header.Del(name)
	return next
}

// In returns a client that sends on behalf of a subtest, which then is what fails.
func (c *Client) In(t testing.TB) *Client {
	next := c.copy()
	next.T = t
	return next
}

// Admin returns a client of the administrative listener.
func (c *Client) Admin() *Client {
	next := c.copy()
	next.Base = c.server.AdminURL
	return next
}

// Native returns a client that checks requests and answers against openapi.yaml.
func (c *Client) Native() *Client {
	next := c.copy()
	next.native = true
	return next
}

// Breaking returns a client whose requests break openapi.yaml on purpose.
func (c *Client) Breaking() *Client {
	next := c.copy()
	next.wrong = true
	return next
}

// Revealing returns a client whose answers may show a secret.
func (c *Client) Revealing() *Client {
	next := c.copy()
	next.reveal = true
	return next
}

// Request returns a request as the client sends it. The path may be absolute.
func (c *Client) Request(method, path string, content []byte) *http.Request {
	c.T.Helper()
	request, err := http.NewRequest(method, c.Base+strings.TrimPrefix(path, c.Base), bytes.NewReader(content))
	Must(c.T, err)
	request.Header = c.Header.Clone()
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
	}
	if len(content) > 0 && request.Header.Get("Content-Type") == "" {
		request.Header.Set("Content-Type", "application/json")
	}
	return request
}

// Content returns the bytes of a body: nil, a text that is sent as it is, or a value that
// is sent as JSON.
func Content(t testing.TB, body any) []byte {
	t.Helper()
	switch body := body.(type) {
	case nil:
		return nil
	case string:
		return []byte(body)
	default:
		content, err := json.Marshal(body)
		Must(t, err)
		return content
	}
}

// Do sends a request, with a body that Content takes, and ends the test when no answer
// comes.
func (c *Client) Do(method, path string, body any) Answered {
	c.T.Helper()
	a, err := c.Try(method, path, body)
	Must(c.T, err)
	return a
}

// Try sends a request as Do does, and returns the failure of the connection. It may be
// called beside the test.
func (c *Client) Try(method, path string, body any) (Answered, error) {
	c.T.Helper()
	content := Content(c.T, body)
	if c.native && !c.wrong {
		checkRequest(c.T, c.Request(method, path, content))
	}
	response, err := http.DefaultTransport.RoundTrip(c.Request(method, path, content))
	if err != nil {
		return Answered{}, err
	}
	defer response.Body.Close()
	read := io.ReadAll
	if response.Header.Get("Content-Type") == "text/event-stream" {
		read = firstBlock // it has no end
	}
	text, err := read(response.Body)
	if err != nil {
		return Answered{}, err
	}
	a := Answered{T: c.T, What: method + " " + path, Status: response.StatusCode, Header: response.Header, Text: string(text)}
	if c.native {
		checkResponse(c.T, c.Request(method, path, nil), response, text)
	}
	media, _, _ := strings.Cut(response.Header.Get("Content-Type"), ";")
	if len(text) > 0 && strings.HasSuffix(media, "json") {
		if err := json.Unmarshal(text, &a.Body); err != nil {
			c.T.Errorf("%s: the answer is no JSON object: %v\n%s", a.What, err, text)
		}
	}
	if leaked := c.server.Leaked(a.Text); leaked != "" && !c.reveal {
		c.T.Errorf("%s: the answer shows the secret %q", a.What, leaked)
	}
	return a, nil
}

// firstBlock reads a stream of events up to its first empty line.
func firstBlock(from io.Reader) (text []byte, err error) {
	for lines := bufio.NewReader(from); ; {
		line, err := lines.ReadBytes('\n')
		text = append(text, line...)
		if err != nil || len(line) == 1 {
			return text, err
		}
	}
}
