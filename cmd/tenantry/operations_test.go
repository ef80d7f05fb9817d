package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tenantry/internal/testkit"
)

// handbook is a machine on which the commands of docs/operations.md are typed, block by
// block, in the order of the page: a root directory, a port, and a shell whose exported
// variables last from one block to the next.
type handbook struct {
	t             *testing.T
	root, address string
}

// scenes say, by the first command of each block, what happened on the machine before
// somebody came to it, and in which directory it is typed. All are scripts themselves.
var scenes = map[string]struct{ before, in string }{
	"tenantry promote --keys /root/operator.json": {before: `
install -d -m 0700 /var/lib/tenantry /etc/tenantry /root
export TENANTRY_CONFIG=/etc/tenantry/config.yaml
printf 'data: /var/lib/tenantry\nlisten: 127.0.0.1:0\n' > $TENANTRY_CONFIG
tenantry init
mv /var/lib/tenantry/keyring.json /var/lib/tenantry/keyring.json.installation /etc/tenantry/
printf 'mode: live\ndata: /var/lib/tenantry\nseal: {keyring_file: /etc/tenantry/keyring.json}\ntls: {in_front: true}\nlimits: {trusted_proxies: [127.0.0.1]}\n' > $TENANTRY_CONFIG
`},
	"install -d -m 0700 /var/lib/tenantry /etc/tenantry": {before: `
unset TENANTRY_CONFIG
rm -r /var/lib/tenantry /etc/tenantry
install -d -m 0700 /etc/tenantry
cp cert.pem key.pem /etc/tenantry/
`},
	"tenantry --url https://api.example.com --key-file operator.json customers tree": {in: "/etc/tenantry"},
	"tenantry backup /var/backups/tenantry/monday.db":                                {before: "install -d -m 0700 /var/backups/tenantry"},
	"tenantry backup /var/backups/tenantry --every 15m --keep 24":                    {},
	"install -d -m 0700 /var/lib/tenantry":                                           {before: "stop; mv /var/lib/tenantry lost"},
	"tenantry restore --check /var/backups/tenantry/monday.db":                       {},
	"tenantry doctor":         {},
	"tenantry migrate --plan": {},
}

// shell runs services in the background until they serve, and says how they are stopped.
const shell = `set -eu
. ./exported
tenantry() {
	case " $* " in
	*" serve "*)
		: > serve.log # which may be that of an earlier one
		command tenantry "$@" > serve.out 2> serve.log & echo $! > serve.pid
		until grep -q '"message":"serving"' serve.log; do kill -0 $(cat serve.pid) || { cat serve.log >&2; exit 1; }; sleep 0.1; done ;;
	*" --every "*)
		command tenantry "$@" > every.out 2>&1 & every=$!
		until ls /var/backups/tenantry/tenantry-*.manifest.json 2> every.log; do kill -0 $every; sleep 0.1; done
		kill $every ;;
	*" promote "*) command tenantry "$@" --yes ;; # at a terminal it asks
	*) command tenantry "$@" ;;
	esac
}
stop() { kill $(cat serve.pid); while kill -0 $(cat serve.pid) 2> stop.log; do sleep 0.1; done; rm serve.pid; }
`

// Every command of the page on operations works as it stands there, one after another.
func TestThePageOfOperations(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/operations.md")
	testkit.Must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	testkit.Must(t, err)
	h := &handbook{t: t, root: t.TempDir(), address: l.Addr().String()}
	testkit.Must(t, l.Close())
	h.certify()
	testkit.Must(t, os.WriteFile(filepath.Join(h.root, "exported"), nil, 0o600))
	t.Cleanup(func() { _, _ = h.enter("[ ! -f serve.pid ] || stop", "") })
	seen := map[string]bool{}
	for _, block := range blocksOf(string(page)) {
		first, _, _ := strings.Cut(block, "\n")
		first, _, _ = strings.Cut(first, "  ")
		scene, known := scenes[first]
		if !known {
			t.Errorf("say in scenes what happened before somebody types %q", first)
			continue
		}
		seen[first] = true
		if said, err := h.enter(scene.before, ""); err != nil {
			t.Fatalf("before %q: %v\n%s", first, err, said)
		}
		if said, err := h.enter(block, scene.in); err != nil {
			t.Fatalf("%s\n%v\n%s", block, err, said)
		}
	}
	if len(seen) != len(scenes) {
		t.Errorf("scenes are left of blocks that are not on the page: %d of %d were seen", len(seen), len(scenes))
	}
}

// blocksOf returns the code of a page that a shell is given and that has commands of ours.
func blocksOf(page string) (list []string) {
	parts := strings.Split(page, "```")
	for i := 1; i < len(parts); i += 2 {
		if code, ok := strings.CutPrefix(parts[i], "sh\n"); ok && strings.Contains("\n"+code, "\ntenantry ") {
			list = append(list, code)
		}
	}
	return list
}

// enter runs a script in the directory of the machine that it is typed in.
func (h *handbook) enter(script, in string) (said string, err error) {
	if script == "" {
		return "", nil
	}
	script = strings.ReplaceAll(script, "# stop the service", "stop")
	text := shell
	if in != "" {
		text += "tenantry() ( cd " + in + " && command tenantry \"$@\" )\n"
	}
	text += script + "\nexport -p > exported\n"
	text = strings.NewReplacer(
		"/var/", h.root+"/var/", "/etc/tenantry", h.root+"/etc/tenantry", "/root", h.root+"/root",
		"https://api.example.com", "https://"+h.address, `":443"`, `"`+h.address+`"`,
	).Replace(text)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "sh", "-c", text)
	command.Dir = h.root
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + h.root, "TMPDIR=" + h.root, "TENANTRY_METRICS_LISTEN=", "TENANTRY_LOG_FORMAT=json",
		"SSL_CERT_FILE=" + filepath.Join(h.root, "cert.pem"),
	}
	out, err := command.CombinedOutput()
	return string(out), err
}

// certify makes the certificate of the machine, which it trusts itself.
func (h *handbook) certify() {
	h.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	testkit.Must(h.t, err)
	host, _, err := net.SplitHostPort(h.address)
	testkit.Must(h.t, err)
	facts := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.ParseIP(host)}, IsCA: true, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, facts, facts, &key.PublicKey, key)
	testkit.Must(h.t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	testkit.Must(h.t, err)
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: certificate}, "key.pem": {Type: "PRIVATE KEY", Bytes: private}} {
		testkit.Must(h.t, os.WriteFile(filepath.Join(h.root, name), pem.EncodeToMemory(block), 0o600))
	}
}
