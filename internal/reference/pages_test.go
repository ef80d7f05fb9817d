package reference_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"tenantry/internal/api"
	"tenantry/internal/console/page"
	"tenantry/internal/openapi"
	"tenantry/internal/reference"
)

func serve(t *testing.T, options page.Options) *httptest.Server {
	t.Helper()
	kit, err := page.New(options)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := reference.New(reference.Options{Kit: kit, Document: api.Document(), Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(reference.Path, pages)
	mux.Handle(reference.Path+"/", pages)
	server := httptest.NewServer(http.StripPrefix(options.Base, mux))
	t.Cleanup(server.Close)
	return server
}

func get(t *testing.T, url string, status int) (string, http.Header) {
	t.Helper()
	answer, err := http.Get(url) //nolint:noctx // a server of the test
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != status {
		t.Fatalf("%s: %s, want %d\n%.500s", url, answer.Status, status, text)
	}
	return string(text), answer.Header
}

var link = regexp.MustCompile(`href="([^"]+)"`)

// Every page that another one leads to is there, runs no script, sets no cookie, asks no
// other origin and may be kept; also below a path of public_url.
func TestEveryPageOfTheReference(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "/below"} {
		t.Run("at "+base+"/", func(t *testing.T) {
			t.Parallel()
			server := serve(t, page.Options{Base: base})
			seen, next := map[string]bool{}, []string{base + reference.Path}
			for len(next) > 0 {
				path := next[0]
				if next = next[1:]; seen[path] {
					continue
				}
				seen[path] = true
				text, header := get(t, server.URL+path, http.StatusOK)
				if policy := header.Get("Content-Security-Policy"); strings.Contains(policy, "script") || !strings.HasPrefix(policy, "default-src 'none'") {
					t.Errorf("%s: its policy is %s", path, policy)
				}
				if strings.Contains(text, "<script") || strings.Contains(text, " style=") || header.Get("Set-Cookie") != "" || !strings.Contains(header.Get("Cache-Control"), "public") {
					t.Errorf("%s has a script, a style or a cookie, or may not be kept: %v", path, header)
				}
				for _, found := range link.FindAllStringSubmatch(text, -1) {
					target, _, _ := strings.Cut(found[1], "#")
					switch {
					case strings.HasPrefix(target, base+reference.Path):
					case target != "" && !strings.Contains(target, "/") && strings.Contains(path, "/guides/"):
						target = base + reference.Path + "/guides/" + target
					case target == "../../docs":
						target = base + reference.Path
					default:
						continue
					}
					next = append(next, target)
				}
			}
			if len(seen) < 250 {
				t.Errorf("only %d pages were found", len(seen))
			}
		})
	}
}

// Every operation of the document has a page of its own with what is sent and answered.
func TestAnOperationShowsWhatIsSentAndAnswered(t *testing.T) {
	t.Parallel()
	server := serve(t, page.Options{})
	document, err := openapi.Read(api.Document())
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range document.Tags {
		for _, operation := range tag.Operations {
			text, _ := get(t, server.URL+"/docs/api/"+tag.Name+"/"+operation.ID, http.StatusOK)
			for _, part := range []string{">" + operation.Method + "<", "<code>" + operation.Path + "</code>", "curl ", server.URL[len("http://"):]} {
				if !strings.Contains(text, part) {
					t.Errorf("%s shows no %s", operation.ID, part)
				}
			}
		}
	}
	text, _ := get(t, server.URL+"/docs/api/customers/createCustomer", http.StatusOK)
	for _, part := range []string{"legalEntity", "<details", "planKey", "required", "Harbor Lane Bicycles", "/docs/objects/CreatedCustomer", "409", "Idempotency-Key"} {
		if !strings.Contains(text, part) {
			t.Errorf("creating a customer shows no %s", part)
		}
	}
	if strings.Contains(text, "Bearer sk") || strings.Contains(text, "-H 'Authorization") || strings.Contains(text, "-H &#39;Authorization") {
		t.Error("a sample puts a credential into the arguments of a process")
	}
}

// A sample names the public URL, where there is one.
func TestASampleNamesThePublicURL(t *testing.T) {
	t.Parallel()
	server := serve(t, page.Options{Base: "/pay", Origin: "https://api.example.com"})
	text, _ := get(t, server.URL+"/pay/docs/api/access/whoAmI", http.StatusOK)
	if !strings.Contains(text, "https://api.example.com/pay/v3/whoami") {
		t.Error("the sample names another address")
	}
}

// A search finds what has all words, what is named by them first; it shows what was asked
// for as text.
func TestSearch(t *testing.T) {
	t.Parallel()
	server := serve(t, page.Options{})
	for _, row := range []struct{ query, first string }{
		{"mint+restricted", "/docs/api/keys/mintKey"},
		{"instrumentTaken", "/docs/errors/instrumentTaken"},
		{"bank.drops_sent", "/docs/events#bank.drops_sent"},
		{"LegalEntityInput", "/docs/objects/LegalEntityInput"},
	} {
		t.Run(row.query, func(t *testing.T) {
			text, _ := get(t, server.URL+"/docs/search?q="+row.query, http.StatusOK)
			_, hits, _ := strings.Cut(text, `class="hits"`)
			if found := link.FindStringSubmatch(hits); len(found) < 2 || found[1] != row.first {
				t.Errorf("it finds %v, want %s", found, row.first)
			}
		})
	}
	text, _ := get(t, server.URL+"/docs/search?q=%3Cscript%3Ealert", http.StatusOK)
	if strings.Contains(text, "<script") || !strings.Contains(text, "Nothing has all of these words") {
		t.Error("what was asked for is not shown as text")
	}
}

// What is not there is said so on a page, and pages take no other method.
func TestAPageThatIsNotThere(t *testing.T) {
	t.Parallel()
	server := serve(t, page.Options{})
	for _, path := range []string{"/docs/api/nothing", "/docs/api/keys/nothing", "/docs/api/keys/mintKey/more", "/docs/errors/nothing", "/docs/objects/nothing", "/docs/guides/architecture", "/docs/nothing", "/docs/api", "/docs/search/more"} {
		if text, _ := get(t, server.URL+path, http.StatusNotFound); !strings.Contains(text, "is not in the reference") {
			t.Errorf("%s does not say so", path)
		}
	}
	answer, err := http.Post(server.URL+"/docs", "text/plain", nil) //nolint:noctx // a server of the test
	if err != nil {
		t.Fatal(err)
	}
	if answer.Body.Close(); answer.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a post is answered %s", answer.Status)
	}
}
