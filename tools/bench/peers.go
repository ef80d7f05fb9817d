package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// wire is how one of those that are compared is asked. What is nil it cannot do.
type wire struct {
	ids    []string
	get    func(id string) *http.Request
	list   func() *http.Request
	create func(n int) *http.Request
	// whole creates a merchant with all that a review asks for.
	whole  func(n int) *http.Request
	change func(id string, n int) *http.Request
	// created and changed are the statuses of its answers.
	created, changed int
}

// contestant is a server of which the same is asked as of the others.
type contestant interface {
	title() string
	// enter starts it over customers like those of the seed.
	enter(ctx context.Context, s settings, in *seeded) (*server, *wire, error)
}

func (b binary) title() string { return b.name }

func (b binary) enter(ctx context.Context, _ settings, in *seeded) (*server, *wire, error) {
	running, err := b.start(ctx, in)
	if err != nil {
		return nil, nil, err
	}
	at := running.url + "/v3/customers"
	return running, &wire{
		ids: in.Children, created: http.StatusCreated, changed: http.StatusOK,
		get:    func(id string) *http.Request { return in.request(http.MethodGet, at+"/"+id, "") },
		list:   func() *http.Request { return in.request(http.MethodGet, at+"?limit=50", "") },
		create: func(n int) *http.Request { return in.request(http.MethodPost, at, payer(n)) },
		whole:  func(n int) *http.Request { return in.request(http.MethodPost, at, wholeMerchant(n)) },
		change: func(id string, n int) *http.Request { return in.request(http.MethodPatch, at+"/"+id, renamed(n)) },
	}, nil
}

// wholeMerchant is a merchant without keys of others, of which there may be one only.
func wholeMerchant(n int) string {
	n %= 10_000
	return strings.Replace(merchantBody(n), fmt.Sprintf(`"externalId":"biz_%012d","merchantKey":"key_%d",`, n, n), "", 1)
}

// renamed is a change of thirty bytes.
func renamed(n int) string { return fmt.Sprintf(`{"name":"Renamed %08d of it"}`, n) }

// echo is bare Echo, which answers with as many bytes as the service, from memory.
type echo struct{ path string }

func (echo) title() string { return "echo" }

func (e echo) enter(ctx context.Context, s settings, in *seeded) (*server, *wire, error) {
	one, many, err := s.bodies(ctx, in)
	if err != nil {
		return nil, nil, err
	}
	running, err := spawn(ctx, "echo", in.Dir, func(address string) (line, environ []string) { return []string{e.path, address, one, many}, nil })
	if err != nil {
		return nil, nil, err
	}
	at := running.url + "/v3/customers"
	return running, &wire{
		ids:  in.Children,
		get:  func(id string) *http.Request { return in.request(http.MethodGet, at+"/"+id, "") },
		list: func() *http.Request { return in.request(http.MethodGet, at+"?limit=50", "") },
	}, nil
}

// bodies writes an answer of the service for one customer and for a page of them into files.
func (s settings) bodies(ctx context.Context, in *seeded) (one, many string, err error) {
	one, many = filepath.Join(in.Dir, "one.json"), filepath.Join(in.Dir, "many.json")
	if _, err := os.Stat(many); err == nil {
		return one, many, nil
	}
	running, asked, err := s.servers[0].enter(ctx, s, in)
	if err != nil {
		return "", "", err
	}
	defer func() { err = errors.Join(err, running.stop()) }()
	for _, each := range []struct {
		path    string
		request *http.Request
	}{{one, asked.get(asked.ids[0])}, {many, asked.list()}} {
		answer, err := http.DefaultClient.Do(each.request.WithContext(ctx))
		if err != nil {
			return "", "", err
		}
		text, err := io.ReadAll(answer.Body)
		if err = errors.Join(err, answer.Body.Close()); err != nil || answer.StatusCode != http.StatusOK {
			return "", "", fmt.Errorf("reading an answer to copy: %d: %w", answer.StatusCode, err)
		}
		if err := os.WriteFile(each.path, text, 0o600); err != nil {
			return "", "", err
		}
	}
	return one, many, nil
}

// pocketBase is PocketBase over as many customers in a collection with the same members, whose
// rules let a platform see its own.
type pocketBase struct{ path string }

