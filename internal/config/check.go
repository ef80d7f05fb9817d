package config

import (
	"crypto/tls"
	"errors"
	"io/fs"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strings"
)

// check returns the faults of settings that are each valid alone but not together: half
// of a pair, or what a mode forbids.
func check(c *Config, keyringComes bool, places map[string]string) Faults {
	k := checker{places: places}
	k.tls(c)
	k.listeners(c)
	k.mongo(c)
	k.keyring(c, keyringComes)
	k.live(c)
	k.plans(c)
	k.identity(c)
	k.documents(c)
	k.dialects(c)
	return k.faults
}

type checker struct {
	places map[string]string
	faults Faults
}

func (k *checker) add(key, problem, remedy string) {
	where := k.places[key]
	if where == "" {
		where = "default"
	}
	k.faults = append(k.faults, Fault{Where: where, Key: key, Problem: problem, Remedy: remedy})
}

func (k *checker) tls(c *Config) {
	switch {
	case c.TLS.Cert == "" && c.TLS.Key == "":
	case c.TLS.InFront:
		k.add("tls.in_front", "is true beside tls.cert and tls.key", "keep the certificate, or leave https to the proxy")
	case c.TLS.Key == "":
		k.add("tls.cert", "is set without tls.key", "set both for https, or neither")
	case c.TLS.Cert == "":
		k.add("tls.key", "is set without tls.cert", "set both for https, or neither")
	default:
		if _, err := tls.LoadX509KeyPair(c.TLS.Cert, c.TLS.Key); err != nil {
			k.add("tls.cert", "and tls.key cannot be used: "+err.Error(), "name a PEM certificate and its PEM key that this user can read")
		}
	}
}

func (k *checker) listeners(c *Config) {
	_, port, err := net.SplitHostPort(c.Listen)
	if c.Metrics.Listen != "" && c.Metrics.Listen == c.Listen && err == nil && port != "0" {
		k.add("metrics.listen", "is the same address as listen", `give it another port, or "" for no metrics`)
	}
	if c.Console.Listen != "" && (c.Console.Listen == c.Listen || c.Console.Listen == c.Metrics.Listen) && err == nil && port != "0" {
		k.add("console.listen", "is the same address as another listener", `give it another port, or "" for the pages beside the API`)
	}
}

func (k *checker) mongo(c *Config) {
	if c.UsesMongo() {
		return
	}
	standard := Default().Store.Mongo
	if c.Store.Mongo.Database != standard.Database {
		k.add("store.mongo.database", "is set without store.mongo.uri", "set the URI too to use MongoDB, or take it out")
	}
	if c.Store.Mongo.Timeout != standard.Timeout {
		k.add("store.mongo.timeout", "is set without store.mongo.uri", "set the URI too to use MongoDB, or take it out")
	}
	if c.Store.Mongo.ListReads != standard.ListReads {
		k.add("store.mongo.list_reads", "is set without store.mongo.uri", "set the URI too to use MongoDB, or take it out")
	}
}

// documents requires the scanner to be a program: without one no file would be taken.
func (k *checker) documents(c *Config) {
	if len(c.Documents.ScannerCommand) == 0 {
		return
	}
	if _, err := exec.LookPath(c.Documents.ScannerCommand[0]); err != nil {
		k.add("documents.scanner_command", "names "+c.Documents.ScannerCommand[0]+", which is no program that this user can run", "name its path, or install it")
	}
}

func (k *checker) keyring(c *Config, comes bool) {
	if !c.Seal.Keyring.Empty() {
		if c.Seal.KeyringFile != "" {
			k.add("seal.keyring_file", "is set beside seal.keyring", "keep one of them")
		}
		if len(c.Seal.KeyringCommand) > 0 {
			k.add("seal.keyring_command", "is set beside seal.keyring", "keep one of them")
		}
		return
	}
	if len(c.Seal.KeyringCommand) > 0 {
		if c.Seal.KeyringFile != "" {
			k.add("seal.keyring_file", "is set beside seal.keyring_command", "keep one of them")
		}
		if _, err := exec.LookPath(c.Seal.KeyringCommand[0]); err != nil {
			k.add("seal.keyring_command", "names "+c.Seal.KeyringCommand[0]+", which is no program that this user can run", "name its path, or install it")
		}
		return
	}
	if c.Mode == Live && !c.Allows(c.Seal.KeyringInData) && c.KeyringInData() {
		k.add("seal.keyring_file", "names "+c.KeyringFile()+", which is inside the data directory: whoever gets a copy of the data would have its keys too",
			"name a file elsewhere, such as /etc/tenantry/keyring.json (if there is a key ring already, move it and its .installation file there); or set seal.keyring_in_data: true")
		return
	}
	if c.Mode != Live || comes {
		return
	}
	if _, err := os.Stat(c.KeyringFile()); errors.Is(err, fs.ErrNotExist) {
		k.add("seal.keyring_file", "names "+c.KeyringFile()+", which does not exist, and live mode does not create a key ring by itself",
			"run `tenantry init --keys FILE` once to make one and keep a copy of it in a safe place; or set "+variableOf("seal.keyring"))
	} else if err != nil {
		k.add("seal.keyring_file", "cannot be read: "+err.Error(), "let this user alone read it (mode 0600)")
	}
}

