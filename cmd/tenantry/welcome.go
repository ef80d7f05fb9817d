package main

import (
	"net"
	"strings"

	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/registry"
	"tenantry/internal/config"
)

// welcome shows a new operator and its keys, which are never shown again, with a line
// that works when pasted; first says what to do before.
func (p *program) welcome(s *config.Loaded, made registry.Created, base, first string) error {
	shown := keysOf(made)
	id := made.Customer.ID.String()
	if err := p.Print("\n%s\nThe keys are shown only once: save them now.\n\n",
		p.Printer.Sprint(term.Bold, "This is the operator, the root of all customers.")); err != nil {
		return err
	}
	var r term.Record
	r.Add("  customer id", id, term.Plain)
	r.Add("  secret key", shown.Secret, term.Fair)
	r.Add("  publishable key", shown.Publishable, term.Plain)
	if err := r.Write(p.Stdout, p.Printer); err != nil {
		return err
	}
	lead, line := curlLine(s, base, id, shown.Secret)
	return p.Print("\n%s%s\n\n%s\n\nLost the secret key? `tenantry keys rotate` on this machine makes a new pair.\n\n", first, lead, line)
}

// curlLine returns a request that shows how to go on: it creates the first customer if
// the operator may hand out a plan. The key comes by standard input, because arguments are
// seen by everybody on the machine.
func curlLine(s *config.Loaded, base, id, secret string) (lead, line string) {
	headers := "<<'END'\nX-CUSTOMER-ID: " + id + "\nAuthorization: Bearer " + secret + "\nEND"
	plan := firstPlan(s)
	if plan == "" {
		return "See who you are:", "  curl -sS " + base + "/v3/whoami -H @- " + headers
	}
	return "Create the first customer; the answer holds its keys:",
		"  curl -sS -X POST " + base + "/v3/customers -H @- -H 'Content-Type: application/json' \\\n" +
			`    -d '{"name":"Acme","email":"ops@acme.example","planKey":"` + plan + `"}' ` + headers
}

// firstPlan returns the plan of the example: platform, otherwise the first that fits.
func firstPlan(s *config.Loaded) string {
	catalog, err := s.Catalog()
	if err != nil {
		return ""
	}
	if catalog.MayHandOut("operator", "platform") {
		return "platform"
	}
	// A key of other characters could end the quotes of the shell.
	for _, plan := range catalog.AvailableTo("operator") {
		if !strings.ContainsAny(plan.Key, `'"\`) {
			return plan.Key
		}
	}
	return ""
}

// baseURL returns the URL by which clients on this machine reach the API at an address.
func baseURL(s *config.Loaded, address string) string {
	if s.PublicURL != "" {
		return s.PublicURL
	}
	return localURL(s, address)
}

// localURL returns the URL by which this machine itself reaches the API at an address.
func localURL(s *config.Loaded, address string) string {
	scheme := "http"
	if s.TLS.Cert != "" {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return scheme + "://" + address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}
