package sqlite

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

// The variables that make a process of the test binary the one to be killed.
const (
	crashDir   = "TENANTRY_TEST_SQLITE_CRASH_DIR"
	crashRound = "TENANTRY_TEST_SQLITE_CRASH_ROUND"
)

const crashWriters = 12

// writeUntilKilled inserts, replaces and erases from many goroutines, and prints
// each write once it is acknowledged: its id and version, 0 for a tombstone.
func writeUntilKilled(dir, round string) error {
	number, err := strconv.ParseUint(round, 10, 32)
	if err != nil {
		return err
	}
	s, err := Open(context.Background(), Options{Dir: dir})
	if err != nil {
		return err
	}
	operator := storetest.Operator(opened)
	if err := s.Insert(context.Background(), operator); err != nil && !errors.Is(err, rows.ErrExists) {
		return err
	}
	var printing sync.Mutex
	acknowledged := func(c *customers.Customer, version int64) {
		printing.Lock()
		defer printing.Unlock()
		fmt.Printf("%s %d\n", c.ID, version)
	}
	faults := make(chan error)
	for writer := range uint64(crashWriters) {
		go func() {
			for n := uint64(0); ; n++ {
				c := child(operator, number<<48|writer<<32|n)
				c.Outbox = []customers.Event{{ID: c.ID, Type: "customer.created", At: c.Created}}
				if err := s.writeOnce(c, n, acknowledged); err != nil {
					faults <- err
				}
			}
		}()
	}
	return <-faults
}

// writeOnce takes one customer through a life.
func (s *Store) writeOnce(c *customers.Customer, n uint64, acknowledged func(*customers.Customer, int64)) error {
	ctx := context.Background()
	if err := s.Insert(ctx, c); err != nil {
		return err
	}
	acknowledged(c, 1)
	switch n % 4 {
	case 1:
		next := renamed(c, "Renamed")
		if err := s.Replace(ctx, next, 1); err != nil {
			return err
		}
		acknowledged(next, 2)
	case 2:
		if err := s.Erase(ctx, storetest.Tombstone(c), 1); err != nil {
			return err
		}
		acknowledged(c, 0)
	}
	return nil
}

// Whatever the moment at which the process is killed, what it had acknowledged is there
// afterwards, and the file is sound.
func TestKilledWhileWriting(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	promised := map[tenancy.ID]int64{}
	for round := range 4 {
		killWhileWriting(t, dir, round, 50+rand.IntN(400), promised)
		s := openAt(t, dir, 0)
		s.sound(t)
		for id, version := range promised {
			c, err := s.GetAnywhere(context.Background(), id)
			switch {
			case version == 0 && !errors.Is(err, rows.ErrNotFound):
				t.Errorf("round %d: the erased %s is back (%v)", round, id, err)
			case version > 0 && errors.Is(err, rows.ErrNotFound):
				// Its removal may have been committed and not printed yet; then there is
				// a tombstone.
				if len(s.texts(t, 0, "SELECT hex(id) FROM customers WHERE id = ? AND living = 0", id)) == 0 {
					t.Errorf("round %d: the acknowledged %s is lost", round, id)
				}
			case version > 0 && (err != nil || c.Version < version):
				t.Errorf("round %d: %s was acknowledged at version %d and is %+v (%v)", round, id, version, c, err)
			case version > 0 && len(c.Outbox) != 1:
				t.Errorf("round %d: of %s wait %+v", round, id, c.Outbox)
			}
		}
		if err := s.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if len(promised) == 0 {
		t.Error("nothing was acknowledged at all")
	}
}

// killWhileWriting runs a writing process, kills it after so many acknowledgements
// and notes all that it made.
func killWhileWriting(t *testing.T, dir string, round, after int, promised map[tenancy.ID]int64) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), crashDir+"="+dir, crashRound+"="+strconv.Itoa(round))
	var faults bytes.Buffer
	command.Stderr = &faults
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(output)
	for count := 0; ; count++ {
		line, err := lines.ReadString('\n')
		if err != nil { // also for half a line at the end
			break
		}
		name, number, _ := strings.Cut(strings.TrimSpace(line), " ")
		id, err := tenancy.ParseID(name)
		if err != nil {
			t.Fatalf("the process printed %q", line)
		}
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			t.Fatalf("the process printed %q", line)
		}
		promised[id] = version
		if count == after {
			if err := command.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := command.Wait(); err == nil || faults.Len() > 0 {
		t.Fatalf("the process ended by itself: %v %s", err, &faults)
	}
}
