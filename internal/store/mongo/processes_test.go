package mongo_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/internal/testkit/history"
)

var built struct {
	once   sync.Once
	failed error
}

// program builds the service once for all tests and returns its path.
func program(t testing.TB) string {
	t.Helper()
	buildServer(t) // makes the folder
	path := filepath.Join(testProcess.folder, "tenantry.exe")
	built.once.Do(func() {
		if out, err := exec.Command("go", "build", "-o", path, "tenantry/cmd/tenantry").CombinedOutput(); err != nil {
			built.failed = fmt.Errorf("%w\n%s", err, out)
		}
	})
	if built.failed != nil {
		t.Fatalf("building the program: %v", built.failed)
	}
	return path
}

// processes is how many serve an installation at most.
const processes = 3

// installation is one of MongoDB that several processes serve.
type installation struct {
	*testing.T
	program, database, uri string
	data                   string
	operator, secret       string
	log                    *history.Log
	// urls are where the processes are, which change as they are killed and started again.
	urls [processes]atomic.Pointer[string]
}

// install makes an installation that no process serves yet.
func install(t *testing.T) *installation {
	t.Helper()
	uri, database := freshDatabase(t)
	i := &installation{T: t, program: program(t), database: database, uri: alone(t, uri), data: t.TempDir(), log: history.New()}
	made := exec.Command(i.program, "init", "--data", filepath.Join(i.data, "ring"))
	made.Env = append(os.Environ(), "TENANTRY_STORE_MONGO_URI="+i.uri, "TENANTRY_STORE_MONGO_DATABASE="+database)
	out, err := made.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	i.secret = regexp.MustCompile(`sk_test_\w+`).FindString(string(out))
	i.operator = regexp.MustCompile(`\b[0-9a-f]{24}\b`).FindString(string(out))
	return i
}

// start starts a process and returns what kills it.
func (i *installation) start(n int) (kill func()) {
	i.Helper()
	data := filepath.Join(i.data, fmt.Sprint(n))
	command := exec.Command(i.program, "serve", "--data", data)
	command.Env = append(os.Environ(), "TENANTRY_LISTEN=127.0.0.1:0", "TENANTRY_METRICS_LISTEN=127.0.0.1:0", "TENANTRY_LIMITS_RATE_PER_MINUTE=0",
		"TENANTRY_LIMITS_TENANT_RATE_PER_MINUTE=0", "TENANTRY_STORE_MONGO_URI="+i.uri, "TENANTRY_STORE_MONGO_DATABASE="+i.database,
		"TENANTRY_SEAL_KEYRING_FILE="+filepath.Join(i.data, "ring", "keyring.json"))
	log, err := command.StderrPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		i.Fatal(err)
	}
	lines, text, at := bufio.NewScanner(log), "", ""
	for at == "" && lines.Scan() {
		text += lines.Text() + "\n"
		var said struct{ URL, Message string }
		if json.Unmarshal(lines.Bytes(), &said) == nil && said.Message == "serving" {
			at = said.URL
		}
	}
	if at == "" {
		i.Fatalf("process %d does not start:\n%s", n, text)
	}
	i.urls[n].Store(&at)
	drained := make(chan struct{})
	go func() { defer close(drained); _, _ = io.Copy(io.Discard, log) }()
	var once sync.Once
	end := func() {
		once.Do(func() {
			_ = command.Process.Kill()
			<-drained
			_ = command.Wait()
		})
	}
	i.Cleanup(end)
	return end
}

// send asks one of the processes; the status is 0 if there was no answer.
func (i *installation) send(ctx context.Context, process int, method, path string, body map[string]any) (status int, answer map[string]any) {
	text, err := json.Marshal(body)
	if err != nil {
		i.Error(err)
		return 0, nil
	}
	request, err := http.NewRequestWithContext(ctx, method, *i.urls[process].Load()+path, bytes.NewReader(text))
	if err != nil {
		i.Error(err)
		return 0, nil
	}
	request.Header.Set("Authorization", "Bearer "+i.secret)
	request.Header.Set("X-CUSTOMER-ID", i.operator)
	request.Header.Set("Content-Type", "application/json")
	got, err := http.DefaultClient.Do(request)
	if err != nil {
		if strings.Contains(err.Error(), "connection refused") {
			return history.NeverSent, nil
		}
		return 0, nil
	}
	defer func() { _ = got.Body.Close() }()
	content, err := io.ReadAll(got.Body)
	if err != nil || len(content) > 0 && json.Unmarshal(content, &answer) != nil {
		return 0, nil
	}
	return got.StatusCode, answer
}

