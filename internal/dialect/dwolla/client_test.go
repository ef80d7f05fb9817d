package dwolla_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"testing"
)

// client calls with headers.
type client struct {
	w      *world
	header http.Header
}

func (w *world) bare(pairs ...string) *client {
	return (&client{w: w, header: http.Header{}}).with(pairs...)
}

func (w *world) as(p party, pairs ...string) *client {
	return w.bare("Authorization", "Bearer "+p.token, "Accept", media).with(pairs...)
}

// with sets headers; an empty value takes one away.
func (c *client) with(pairs ...string) *client {
	next := &client{w: c.w, header: c.header.Clone()}
	for i := 0; i < len(pairs); i += 2 {
		next.header.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			next.header.Del(pairs[i])
		}
	}
	return next
}

// answer is what came back.
type answer struct {
	t      *testing.T
	what   string
	status int
	header http.Header
	text   string
	body   object
}

// do sends a request; body is nil, a text as it is, or JSON. The path may be absolute.
func (c *client) do(method, path string, body any) answer {
	c.w.t.Helper()
	a, err := c.try(method, path, body)
	must(c.w.t, err)
	return a
}

func (c *client) try(method, path string, body any) (answer, error) {
	var content []byte
	switch body := body.(type) {
	case nil:
	case string:
		content = []byte(body)
	default:
		content, _ = json.Marshal(body)
	}
	request, err := http.NewRequest(method, c.w.url+strings.TrimPrefix(path, c.w.url), bytes.NewReader(content))
	if err != nil {
		return answer{}, err
	}
	request.Header = c.header.Clone()
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
	}
	if body != nil && request.Header.Get("Content-Type") == "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	a := answer{t: c.w.t, what: method + " " + path, status: response.StatusCode, header: response.Header, text: string(text)}
	if len(text) > 0 && strings.HasSuffix(response.Header.Get("Content-Type"), "json") {
		must(c.w.t, json.Unmarshal(text, &a.body))
	}
	return a, err
}

func (c *client) get(path string) answer {
	c.w.t.Helper()
	return c.do(http.MethodGet, path, nil).ok(200)
}

func (c *client) post(path string, body any) answer {
	c.w.t.Helper()
	return c.do(http.MethodPost, path, body)
}

// make creates a resource and returns its location.
func (c *client) make(path string, body any) string {
	c.w.t.Helper()
	return c.post(path, body).created()
}

// upload sends a file as a form.
func (c *client) upload(path, kind, name, mediaType string, content []byte) answer {
	c.w.t.Helper()
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	must(c.w.t, writer.WriteField("documentType", kind))
	part, err := writer.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {mediaType},
	})
	must(c.w.t, err)
	_, err = part.Write(content)
	must(c.w.t, err)
	must(c.w.t, writer.Close())
	return c.with("Content-Type", writer.FormDataContentType()).post(path, form.String())
}

// created demands 201, a Location below the server and nothing else.
func (a answer) created() string {
	a.t.Helper()
	where := a.header.Get("Location")
	if a.status != http.StatusCreated || a.text != "" || !strings.HasPrefix(where, "http://") {
		a.t.Fatalf("%s: answered %d, Location %q\n%s", a.what, a.status, where, a.text)
	}
	return where
}

// ok demands a status, the vendor's media type and no null anywhere.
func (a answer) ok(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: answered %d, want %d\n%s", a.what, a.status, status, a.text)
	}
	if got := a.header.Get("Content-Type"); got != media {
		a.t.Errorf("%s: the type is %q", a.what, got)
	}
	if strings.Contains(a.text, "null") {
		a.t.Errorf("%s: there is a null\n%s", a.what, a.text)
	}
	return a
}

// refused demands a refusal by status and code.
func (a answer) refused(status int, code string) answer {
	a.t.Helper()
	a.ok(status).is("code", code)
	a.at("message")
	return a
}

// faulty demands a refusal with exactly these embedded errors, as "path code".
func (a answer) faulty(want ...string) answer {
	a.t.Helper()
	a.refused(400, "ValidationError")
	list, _ := a.find("_embedded.errors").([]any)
	var got []string
	for _, one := range list {
		fault, _ := one.(object)
		path, _ := fault["path"].(string)
		code, _ := fault["code"].(string)
		got = append(got, path+" "+code)
	}
	for _, one := range want {
		if !strings.Contains("\n"+strings.Join(got, "\n"), "\n"+one) {
			a.t.Errorf("%s: the errors are %q, want %q", a.what, got, want)
		}
	}
	if len(got) != len(want) {
		a.t.Errorf("%s: the errors are %q, want %q", a.what, got, want)
	}
	return a
}

func (a answer) is(path string, want any) answer {
	a.t.Helper()
	if n, ok := want.(int); ok {
		want = float64(n)
	}
	if got := a.at(path); got != want {
		a.t.Errorf("%s: %s is %v, want %v\n%s", a.what, path, got, want, a.text)
	}
	return a
}

func (a answer) lacks(paths ...string) answer {
	a.t.Helper()
	for _, path := range paths {
		if got := a.find(path); got != nil {
			a.t.Errorf("%s: %s is there: %v", a.what, path, got)
		}
	}
	return a
}

func (a answer) at(path string) any {
	a.t.Helper()
	value := a.find(path)
	if value == nil {
		a.t.Fatalf("%s: no %s\n%s", a.what, path, a.text)
	}
	return value
}

func (a answer) str(path string) string {
	a.t.Helper()
	text, _ := a.at(path).(string)
	return text
}

func (a answer) size(path string) int {
	a.t.Helper()
	list, ok := a.at(path).([]any)
	if !ok {
		a.t.Fatalf("%s: %s is no list", a.what, path)
	}
	return len(list)
}

// find returns the value at a dotted path, nil for none.
func (a answer) find(path string) any {
	var value any = a.body
	for part := range strings.SplitSeq(path, ".") {
		switch inner := value.(type) {
		case object:
			value = inner[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i >= len(inner) {
				return nil
			}
			value = inner[i]
		default:
			return nil
		}
	}
	return value
}
