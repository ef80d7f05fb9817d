package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// pages reads pages of the console in turn, signed in as the operator and as the platform
// that has all customers.
func pages(ctx context.Context, s settings, r *report) error {
	for round := 1; round <= s.rounds; round++ {
		for _, b := range s.servers {
			if err := pagesOf(ctx, s, r, b, round); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

func pagesOf(ctx context.Context, s settings, r *report, b binary, round int) (err error) {
	in, err := seed(ctx, cmp.Or(b.dir, s.dir), s.children)
	if err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	running, err := b.start(ctx, in)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, running.stop()) }()
	for _, who := range []struct{ name, id, key string }{{"operator", in.Operator, in.OperatorKey}, {"platform", in.Platform, in.Key}} {
		reader, err := signIn(ctx, running.url, who.id, who.key)
		if err != nil {
			return fmt.Errorf("signing in as the %s: %w", who.name, err)
		}
		for _, page := range []struct {
			name string
			path func() string
		}{
			{"home", func() string { return "/console" }},
			{"tree", func() string { return "/console/customers" }},
			{"branch", func() string { return "/console/customers/" + in.Platform + "/branch" }},
			{"customers below", func() string { return "/console/customers/" + in.Platform + "/children?deep=true" }},
			{"incomplete ones", func() string {
				return "/console/customers/" + in.Platform + "/children?deep=true&planStatus=unverified"
			}},
			{"review desk", func() string { return "/console/reviews" }},
			{"review", func() string {
				return "/console/reviews/" + in.Children[mathrand.IntN(len(in.Children)/inReview)*inReview]
			}},
			{"search by id", func() string { return "/console/search?q=" + in.anyChild() }},
			{"search by name", func() string { return fmt.Sprintf("/console/search?q=shop+%d+grace", mathrand.IntN(len(in.Children))) }},
			{"customer", func() string { return "/console/customers/" + in.anyChild() }},
			{"events", func() string { return "/console/customers/" + in.Platform + "/events" }},
			{"keys", func() string { return "/console/customers/" + in.anyChild() + "/keys" }},
		} {
			before, err := running.processor()
			if err != nil {
				return err
			}
			reading := load{connections: 1, statuses: []int{http.StatusOK, http.StatusSeeOther}, client: reader, request: func(int) *http.Request {
				request, err := http.NewRequest(http.MethodGet, running.url+page.path(), http.NoBody)
				if err != nil {
					panic(err) // the URLs are made here
				}
				request.Header.Set("Accept-Encoding", "gzip")
				return request
			}}
			outcomes := together(ctx, s.duration, reading)
			after, err := running.processor()
			if err != nil {
				return err
			}
			r.add(b.name, round, page.name, []string{who.name}, outcomes, after-before)
		}
	}
	return nil
}

func (in *seeded) anyChild() string { return in.Children[mathrand.IntN(len(in.Children))] }

const benchPassword = "a long enough pass phrase"

var formToken = regexp.MustCompile(`name="formToken" value="([^"]+)"`)

// signIn makes a user of an account by its key, and returns a client that is signed
// in to the console as that user and follows no redirect.
func signIn(ctx context.Context, url, account, key string) (*http.Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	username := fmt.Sprintf("bench%d", time.Now().UnixNano())
	if _, err := sent(ctx, client, url+"/v3/users", account, key, "application/json",
		fmt.Sprintf(`{"username":%q,"password":%q,"role":"admin"}`, username, benchPassword), http.StatusCreated); err != nil {
		return nil, err
	}
	shown, err := client.Get(url + "/console/sign-in")
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(shown.Body)
	if err := errors.Join(err, shown.Body.Close()); err != nil {
		return nil, err
	}
	token := formToken.FindSubmatch(text)
	if token == nil {
		return nil, errors.New("the page of the sign-in has no token of its form")
	}
	_, err = sent(ctx, client, url+"/console/sign-in", "", "", "application/x-www-form-urlencoded",
		form("username", username, "password", benchPassword, "formToken", string(token[1])), http.StatusSeeOther)
	return client, err
}

func form(pairs ...string) string {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values.Encode()
}

func sent(ctx context.Context, client *http.Client, to, account, key, kind, body string, want int) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", kind)
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
		request.Header.Set("X-CUSTOMER-ID", account)
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return nil, err
	}
	if answer.StatusCode != want {
		return nil, fmt.Errorf("%s answers %d: %s", to, answer.StatusCode, text)
	}
	return text, nil
}
