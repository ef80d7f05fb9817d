// Command bench measures the service against itself on one machine: it seeds a data
// directory, starts the server, loads it and prints what came of it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"
)

// settings are what the flags say.
type settings struct {
	servers  servers
	children int
	duration time.Duration
	rounds   int
	dir      string
	out      string
	peers    string
}

// scenario loads a seeded installation and reports.
type scenario struct {
	name, about string
	run         func(ctx context.Context, s settings, r *report) error
}

// soakName is the scenario that takes long, and is asked for by its name alone.
const soakName = "soak"

var scenarios = []scenario{
	{"get", "gets of one customer again and again, and at random over all", gets},
	{"floods", "gets of a good key beside well-formed wrong keys from many addresses, and beside creates", floods},
	{"operations", "a backup beside creates; restore, start, doctor, export and import of the whole store; a bulk against single creates", operations},
	{"lists", "the first page of lists by everything that they can be listed by, with its total", lists},
	{"pages", "pages of the console, one person after another", pages},
	{"scans", "uncached gets beside eight connections that search by a part of a name", scans},
	{"reads", "gets and lists, against bare Echo and PocketBase", reads},
	{"dialects", "gets and lists by each of the four APIs", dialects},
	{"writes", "creates, changes and a mix, against PocketBase", writes},
	{soakName, "gets, creates, changes and lists for -for (15m is a good one) with webhooks to a bad receiver, and what the process takes meanwhile; not in all", soak},
	{sizesName, "what documents and indexes take on MongoDB, and what follows for a hundred million customers; not in all", sizes},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	var s settings
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.Var(&s.servers, "server", "name=path of a binary to measure, or name=path,directory with seeded data of its own; repeat it to compare several; default builds this tree")
	flags.IntVar(&s.children, "customers", 100_000, "customers below the platform")
	flags.DurationVar(&s.duration, "for", 5*time.Second, "how long each phase takes")
	flags.IntVar(&s.rounds, "rounds", 2, "how often all phases are run in turn")
	flags.StringVar(&s.dir, "dir", "", "where seeded data is kept between runs; default a temporary directory")
	flags.StringVar(&s.out, "out", "", "a file that gets the results as JSON lines")
	flags.StringVar(&s.peers, "peers", "echo,pocketbase", "with whom reads and writes compare the service; empty for nobody")
	if len(args) == 0 {
		return usage()
	}
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "tenantry-bench")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		s.dir = dir
	}
	if err := s.servers.orBuilt(ctx, s.dir); err != nil {
		return err
	}
	for _, each := range scenarios {
		if each.name != args[0] && (args[0] != "all" || each.name == soakName || each.name == sizesName) {
			continue
		}
		r := &report{scenario: each.name, customers: s.children}
		if err := each.run(ctx, s, r); err != nil {
			return fmt.Errorf("%s: %w", each.name, err)
		}
		if err := r.write(os.Stdout, s.out); err != nil {
			return err
		}
		if args[0] != "all" {
			return nil
		}
	}
	if args[0] != "all" {
		return usage()
	}
	return nil
}

func usage() error {
	var list []string
	for _, s := range scenarios {
		list = append(list, s.name+": "+s.about)
	}
	return fmt.Errorf("usage: go run . <scenario|all> [flags]\n%s", strings.Join(list, "\n"))
}
