package main

import (
	"bytes"
	"context"
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

const (
	// aside is how many connections create customers while a backup is made.
	aside = 8
	// bulkOf is how many customers are created in a bulk and, one by one, beside it.
	bulkOf = 5000
)

// operations times what operators do to a whole store: a backup while customers are created,
// restore, start, doctor, export, import; and customers created in a bulk against one by one.
// The seeded directory grows by what is created.
func operations(ctx context.Context, s settings, r *report) error {
	in, err := seed(ctx, s.dir, s.children)
	if err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	beside, err := os.MkdirTemp(s.dir, "operations")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(beside) }()
	for _, b := range s.servers {
		dir := filepath.Join(beside, b.name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			return err
		}
		if err := b.operate(ctx, in, dir, s, r); err != nil {
			return err
		}
	}
	return nil
}

func (b binary) operate(ctx context.Context, in *seeded, dir string, s settings, r *report) (err error) {
	running, err := b.start(ctx, in)
	if err != nil {
		return err
	}
	backup := filepath.Join(dir, "backup.db")
	err = errors.Join(b.besideBackup(ctx, in, running, backup, s, r), b.bulks(ctx, in, running), running.stop())
	if err != nil {
		return err
	}

	restored := *in
	restored.Dir = filepath.Join(dir, "restored")
	if err := withRing(in.Dir, restored.Dir); err != nil {
		return err
	}
	restoring, err := b.timed(ctx, restored.Dir, "restore", backup)
	if err != nil {
		return err
	}
	began := time.Now()
	again, err := b.start(ctx, &restored)
	if err != nil {
		return err
	}
	starting := time.Since(began)
	fmt.Printf("%s: restore %.1f s, start %.1f s\n", b.name, restoring.Seconds(), starting.Seconds())
	if err := again.stop(); err != nil {
		return err
	}

	file := filepath.Join(dir, "all.ndjson.zst")
	for _, each := range []struct {
		dir       string
		arguments []string
	}{
		{restored.Dir, []string{"doctor", "--fix"}}, // what is seeded lacks a reservation
		{restored.Dir, []string{"doctor"}},
		{restored.Dir, []string{"doctor", "--digest"}},
		{restored.Dir, []string{"export", file, "--without-sealed"}},
		{filepath.Join(dir, "imported"), []string{"import", file}},
	} {
		took, err := b.timed(ctx, each.dir, each.arguments...)
		if err != nil {
			return err
		}
		fmt.Printf("%s: %s %.1f s\n", b.name, strings.ReplaceAll(strings.Join(each.arguments, " "), file, "FILE"), took.Seconds())
	}
	return nil
}

// besideBackup creates customers alone, and then for as long as a backup takes.
func (b binary) besideBackup(ctx context.Context, in *seeded, running *server, backup string, s settings, r *report) error {
	create := load{connections: aside, statuses: []int{http.StatusCreated}, request: func(n int) *http.Request {
		return in.request(http.MethodPost, running.url+"/v3/customers", payer(n))
	}}
	phase := func(name string, lasts time.Duration, during context.Context) error {
		before, err := running.processor()
		if err != nil {
			return err
		}
		outcomes := together(during, lasts, create)
		after, err := running.processor()
		if err != nil {
			return err
		}
		r.add(b.name, 1, name, []string{"create"}, outcomes, after-before)
		return nil
	}
	if err := phase("alone", s.duration, ctx); err != nil {
		return err
	}
	during, ended := context.WithCancel(ctx)
	defer ended()
	var took time.Duration
	var failed error
	go func() {
		defer ended()
		took, failed = b.timed(ctx, in.Dir, "backup", backup)
	}()
	if err := phase("beside a backup", time.Hour, during); err != nil {
		return err
	}
	<-during.Done()
	fmt.Printf("%s: backup %.1f s\n", b.name, took.Seconds())
	return failed
}

// bulks creates customers without keys in one bulk and one by one over one connection.
func (b binary) bulks(ctx context.Context, in *seeded, running *server) error {
	var lines bytes.Buffer
	for n := range bulkOf {
		fmt.Fprintf(&lines, `{"customer":%s}`+"\n", payer(n))
	}
	request := in.request(http.MethodPost, running.url+"/v3/customers/bulk", lines.String())
	request.Header.Set("Content-Type", "application/x-ndjson")
	began := time.Now()
	answer, err := http.DefaultClient.Do(request.WithContext(ctx))
	if err != nil {
		return err
	}
	text, err := io.ReadAll(answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return err
	}
	if made := bytes.Count(text, []byte(`"status":201`)); made != bulkOf {
		return fmt.Errorf("a bulk made %d of %d customers: %d %.500s", made, bulkOf, answer.StatusCode, text)
	}
	bulk := float64(bulkOf) / time.Since(began).Seconds()
	single := together(ctx, 5*time.Second, load{connections: 1, statuses: []int{http.StatusCreated}, request: func(n int) *http.Request {
		return in.request(http.MethodPost, running.url+"/v3/customers", payer(n))
	}})[0]
	if single.wrong > 0 {
		return fmt.Errorf("%d of %d creates failed", single.wrong, single.sent)
	}
	fmt.Printf("%s: bulk %.0f customers a second, one by one %.0f: %.1f times\n", b.name, bulk, single.rate(), bulk/single.rate())
	return nil
}

func payer(n int) string {
	return fmt.Sprintf(`{"name":"Made %d","email":"made@example.com","planKey":"payer"}`, n)
}

// timed runs a command over a data directory.
func (b binary) timed(ctx context.Context, dir string, arguments ...string) (time.Duration, error) {
	// The arguments are the caller's own.
	command := exec.CommandContext(ctx, b.path, append(arguments, "--data", dir)...) //nolint:gosec // a binary that the caller names
	began := time.Now()
	if text, err := command.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%s: %w: %s", strings.Join(arguments, " "), err, text)
	}
	return time.Since(began), nil
}

// withRing makes a data directory that holds the key ring of another one.
func withRing(from, to string) error {
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	for _, name := range []string{"keyring.json", "keyring.json.installation"} {
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}
