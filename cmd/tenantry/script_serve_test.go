package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// served is a `tenantry serve` of a script.
type served struct {
	command *exec.Cmd
	log     *os.File
	// lines are the lines of its log; the channel is closed with the log.
	lines chan string
}

// services holds the running service of each script.
type services struct {
	mutex sync.Mutex
	byDir map[string]*served
}

var running = &services{byDir: map[string]*served{}}

func (s *services) set(ts *testscript.TestScript, one *served) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.byDir[ts.Getenv("WORK")] = one
}

func (s *services) get(ts *testscript.TestScript) *served {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	one := s.byDir[ts.Getenv("WORK")]
	if one == nil {
		ts.Fatalf("nothing was started")
	}
	return one
}

// environOf returns what a process that a script starts has of the script's environment.
func environOf(ts *testscript.TestScript) (environ []string) {
	for _, name := range []string{
		"PATH", "HOME", "TMPDIR", "TENANTRY_LISTEN", "TENANTRY_CONSOLE_LISTEN", "TENANTRY_METRICS_LISTEN", "TENANTRY_DATA", "TENANTRY_MODE", "TENANTRY_SEAL_KEYRING_IN_DATA",
		"TENANTRY_STORE_MONGO_URI", "TENANTRY_STORE_MONGO_DATABASE", "GOCOVERDIR",
	} {
		if value := ts.Getenv(name); value != "" {
			environ = append(environ, name+"="+value)
		}
	}
	return environ
}

// start starts `tenantry serve` and waits until it serves. Its output goes to
// serve.out, its log to serve.log, its URL into $URL and that of its metrics into
// $METRICS.
func start(ts *testscript.TestScript, _ bool, args []string) {
	command := exec.Command("tenantry", append([]string{"serve"}, args...)...)
	command.Dir = ts.MkAbs(".")
	command.Env = environOf(ts)
	out, err := os.Create(ts.MkAbs("serve.out"))
	ts.Check(err)
	log, err := os.Create(ts.MkAbs("serve.log"))
	ts.Check(err)
	command.Stdout = out
	stderr, err := command.StderrPipe()
	ts.Check(err)
	ts.Check(command.Start())
	_ = out.Close()
	one := &served{command: command, log: log, lines: make(chan string, 10_000)}
	go func() {
		for scan := bufio.NewScanner(stderr); scan.Scan(); {
			_, _ = fmt.Fprintln(log, scan.Text())
			one.lines <- scan.Text()
		}
		close(one.lines)
	}()
	running.set(ts, one)
	ts.Defer(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		_ = log.Close()
	})
	var said struct{ URL, Metrics string }
	ts.Check(json.Unmarshal([]byte(one.await(ts, "serving")), &said))
	ts.Setenv("URL", said.URL)
	ts.Setenv("METRICS", "http://"+said.Metrics)
}

// await waits for a message in the log and returns its line.
func (s *served) await(ts *testscript.TestScript, message string) string {
	for line := range s.lines {
		if strings.Contains(line, `"message":"`+message+`"`) {
			return line
		}
	}
	ts.Fatalf("the service ended before it said %q; see serve.log:\n%s", message, ts.ReadFile("serve.log"))
	return ""
}

// halt ends the service as an operator does and demands that it ends well. It is not
// called stop because that is a command of testscript itself, which ends the script.
func halt(ts *testscript.TestScript, _ bool, _ []string) {
	one := running.get(ts)
	ts.Check(one.command.Process.Signal(syscall.SIGTERM))
	one.ended(ts)
}

// hangup sends SIGHUP to the service and waits for what it says to that.
func hangup(ts *testscript.TestScript, _ bool, args []string) {
	one := running.get(ts)
	ts.Check(one.command.Process.Signal(syscall.SIGHUP))
	one.await(ts, args[0])
}

func (s *served) ended(ts *testscript.TestScript) {
	for range s.lines { // Wait may come only after the pipe is read.
	}
	if err := s.command.Wait(); err != nil {
		ts.Fatalf("the service ended with %v; see serve.log:\n%s", err, ts.ReadFile("serve.log"))
	}
}

// drained asks the service to end while a request is under way, and demands that the
// request is answered all the same. Its form is "drained 201 BODY HEADER…".
func drained(ts *testscript.TestScript, _ bool, args []string) {
	one := running.get(ts)
	status, body := args[0], args[1]
	conn, err := net.Dial("tcp", strings.TrimPrefix(ts.Getenv("URL"), "http://"))
	ts.Check(err)
	defer func() { _ = conn.Close() }()
	ts.Check(conn.SetDeadline(time.Now().Add(time.Minute)))
	_, err = fmt.Fprintf(conn, "POST /v3/customers HTTP/1.1\r\nHost: tenantry\r\nContent-Type: application/json\r\n"+
		"Expect: 100-continue\r\nConnection: close\r\nContent-Length: %d\r\n%s\r\n\r\n", len(body), strings.Join(args[2:], "\r\n"))
	ts.Check(err)
	answers := bufio.NewReader(conn)
	// The service asks for the body: the request is under way.
	line, err := answers.ReadString('\n')
	ts.Check(err)
	if !strings.Contains(line, "100 Continue") {
		ts.Fatalf("the service answers %q", line)
	}
	_, err = answers.ReadString('\n')
	ts.Check(err)

	ts.Check(one.command.Process.Signal(syscall.SIGTERM))
	one.await(ts, "draining")
	_, err = io.WriteString(conn, body)
	ts.Check(err)
	response, err := http.ReadResponse(answers, nil)
	ts.Check(err)
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("answer.json"), answer, 0o600))
	if !strings.HasPrefix(response.Status, status) {
		ts.Fatalf("status %s, want %s: %s", response.Status, status, answer)
	}
	one.ended(ts)
}