func (k *checker) live(c *Config) {
	if c.Mode != Live {
		return
	}
	if c.Identity.Provider == "sandbox" {
		k.add("identity.provider", "is sandbox in live mode, where it would verify anyone who knows its magic values", "write manual, or auto")
	}
	if c.Webhooks.AllowInsecure == On {
		k.add("webhooks.allow_insecure", "is true in live mode, where events must not travel unencrypted", "write false, or auto")
	}
	for _, origin := range c.CORS.Origins {
		if insecure, err := url.Parse(origin); err == nil && insecure.Scheme == "http" && !IsLoopback(insecure.Hostname()) {
			k.add("cors.origins", "has "+quoted(origin)+" in live mode: whoever is between that page and its reader can change the page, and take the keys that it sends",
				"serve the page with https, and write "+"https://"+insecure.Host)
		}
	}
	if c.Dialects.Balanced.SignUp == On {
		k.add("dialects.balanced.sign_up", "is true in live mode, where nobody makes a platform for themselves", "write false, or auto")
	}
	if c.TLS.Cert == "" && c.TLS.Key == "" && !c.TLS.InFront && len(c.Limits.TrustedProxies) == 0 && !c.listensOnLoopback() {
		k.add("listen", "is "+quoted(c.Listen)+" in live mode and without https: keys and personal data would travel unencrypted",
			"set tls.cert and tls.key; or, where a proxy speaks https for it, tls.in_front: true or limits.trusted_proxies; or listen on 127.0.0.1")
	}
}

func (k *checker) plans(c *Config) {
	if _, err := c.Catalog(); err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			k.add("plans", "do not fit together: "+line, "fix the list, or write [] for the built-in plans")
		}
	}
}

// identity requires the settings of the reviewing service to be complete, or absent.
func (k *checker) identity(c *Config) {
	h := c.Identity.HTTP
	if c.Identity.Provider != "http" {
		if h.URL != "" {
			k.add("identity.http.url", "is set, but identity.provider is not http", "write identity.provider: http to use it, or take it out")
		}
		if !h.Secret.Empty() {
			k.add("identity.http.secret", "is set, but identity.provider is not http", "write identity.provider: http to use it, or take it out")
		}
		return
	}
	if h.URL == "" {
		k.add("identity.http.url", "is missing, and identity.provider is http", "set the URL of the service that reviews customers")
	}
	if h.Secret.Empty() {
		k.add("identity.http.secret", "is missing, and identity.provider is http", "set "+variableOf("identity.http.secret")+" in the environment")
	}
	if c.Mode == Live && strings.HasPrefix(h.URL, "http://") {
		k.add("identity.http.url", "has no TLS in live mode, where personal data must not travel unencrypted", "name an https URL")
	}
}

// dialects checks that the plans that dialects, and payers, get exist in the catalog in force. A
// default plan may be missing from the operator's own catalog: it matters only once
// that dialect is used.
func (k *checker) dialects(c *Config) {
	catalog, err := c.Catalog()
	if err != nil {
		return // reported already
	}
	given, standard := c.Dialects, Default().Dialects
	for _, named := range []struct{ key, plan, standard string }{
		{"payers.plan", c.Payers.Plan, Default().Payers.Plan},
		{"dialects.straddle.plan", given.Straddle.Plan, standard.Straddle.Plan},
		{"dialects.balanced.plan", given.Balanced.Plan, standard.Balanced.Plan},
		{"dialects.balanced.tenant_plan", given.Balanced.TenantPlan, standard.Balanced.TenantPlan},
		{"dialects.dwolla.plan", given.Dwolla.Plan, standard.Dwolla.Plan},
	} {
		if _, known := catalog.Get(named.plan); !known && named.plan != named.standard {
			k.add(named.key, "names "+quoted(named.plan)+", which is not a plan", "name one that `tenantry plans list` shows")
		}
	}
}
