package mongo_test

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/internal/secret"
	"tenantry/internal/store/mongo"
	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
)

// router returns the URI of a server that says it is a router of a sharded cluster, to
// which the driver sends read preferences; to a standalone server it sends none.
func router(t *testing.T) string {
	t.Helper()
	const legacyReply, headOfReply = 1, 36
	server := privateServer(t, t.TempDir(), "127.0.0.1:0")
	return proxied(t, server.uri, func(answer []byte) []byte {
		at := 16 + 4 + 1 // behind the header, the flags and the kind of the section
		if binary.LittleEndian.Uint32(answer[12:]) == legacyReply {
			at = headOfReply
		}
		var said bson.D
		if bson.Unmarshal(answer[at:], &said) != nil || !says(said, "maxWireVersion") {
			return answer
		}
		said = slices.DeleteFunc(said, func(member bson.E) bool { return member.Key == "setName" })
		masked, err := bson.Marshal(append(said, bson.E{Key: "msg", Value: "isdbgrid"}))
		if err != nil {
			t.Error(err)
			return answer
		}
		answer = append(answer[:at:at], masked...)
		binary.LittleEndian.PutUint32(answer, uint32(len(answer)))
		return answer
	})
}

// says reports whether a document has a member.
func says(document bson.D, member string) bool {
	for _, one := range document {
		if one.Key == member {
			return true
		}
	}
	return false
}

// Where it is set so, secondaries that are at most 90 seconds behind answer lists, searches,
// counts and pages of the log, of what a majority has. Nothing else goes to them: no
// credential, no read by id, the place where a page goes on included, and nothing that a
// write rests on, such as whether a unique value is free. Without the setting nothing does.
func TestWhatSecondariesAnswer(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]bool{"primary": false, "secondaryPreferred": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, noted := watchedAt(t, mongo.Options{URI: secret.New(router(t)), Database: ownDatabase(t), Timeout: time.Minute, LaggingLists: set})
			h := apitest.Install(t, func(s *apitest.Setup) { s.Store = store })
			cove := h.Create(h.Operator, `{"name":"Cove","email":"ops@example.com","planKey":"platform","settings":{"customers":{"uniqueEmail":true}}}`)
			shop := h.Create(cove, testkit.One(``))
			h.Create(cove, `{"name":"Last","email":"last@example.com","planKey":"payer"}`)
			h.Relay()
			as := h.Client(testkit.Behalf(cove.Secret(), cove.ID)...)
			log := as.Do("GET", "/v3/events?limit=1", ``)
			for _, row := range []struct {
				what, method, path, body string
				status                   int
				lag                      string // what may lag
			}{
				{"a list", "GET", "/v3/customers?limit=1", ``, 200, "aggregate customers, find customers"},
				{"a search", "GET", "/v3/customers?q=last", ``, 200, "aggregate customers, find customers"},
				{"a summary", "GET", "/v3/customers/summary", ``, 200, "aggregate customers"},
				{"the log", "GET", "/v3/events?limit=1", ``, 200, "find events"},
				{"a page of the log behind another", "GET", "/v3/events?limit=1&cursor=" + log.Str("settings.nextCursor"), ``, 200, "find events"},
				{"the log of a customer", "GET", "/v3/customers/" + shop.ID + "/events", ``, 200, "find events"},
				{"an event", "GET", "/v3/events/" + log.Str("results.0.id"), ``, 200, ""},
				{"a get", "GET", "/v3/customers/" + shop.ID, ``, 200, ""},
				{"a plan status", "GET", "/v3/customers/" + shop.ID + "/plan-status", ``, 200, ""},
				{"a create", "POST", "/v3/customers", `{"name":"New","email":"new@example.com","planKey":"payer"}`, 201, ""},
				{"a create with an address that is taken", "POST", "/v3/customers", `{"name":"New","email":"new@example.com","planKey":"payer"}`, 409, ""},
				{"a change", "PATCH", "/v3/customers/" + shop.ID, `{"name":"Changed"}`, 200, ""},
				{"a delete", "DELETE", "/v3/customers/" + shop.ID, ``, 204, ""},
			} {
				t.Run(row.what, func(t *testing.T) {
					var got testkit.Answered
					sent := noted.of(func() { got = as.In(t).Do(row.method, row.path, row.body) })
					if got.Status != row.status {
						t.Fatalf("it is answered %d: %s", got.Status, got.Text)
					}
					demandLag(t, sent, map[bool]string{true: row.lag}[set])
				})
			}
			if sent := noted.of(h.Relay); len(sent) == 0 {
				t.Error("the relay sends nothing")
			} else {
				demandLag(t, sent, "")
			}
		})
	}
}

// demandLag demands that of commands these alone may lag, each of a kind named once, and that
// they read what a majority has.
func demandLag(t *testing.T, sent []command, want string) {
	t.Helper()
	const lagging = `{"mode": "secondaryPreferred","maxStalenessSeconds": {"$numberInt":"90"}}`
	var lag []string
	for _, one := range sent {
		if one.preference == "" {
			continue
		}
		lag = append(lag, one.name+" "+one.collection)
		if slices.Contains(one.fixes, "_id") {
			t.Errorf("%s of %s by id may lag", one.name, one.collection)
		}
		if one.preference != lagging || one.concern != "majority" {
			t.Errorf("%s of %s goes by %s and reads as %q", one.name, one.collection, one.preference, one.concern)
		}
	}
	slices.Sort(lag)
	if got := strings.Join(slices.Compact(lag), ", "); got != want {
		t.Errorf("secondaries may answer %q, want %q; of %d commands", got, want, len(sent))
	}
}