func (pocketBase) title() string { return "pocketbase" }

func (p pocketBase) enter(ctx context.Context, s settings, _ *seeded) (*server, *wire, error) {
	dir := filepath.Join(s.dir, fmt.Sprintf("pocketbase-%d", s.children))
	note := dir + ".json"
	text, err := os.ReadFile(note)
	if errors.Is(err, os.ErrNotExist) {
		// The arguments are the caller's own.
		text, err = exec.CommandContext(ctx, p.path, "fill", fmt.Sprint(s.children), "--dir", dir).Output() //nolint:gosec // a binary that was built here
		if err == nil {
			err = os.WriteFile(note, text, 0o600)
		}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("filling PocketBase: %w", err)
	}
	var filled struct {
		Token, Platform string
		Customers       []string
	}
	if err := json.Unmarshal(text, &filled); err != nil {
		return nil, nil, err
	}
	running, err := spawn(ctx, "pocketbase", s.dir, func(address string) (line, environ []string) {
		return []string{p.path, "serve", "--http", address, "--dir", dir}, nil
	})
	if err != nil {
		return nil, nil, err
	}
	ask := func(method, path, body string) *http.Request {
		request, err := http.NewRequest(method, running.url+"/api/collections/customers/records"+path, strings.NewReader(body))
		if err != nil {
			panic(err) // the URLs are made here
		}
		request.Header.Set("Authorization", filled.Token)
		if body != "" {
			request.Header.Set("Content-Type", "application/json")
		}
		return request
	}
	return running, &wire{
		ids: filled.Customers, created: http.StatusOK, changed: http.StatusOK,
		get:  func(id string) *http.Request { return ask(http.MethodGet, "/"+id, "") },
		list: func() *http.Request { return ask(http.MethodGet, "?perPage=50", "") },
		create: func(n int) *http.Request {
			return ask(http.MethodPost, "", fmt.Sprintf(`{"platform":%q,"name":"Made %d","email":"made@example.com","planKey":"payer","status":"active"}`, filled.Platform, n))
		},
		change: func(id string, n int) *http.Request { return ask(http.MethodPatch, "/"+id, renamed(n)) },
	}, nil
}

// contestants returns the peers that the flag -peers names, built from the module beside this
// one, and the servers.
func (s settings) contestants(ctx context.Context) (all []contestant, err error) {
	for name := range strings.SplitSeq(s.peers, ",") {
		if name == "" {
			continue
		}
		path, err := filepath.Abs(filepath.Join(s.dir, "peer-"+name))
		if err != nil {
			return nil, err
		}
		if _, err := os.Stat(path); err != nil {
			build := exec.CommandContext(ctx, "go", "build", "-o", path, "./"+name) //nolint:gosec // as above
			build.Dir, build.Stderr = "peers", os.Stderr
			if err := build.Run(); err != nil {
				return nil, fmt.Errorf("building %s (run this in tools/bench): %w", name, err)
			}
		}
		switch name {
		case "echo":
			all = append(all, echo{path})
		case "pocketbase":
			all = append(all, pocketBase{path})
		default:
			return nil, fmt.Errorf("-peers %s: there are echo and pocketbase", name)
		}
	}
	for _, b := range s.servers {
		all = append(all, b)
	}
	return all, nil
}

// spawn starts a program that serves on an address, by a command line and more of an
// environment, and waits until it answers.
func spawn(ctx context.Context, name, dir string, invoke func(address string) (line, environ []string)) (*server, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	line, environ := invoke(address)
	command := exec.CommandContext(ctx, line[0], line[1:]...) //nolint:gosec // a binary that the caller names
	command.Dir = dir
	command.Env = append(os.Environ(), environ...)
	log, err := os.Create(filepath.Join(dir, "server.log"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	command.Stderr = log
	if err := command.Start(); err != nil {
		return nil, err
	}
	s := &server{name: name, url: "http://" + address, command: command}
	for range 600 {
		// Whatever it answers, it serves, but for one that says that it is not ready.
		if answer, err := http.Get(s.url + "/readyz"); err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode != http.StatusServiceUnavailable {
				return s, nil
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil, errors.Join(fmt.Errorf("%s does not serve; see %s", name, log.Name()), s.stop())
}