// Names and merchant keys are linearizable on MongoDB, whichever of three processes clients
// ask, while one of them is killed and another takes its place.
func TestThreeProcessesAreLinearizable(t *testing.T) {
	t.Parallel()
	i := install(t)
	kill := i.start(0)
	i.start(1)
	i.start(2)
	var shops []string
	for range 2 {
		status, made := i.send(t.Context(), 1, http.MethodPost, "/v3/customers", map[string]any{"name": "Shop", "email": "shop@example.com", "planKey": "payer"})
		if status != http.StatusCreated {
			t.Fatalf("%d: %v", status, made)
		}
		shops = append(shops, made["id"].(string))
		i.log.Record(0, history.Question{Value: made["id"].(string), What: history.Write, Text: "Shop"}, func() history.Reply { return history.Reply{Answered: true} })
	}
	found := false
	for round := range 3 {
		ctx, stop := context.WithCancel(t.Context())
		var clients sync.WaitGroup
		for client := range 6 {
			clients.Go(func() {
				for n := 0; ctx.Err() == nil; n++ {
					i.act(ctx, round, client, n, shops)
				}
			})
		}
		time.Sleep(time.Duration(300+rand.IntN(300)) * time.Millisecond) // the moment is to be any
		kill()
		kill = i.start(0) // while the others serve on
		time.Sleep(200 * time.Millisecond)
		stop()
		clients.Wait()
		for _, shop := range shops {
			i.log.Record(0, history.Question{Value: shop, What: history.Read}, func() history.Reply {
				status, got := i.send(t.Context(), round%processes, http.MethodGet, "/v3/customers/"+shop, nil)
				text, _ := got["name"].(string)
				return history.Reply{Answered: status == http.StatusOK, Text: text}
			})
		}
		found = i.log.Check(t, 5*time.Second) || found
		t.Logf("round %d: %d operations", round, i.log.Len())
	}
	if !found {
		t.Error("the order of no round was found in time")
	}
}

// act sends one request of a client to one of the processes.
func (i *installation) act(ctx context.Context, round, client, n int, shops []string) {
	process, shop, name := rand.IntN(processes), shops[rand.IntN(len(shops))], fmt.Sprintf("Name %d %d %d", round, client, n)
	switch client {
	case 0, 1, 2:
		i.log.Record(client, history.Question{Value: shop, What: history.Write, Text: name}, func() history.Reply {
			status, _ := i.send(ctx, process, http.MethodPatch, "/v3/customers/"+shop, map[string]any{"name": name})
			return history.Reply{Answered: status == http.StatusOK, Void: history.IsVoid(status)}
		})
	case 3:
		i.log.Record(client, history.Question{Value: shop, What: history.Read}, func() history.Reply {
			status, got := i.send(ctx, process, http.MethodGet, "/v3/customers/"+shop, nil)
			text, _ := got["name"].(string)
			return history.Reply{Answered: status == http.StatusOK, Text: text}
		})
	default:
		value := fmt.Sprintf("contested_%d_%d", round, n%2)
		i.log.Contest(client, value, name, func() (int, string) {
			status, made := i.send(ctx, process, http.MethodPost, "/v3/customers", map[string]any{"name": name, "email": "a@example.com", "planKey": "payer", "merchantKey": value})
			id, _ := made["id"].(string)
			return status, id
		}, func(id string) int {
			status, _ := i.send(ctx, process, http.MethodDelete, "/v3/customers/"+id, nil)
			return status
		})
	}
}
