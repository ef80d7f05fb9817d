package dwolla_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"

	"tenantry/internal/testkit"
)

// client calls with headers.
type client struct{ *testkit.Client }

func (w *installation) bare(pairs ...string) *client { return &client{w.Client(pairs...)} }

func (w *installation) as(p account, pairs ...string) *client {
	return w.bare(testkit.Bearer(p.token)...).with("Accept", media).with(pairs...)
}

// in returns a client that sends on behalf of a subtest, which then is what fails.
func (c *client) in(t *testing.T) *client { return &client{c.In(t)} }

// with sets headers; an empty value takes one away.
func (c *client) with(pairs ...string) *client {
	next := c.With(pairs...)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			next = next.Without(pairs[i])
		}
	}
	return &client{next}
}

// answer is what came back.
type answer struct{ testkit.Answered }

// do sends a request; body is nil, a text as it is, or JSON. The path may be absolute.
func (c *client) do(method, path string, body any) answer {
	c.T.Helper()
	return answer{c.Do(method, path, body)}
}

func (c *client) try(method, path string, body any) (answer, error) {
	a, err := c.Try(method, path, body)
	return answer{a}, err
}

func (c *client) get(path string) answer {
	c.T.Helper()
	return c.do(http.MethodGet, path, nil).ok(200)
}

func (c *client) post(path string, body any) answer {
	c.T.Helper()
	return c.do(http.MethodPost, path, body)
}

// make creates a resource and returns its location.
func (c *client) make(path string, body any) string {
	c.T.Helper()
	return c.post(path, body).created()
}

// upload sends a file as a form.
func (c *client) upload(path, kind, name, mediaType string, content []byte) answer {
	c.T.Helper()
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	testkit.Must(c.T, writer.WriteField("documentType", kind))
	part, err := writer.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {mediaType},
	})
	testkit.Must(c.T, err)
	_, err = part.Write(content)
	testkit.Must(c.T, err)
	testkit.Must(c.T, writer.Close())
	return c.with("Content-Type", writer.FormDataContentType()).post(path, form.String())
}

// created demands 201, a Location below the server and nothing else.
func (a answer) created() string {
	a.T.Helper()
	where := a.Header.Get("Location")
	if a.Status != http.StatusCreated || a.Text != "" || !strings.HasPrefix(where, "http://") {
		a.T.Fatalf("%s: answered %d, Location %q\n%s", a.What, a.Status, where, a.Text)
	}
	return where
}

// ok demands a status, the vendor's media type and no null anywhere.
func (a answer) ok(status int) answer {
	a.T.Helper()
	a.Demand(status)
	if got := a.Header.Get("Content-Type"); got != media {
		a.T.Errorf("%s: the type is %q", a.What, got)
	}
	if strings.Contains(a.Text, "null") {
		a.T.Errorf("%s: there is a null\n%s", a.What, a.Text)
	}
	return a
}

// refused demands a refusal by status and code.
func (a answer) refused(status int, code string) answer {
	a.T.Helper()
	a.ok(status).is("code", code)
	a.At("message")
	return a
}

// faulty demands a refusal with exactly these embedded errors, as "path code".
func (a answer) faulty(want ...string) answer {
	a.T.Helper()
	a.refused(400, "ValidationError")
	list, _ := a.Find("_embedded.errors").([]any)
	var got []string
	for _, one := range list {
		fault, _ := one.(object)
		path, _ := fault["path"].(string)
		code, _ := fault["code"].(string)
		got = append(got, path+" "+code)
	}
	for _, one := range want {
		if !strings.Contains("\n"+strings.Join(got, "\n"), "\n"+one) {
			a.T.Errorf("%s: the errors are %q, want %q", a.What, got, want)
		}
	}
	if len(got) != len(want) {
		a.T.Errorf("%s: the errors are %q, want %q", a.What, got, want)
	}
	return a
}

func (a answer) is(path string, want any) answer {
	a.T.Helper()
	a.Is(path, want)
	return a
}

func (a answer) lacks(paths ...string) answer {
	a.T.Helper()
	a.Lacks(paths...)
	return a
}

func (a answer) size(path string) int {
	a.T.Helper()
	return len(a.List(path))
}
