package golden_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strconv"
	"strings"
	"testing"
	"time"
)

// pause is what passes between two steps.
const pause = 1250 * time.Millisecond

// player plays a script to an installation and writes down what comes of it.
type player struct {
	t         *testing.T
	i         *installation
	receivers *receivers
	name      string
	variables map[string]string
	answers   bytes.Buffer
	requests  int
}

// play plays all steps.
func (p *player) play(steps []step) {
	p.t.Helper()
	for member, value := range p.i.operator {
		p.variables["operator."+member] = value
	}
	works := p.i.works()
	for n, s := range steps {
		p.i.random.begin(p.name + " " + strconv.Itoa(n))
		p.i.clock.Advance(pause)
		p.receivers.at(n)
		if err := p.step(n, s, works); err != nil {
			p.t.Fatalf("%s, line %d: %v", p.name, s.line, err)
		}
	}
}

func (p *player) step(n int, s step, works map[string]func(context.Context) error) error {
	if len(s.directive) == 0 {
		return p.request(n, s)
	}
	fmt.Fprintf(&p.answers, "=== %d @%s\n\n", n, strings.Join(s.directive, " "))
	switch s.directive[0] {
	case "advance":
		by, err := s.wait()
		p.i.clock.Advance(by)
		return err
	case "set":
		value, err := p.fill(strings.Join(s.directive[2:], " "))
		p.variables[s.directive[1]] = value
		return err
	}
	work, known := works[s.directive[0]]
	if !known {
		return fmt.Errorf("there is no directive %s", s.directive[0])
	}
	if err := work(context.Background()); err != nil {
		fmt.Fprintf(&p.answers, "! %v\n\n", err)
	}
	return nil
}

// request sends a request and writes it down with its answer.
func (p *player) request(n int, s step) error {
	path, err := p.fill(s.path)
	if err != nil {
		return err
	}
	body, err := p.fill(s.body)
	if err != nil {
		return err
	}
	handler := p.i.public
	header := http.Header{}
	if len(s.credentials) > 0 {
		if s.credentials[0] == "local" {
			handler = p.i.admin
		}
		if err := p.credentials(s.credentials, header); err != nil {
			return err
		}
	}
	if len(s.form) > 0 {
		form, err := p.fill(strings.Join(s.form, "\n"))
		if err != nil {
			return err
		}
		body = formOf(strings.Split(form, "\n"))
		header.Set("Content-Type", "multipart/form-data; boundary="+boundary)
	} else if body != "" {
		header.Set("Content-Type", "application/json")
	}
	fresh := map[string]bool{}
	for _, pair := range s.header {
		value, err := p.fill(pair[1])
		if err != nil {
			return err
		}
		name := textproto.CanonicalMIMEHeaderKey(pair[0])
		switch {
		case value == "-":
			header.Del(name)
		case fresh[name]:
			header.Add(name, value)
		default:
			header.Set(name, value)
		}
		fresh[name] = true
	}
	request := httptest.NewRequestWithContext(context.Background(), s.method, path, strings.NewReader(body))
	request.Host = "golden.example"
	request.Header = header.Clone()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	answer := recorder.Result()
	p.requests++
	p.write(n, s.method+" "+path, header, body, answer, recorder.Body.Bytes())
	for _, pair := range s.remember {
		value, err := found(answer.Header, recorder.Body.Bytes(), pair[1])
		if err != nil {
			return fmt.Errorf("%w; it answered %d %s", err, answer.StatusCode, recorder.Body)
		}
		p.variables[pair[0]] = value
	}
	return nil
}

// credentials adds what a request shows of itself:
//
//	as cove [for shop]   the native secret key, and whom it acts for
//	key cove [for shop]  a bearer key alone, for the account in Straddle's header
//	basic cove           the key as the user name of HTTP Basic
//	token cove           an access token, and Dwolla's media type
//	browser cove         the publishable key
//	local [shop]         the admin socket, acting for somebody
func (p *player) credentials(words []string, header http.Header) error {
	get := func(who, member string) string { return "${" + who + "." + member + "}" }
	who, subject := "", ""
	if len(words) > 1 {
		who, subject = words[1], words[1]
	}
	if len(words) == 4 && words[2] == "for" {
		subject = words[3]
	}
	var pairs [][2]string
	switch words[0] {
	case "as":
		pairs = [][2]string{{"Authorization", "Bearer " + get(who, "secret")}, {"X-Customer-Id", get(subject, "id")}}
	case "key":
		pairs = [][2]string{{"Authorization", "Bearer " + get(who, "secret")}}
		if subject != who {
			pairs = append(pairs, [2]string{"Straddle-Account-Id", "${uuid " + subject + "}"})
		}
	case "basic":
		pairs = [][2]string{{"Authorization", "Basic ${basic " + who + "}"}}
	case "token":
		pairs = [][2]string{{"Authorization", "Bearer " + get(who, "token")}, {"Accept", "application/vnd.dwolla.v1.hal+json"}}
	case "browser":
		pairs = [][2]string{{"X-Publishable-Key", get(who, "publishable")}}
	case "local":
		if who != "" {
			pairs = [][2]string{{"X-Customer-Id", get(who, "id")}}
		}
	}
	for _, pair := range pairs {
		value, err := p.fill(pair[1])
		if err != nil {
			return err
		}
		header.Set(pair[0], value)
	}
	return nil
}

func digestOf(text string) [32]byte { return sha256.Sum256([]byte(text)) }

func seedOf(text string) uint64 {
	digest := digestOf(text)
	return binary.LittleEndian.Uint64(digest[:8])
}
