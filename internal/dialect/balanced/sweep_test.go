package balanced_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenantry/customers/activities"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
)

// missingDigits are those of an id that does not exist.
const missingDigits = "65be9a3f1c2d4e5f60718293"

// nameless are the routes without parameters.
var nameless = []string{
	"POST /v1/api_keys", "POST /v1/marketplaces", "GET /v1/marketplaces", "HEAD /v1/marketplaces",
	"GET /v1/api_keys", "HEAD /v1/api_keys", "GET /v1/merchants", "HEAD /v1/merchants",
	"POST /v1/customers", "GET /v1/customers", "HEAD /v1/customers", "POST /v1/bank_accounts", "GET /v1/bank_accounts", "HEAD /v1/bank_accounts",
}

// names are the ids of one tenant, by the parameters of routes.
type names struct {
	customer, marketplace, key, merchant string
	// held belong to the customer, waiting to nobody yet.
	heldCard, heldBank, waitingCard, waitingBank string
	// happened has an activity by the word of its route.
	happened map[string]string
}

func nobody() names {
	cc, ba := "CC"+missingDigits, "BA"+missingDigits
	return names{
		customer: "CU" + missingDigits, marketplace: "TEST-MP" + missingDigits, key: "AK" + missingDigits, merchant: "TEST-MR" + missingDigits,
		heldCard: cc, heldBank: ba, waitingCard: cc, waitingBank: ba,
		happened: map[string]string{"credits": "CR" + missingDigits, "debits": "WD" + missingDigits, "holds": "HL" + missingDigits, "refunds": "RF" + missingDigits},
	}
}

// furnished makes a tenant with one of everything.
func (m tenant) furnished() names {
	uri := m.create(object{"name": "Mine"})
	held := m.put(uri, object{"card_uri": m.card(cardNumber), "bank_account_uri": m.bank()}).ok(200)
	n := names{
		customer: last(uri), marketplace: "TEST-MP" + m.id, key: m.get("/v1/api_keys").ok(200).items("id")[0].(string), merchant: "TEST-MR" + m.id, heldCard: last(held.Str("source_uri")), heldBank: last(held.Str("destination_uri")),
		waitingCard: last(m.card(otherCard)), waitingBank: last(m.bank()), happened: map[string]string{},
	}
	for name, kind := range map[string]string{"credits": "credit", "debits": "debit", "holds": "hold", "refunds": "refund"} {
		_, _, err := m.Svc.Activities.RecordActivity(m.T.Context(), m.caller(), strings.TrimPrefix(last(uri), "CU"), activities.ActivityInput{
			Type: patch.Of(kind), Amount: patch.Of(patch.Number("12.5")), Reference: patch.Of(kind),
		})
		testkit.Must(m.T, err)
		n.happened[name] = last(m.get(uri + "/" + name).items("uri")[0].(string))
	}
	return n
}

// fill returns the paths that a pattern makes with these ids.
func (n names) fill(pattern string) (paths []string) {
	parts := strings.Split(pattern, "/")
	instruments := []string{n.heldCard, n.waitingCard}
	if strings.Contains(pattern, "bank_accounts") {
		instruments = []string{n.heldBank, n.waitingBank}
	}
	for _, instrument := range instruments {
		paths = append(paths, strings.NewReplacer(":id", n.customer, ":mp", n.marketplace, ":instrument", instrument, ":verification", "BZ"+instrument[2:], ":key", n.key, ":merchant", n.merchant, ":activity", n.happened[parts[2]]).Replace(pattern))
	}
	return paths
}

// what differs between any two answers.
var requestID = regexp.MustCompile(`OHM[0-9a-f]{32}`)

// bare is an answer without what differs between any two.
func (a answer) bare() string {
	headers := a.Header.Clone()
	for _, name := range []string{"Date", "X-Request-Id", "Ratelimit-Remaining", "Ratelimit-Reset"} {
		headers.Del(name)
	}
	var lines []string
	for name, values := range headers {
		lines = append(lines, name+": "+strings.Join(values, ", "))
	}
	slices.Sort(lines)
	return strings.Join(append(lines, http.StatusText(a.Status), requestID.ReplaceAllString(a.Text, "")), "\n")
}

