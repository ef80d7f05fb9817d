package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// desk creates a platform with a branch and merchants below both, each with what queues
// go by, and the same below another platform, whose rows no list of this one shows.
func desk(e *env) (p, branch actor, ids map[string]string) {
	e.T.Helper()
	for range 2 {
		p, ids = e.platform(), map[string]string{}
		e.Clock.Advance(time.Second)
		branch, _ = p.child(with(minimal("platform"), object{"name": "Branch Office", "email": "branch@example.com"}))
		for _, below := range []struct {
			name   string
			parent actor
		}{{"near", p}, {"far", branch}} {
			e.Clock.Advance(time.Second)
			empty, _ := below.parent.child(with(minimal("merchant"), object{"name": "Zoë's Empty " + below.name, "email": below.name + "@shop.example", "meta": object{"crm": "Tier-" + below.name}}))
			e.Clock.Advance(time.Second)
			waiting := below.parent.waiting()
			ids[below.name+" empty"], ids[below.name+" waiting"] = empty.id, waiting.id
			waiting.self().post("/v3/documents", license(1)).ok(http.StatusCreated)
		}
		ids["branch"] = branch.id
	}
	return p, branch, ids
}

// Queues hold exactly those below the subject that they name, of children and of all
// descendants, with their count.
func TestQueues(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, _, ids := desk(e)
	for query, want := range map[string][]string{
		"identityStatus=document":                               {"near waiting"},
		"identityStatus=document&deep=true":                     {"far waiting", "near waiting"},
		"identityStatus=document&deep=true&order=created%20ASC": {"near waiting", "far waiting"},
		"identityStatus=rejected&deep=true":                     {},
		"planStatus=unverified&deep=true":                       {"far waiting", "far empty", "near waiting", "near empty"},
		"planStatus=verified&deep=true":                         {"branch"},
		"planStatus=disabled":                                   {},
		"needed=bankDrops":                                      {"near waiting", "near empty"},
		"needed=identityDocument&deep=true":                     {"far waiting", "near waiting"},
		"needed=legalEntity.businessTaxId&deep=true":            {"far empty", "near empty"},
		"needed=bankDrops&identityStatus=none&deep=true":        {"far empty", "near empty"},
		"status=active&planKey=merchant&deep=true":              {"far waiting", "far empty", "near waiting", "near empty"},
		"q=zo%C3%AB%20empt&deep=true":                           {"far empty", "near empty"},
		"q=NEAR%40shop.example":                                 {"near empty"},
		"q=tier-far&deep=true":                                  {"far empty"},
		"q=tier-far":                                            {},
		"q=" + ids["near waiting"]:                              {"near waiting"},
		"q=" + ids["near waiting"][:20]:                         {},
		"q=document%20llc&identityStatus=none&deep=true":        {},
	} {
		t.Run(query, func(t *testing.T) {
			p := p.in(t)
			expected := []string{}
			for _, name := range want {
				expected = append(expected, ids[name])
			}
			got := p.self().get("/v3/customers?"+query).ok(http.StatusOK).is("count", float64(len(want)))
			if diff := cmp.Diff(expected, idsOf(got)); diff != "" {
				t.Errorf("other rows (-want +got):\n%s", diff)
			}
		})
	}
	var pages []string
	for query := "?needed=bankDrops&deep=true&limit=1"; query != ""; {
		got := p.self().get("/v3/customers"+query).ok(http.StatusOK).is("count", 4.0)
		pages, query = append(pages, idsOf(got)...), ""
		if next := got.Optional("settings.nextCursor"); next != "" {
			query = "?needed=bankDrops&deep=true&limit=1&cursor=" + url.QueryEscape(next)
		}
	}
	if diff := cmp.Diff([]string{ids["far waiting"], ids["far empty"], ids["near waiting"], ids["near empty"]}, pages); diff != "" {
		t.Errorf("the pages differ (-want +got):\n%s", diff)
	}
}

// A filter whose word does not exist is refused with those that do; a search of too many
// words is, too.
func TestQueuesRefuseUnknownWords(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for query, field := range map[string]string{
		"identityStatus=happy": "identityStatus", "planStatus=active": "planStatus", "needed=money": "needed", "status=gone": "status",
		"order=reviewDeadline%20ASC": "order", "identityStatus=pending&order=reviewDeadline%20DESC": "order", "identityStatus=review&order=reviewDeadline": "order",
		"q=a+b+c+d+e+f+g+h+i": "q", "q=": "q", "deep=1&q=x": "deep",
	} {
		t.Run(query, func(t *testing.T) {
			p := p.in(t)
			p.self().get("/v3/customers?"+query, wrong).refused(http.StatusUnprocessableEntity, "validationError", field)
		})
	}
	p.self().get("/v3/customers/summary?deep=perhaps", wrong).refused(http.StatusUnprocessableEntity, "validationError", "deep")
	e.client().get("/v3/customers/summary").refused(http.StatusUnauthorized, "invalidCredentials", "")
}

// Reviews that wait for a person are listed by their deadlines, then by age, page by page,
// below the subject alone; a cursor of one direction does not serve the other.
func TestReviewsByDeadline(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	reviewed := func(below actor, name string) actor {
		made, _ := below.child(with(minimal("merchant"), object{
			"legalEntity": with(legalEntity(), object{"businessName": name, "personalContact": contact()}), "contact": contact(), "address": address(),
		}))
		e.Clock.Advance(time.Second)
		return made
	}
	reviewed(e.platform(), "review")
	p := e.platform()
	branch, _ := p.child(with(minimal("platform"), object{"name": "Branch Office", "email": "branch@example.com"}))
	older, newer := reviewed(branch, "review").id, reviewed(p, "review").id
	var dated []string
	for range 2 {
		one := reviewed(p, "Bakery LLC")
		e.Clock.Advance(time.Hour)
		one.self().put(one.path(), object{"legalEntity": object{"businessName": "review"}}).ok(http.StatusOK).is("identity.status", "review")
		dated = append(dated, one.id)
	}
	const query = "?deep=true&identityStatus=review&order=reviewDeadline%20ASC&limit=1"
	var pages []string
	for next := query; next != ""; {
		got := p.self().get("/v3/customers"+next).ok(http.StatusOK).is("count", 4.0).is("settings.order", "reviewDeadline ASC")
		pages, next = append(pages, idsOf(got)...), ""
		if cursor := got.Optional("settings.nextCursor"); cursor != "" {
			next = query + "&cursor=" + url.QueryEscape(cursor)
			p.self().get("/v3/customers?deep=true&identityStatus=review&order=reviewDeadline%20DESC&cursor="+url.QueryEscape(cursor), wrong).refused(http.StatusUnprocessableEntity, "validationError", "cursor")
		}
	}
	if diff := cmp.Diff(append(dated, older, newer), pages); diff != "" {
		t.Errorf("the pages differ (-want +got):\n%s", diff)
	}
	got := p.self().get("/v3/customers?identityStatus=review&order=reviewDeadline%20DESC").ok(http.StatusOK).is("count", 3.0)
	if diff := cmp.Diff([]string{newer, dated[1], dated[0]}, idsOf(got)); diff != "" {
		t.Errorf("the children differ (-want +got):\n%s", diff)
	}
}

// Rows of lists say how many children each has.
func TestRowsCountChildren(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, branch, _ := desk(e)
	got := p.self().get("/v3/customers?order=created%20ASC").ok(http.StatusOK).is("count", 3.0).
		is("results.0.id", branch.id).is("results.0.childCount", 2.0).is("results.1.childCount", 0.0).is("results.2.childCount", 0.0)
	got.lacks("results.0.childCountIsLowerBound")
	p.self().get(branch.path()).ok(http.StatusOK).lacks("childCount")
	e.operator.self().get("/v3/customers?q=Branch&deep=true&limit=1").ok(http.StatusOK).is("count", 2.0).is("results.0.childCount", 2.0)
}

// The summary counts children, or everyone below, by what they are and what they wait for,
// and follows changes.
func TestSummary(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, branch, ids := desk(e)
	p.self().get("/v3/customers/summary").ok(http.StatusOK).is("object", "customerSummary").is("deep", false).is("count", 3.0).
		is("status.active", 3.0).is("status.locked", 0.0).is("identityStatus.document", 1.0).is("identityStatus.none", 2.0).
		is("planKey.merchant", 2.0).is("planKey.platform", 1.0).lacks("planKey.payer").is("planStatus.unverified", 2.0).is("planStatus.verified", 1.0).lacks("countIsLowerBound")
	p.self().get("/v3/customers/summary?deep=true").ok(http.StatusOK).is("deep", true).is("count", 5.0).
		is("identityStatus.document", 2.0).is("planKey.merchant", 4.0).is("planStatus.unverified", 4.0)
	branch.self().get("/v3/customers/summary?deep=true").ok(http.StatusOK).is("count", 2.0)
	p.self().patch("/v3/customers/"+ids["far empty"], object{"status": "disabled"}).ok(http.StatusOK)
	p.self().get("/v3/customers/summary?deep=true").ok(http.StatusOK).is("status.disabled", 1.0).is("status.active", 4.0).is("planStatus.disabled", 1.0).is("planStatus.unverified", 3.0)
	e.operator.self().get("/v3/customers/summary?deep=true").ok(http.StatusOK).is("identityStatus.document", 4.0)
}