// bodyFor returns a body that a route accepts.
func bodyFor(route dialect.Route) any {
	switch {
	case route.Method == "PUT" && strings.HasSuffix(route.Pattern, ":id"):
		return object{"name": "Taken"}
	case route.Method == "PUT" && strings.HasSuffix(route.Pattern, ":verification"):
		return object{"amount_1": 1, "amount_2": 1}
	case route.Method == "PUT":
		return object{"is_valid": false}
	case route.Method == "POST" && strings.HasSuffix(route.Pattern, "cards"):
		return card(cardNumber)
	case route.Method == "POST":
		return bank()
	default:
		return nil
	}
}

// Every route answers for what belongs to another tenant byte for byte as for what does
// not exist: customers, assigned and unassigned instruments, marketplaces and activities,
// below the caller's own customer and marketplace too; and nothing changes.
func TestNoRouteTellsAStrangerFromNobody(t *testing.T) {
	t.Parallel()
	w := install(t)
	owner, stranger := w.tenant(), w.tenant()
	theirs, none := owner.furnished(), nobody()
	own := last(stranger.create(object{}))
	before := owner.everything(theirs)
	swept := 0
	for _, route := range balanced.New(balanced.Options{Service: w.Svc, Sandbox: true, SignUp: true}).Routes() {
		if slices.Contains(nameless, route.Method+" "+route.Pattern) {
			continue
		}
		swept++
		body := bodyFor(route)
		same := func(theirs, none names) {
			t.Helper()
			missing := none.fill(route.Pattern)
			for i, path := range theirs.fill(route.Pattern) {
				a, b := stranger.do(route.Method, path, body), stranger.do(route.Method, missing[i], body)
				if a.bare() != b.bare() || a.Status != http.StatusNotFound {
					t.Errorf("%s %s\nof others: %s\nof nobody: %s", route.Method, path, a.bare(), b.bare())
				}
			}
		}
		same(theirs, none)
		if strings.Contains(route.Pattern, ":instrument") {
			theirsBelow, noneBelow := theirs, none
			theirsBelow.customer, noneBelow.customer = own, own
			theirsBelow.marketplace, noneBelow.marketplace = "TEST-MP"+stranger.id, "TEST-MP"+stranger.id
			same(theirsBelow, noneBelow)
		}
	}
	if swept == 0 {
		t.Error("nothing was swept")
	}
	// Instruments of others in bodies, by every address that they have.
	for _, member := range []string{"card_uri", "bank_account_uri", "source_uri", "destination_uri"} {
		t.Run(member, func(t *testing.T) {
			stranger := stranger.in(t)
			for _, pattern := range []string{"/v1/customers/:id/cards/:instrument", "/v1/marketplaces/:mp/cards/:instrument", "/v1/customers/:id/bank_accounts/:instrument", "/v1/bank_accounts/:instrument"} {
				missing := none.fill(pattern)
				for i, path := range theirs.fill(pattern) {
					a, b := stranger.put("/v1/customers/"+own, object{member: path}), stranger.put("/v1/customers/"+own, object{member: missing[i]})
					if a.Status != b.Status || strings.ReplaceAll(requestID.ReplaceAllString(a.Text, ""), path, missing[i]) != requestID.ReplaceAllString(b.Text, "") {
						t.Errorf("%s %s:\nof others: %s\nof nobody: %s", member, path, a.Text, b.Text)
					}
				}
			}
		})
	}
	if after := owner.everything(theirs); after != before {
		t.Errorf("something of the owner changed:\n%s\n%s", before, after)
	}
}

// everything is what the owner sees.
func (m tenant) everything(n names) string {
	uri, text := "/v1/customers/"+n.customer, ""
	for _, path := range []string{uri, uri + "/cards", uri + "/bank_accounts", uri + "/transactions", m.path("/cards/" + n.waitingCard), "/v1/bank_accounts/" + n.waitingBank} {
		text += m.get(path).ok(200).Text + "\n"
	}
	return text
}