// The queue of documents holds those of everyone below that wait, the longest waiting
// first, page by page, and none that was decided; a customer's own list can be narrowed
// too.
func TestDocumentsThatWait(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, branch, ids := desk(e)
	queue := "/v3/documents?deep=true&status=pending"
	all := p.self().get(queue).ok(http.StatusOK).is("count", 2.0).lacks("countIsLowerBound").is("settings.limit", 50.0).
		is("results.0.customerId", ids["near waiting"]).is("results.1.customerId", ids["far waiting"]).is("results.0.status", "pending")
	if all.Str("results.0.customerName") == "" {
		t.Error("the row does not name the customer")
	}
	first := p.self().get(queue+"&limit=1").ok(http.StatusOK).is("count", 1.0).is("countIsLowerBound", true).is("results.0.customerId", ids["near waiting"])
	p.self().get(queue+"&limit=1&cursor="+url.QueryEscape(first.Str("settings.nextCursor"))).ok(http.StatusOK).is("count", 2.0).
		is("results.0.customerId", ids["far waiting"]).lacks("settings.nextCursor").lacks("countIsLowerBound")
	branch.self().get(queue+"&cursor="+url.QueryEscape(first.Str("settings.nextCursor"))).refused(http.StatusUnprocessableEntity, "validationError", "cursor")
	p.self().get("/v3/customers/"+branch.id+"/documents?deep=true&status=pending").ok(http.StatusOK).is("count", 1.0).is("results.0.customerId", ids["far waiting"])
	e.operator.self().get(queue).ok(http.StatusOK).is("count", 4.0)
	e.platform().self().get("/v3/customers/"+branch.id+"/documents?deep=true&status=pending").refused(http.StatusNotFound, "notFound", "")

	near := "/v3/customers/" + ids["near waiting"] + "/documents"
	p.self().patch(near+"/"+all.Str("results.0.id"), object{"decision": "rejected", "reasons": []string{"ScanNotReadable"}}).ok(http.StatusOK)
	p.self().get(queue).ok(http.StatusOK).is("count", 1.0).is("results.0.customerId", ids["far waiting"])
	p.self().get(near+"?status=reviewed").ok(http.StatusOK).is("count", 1.0).lacks("settings").lacks("results.0.customerName")
	p.self().get(near+"?status=pending").ok(http.StatusOK).is("count", 0.0)
	for query, field := range map[string]string{
		"deep=true": "status", "deep=true&status=reviewed": "status", "status=lost": "status", "deep=true&status=pending&ownerId=self": "ownerId",
		"limit=5": "limit", "cursor=x": "cursor", "deep=true&status=pending&limit=101": "limit", "deep=true&status=pending&cursor=x": "cursor",
	} {
		t.Run(query, func(t *testing.T) {
			p := p.in(t)
			p.self().get("/v3/documents?"+query, wrong).refused(http.StatusUnprocessableEntity, "validationError", field)
		})
	}
}

// A customer's documents are not lost between two pages that end within them.
func TestPagesEndWithinTheDocumentsOfACustomer(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	made := p.waiting()
	var want, got []string
	for i := range 3 {
		e.Clock.Advance(time.Second)
		want = append(want, made.self().post("/v3/documents", license(uint8(i))).ok(http.StatusCreated).Str("id"))
	}
	for query := "&limit=2"; query != ""; {
		page := p.self().get("/v3/documents?deep=true&status=pending" + query).ok(http.StatusOK)
		got, query = append(got, idsOf(page)...), ""
		if next := page.Optional("settings.nextCursor"); next != "" {
			query = fmt.Sprintf("&limit=2&cursor=%s", url.QueryEscape(next))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the pages differ (-want +got):\n%s", diff)
	}
}
