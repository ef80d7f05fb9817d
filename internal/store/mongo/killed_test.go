package mongo_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/tenancy"
)

const (
	// resumes is how long the events of a killed process wait at most: the life of a lease,
	// and two turns of the relay of a machine that is busy.
	resumes = 14 * time.Second
	// keepsUp is how long those of a living one wait at most, meanwhile too.
	keepsUp = 5 * time.Second
)

// When one of two processes is killed, its share of the relay is relayed by the other once
// its lease ended, and the share of the other never waits for that: half of the slots notice
// nothing.
func TestAKilledProcessLeavesItsShareToTheOther(t *testing.T) {
	t.Parallel()
	i := install(t)
	kill := i.start(0)
	i.start(1)
	raw := connect(t, i.uri).Database(i.database)
	soon := time.Now().Add(startLimit)
	turns := time.NewTicker(100 * time.Millisecond)
	defer turns.Stop()
	for members := []json.RawMessage(nil); len(members) != 2; {
		var shares struct {
			Request []byte `bson:"request"`
		}
		err := raw.Collection("claims").FindOne(t.Context(), bson.D{{Key: "_id", Value: "lease:relay/shares"}}).Decode(&shares)
		if err == nil {
			_ = json.Unmarshal(shares.Request, &members)
		}
		if <-turns.C; time.Now().After(soon) {
			t.Fatalf("the processes do not share the relay: %s (%v)", shares.Request, err)
		}
	}

	written, killed := map[tenancy.ID]time.Time{}, time.Time{}
	var longest [2]time.Duration // of the even slots and of the odd ones, which are a share each
	began := time.Now()
	for done := false; !done; <-turns.C {
		if time.Since(began) > 3*time.Second && killed.IsZero() {
			kill()
			killed = time.Now()
		}
		if killed.IsZero() || time.Since(killed) < resumes/2 {
			status, made := i.send(t.Context(), 1, http.MethodPost, "/v3/customers", map[string]any{"name": "Shop", "email": "s@example.com", "planKey": "payer"})
			if status != http.StatusCreated {
				t.Fatalf("%d: %v", status, made)
			}
			id, err := tenancy.ParseID(made["id"].(string))
			if err != nil {
				t.Fatal(err)
			}
			written[id] = time.Now()
		}
		waiting := map[tenancy.ID]bool{}
		cursor, err := raw.Collection("customers").Find(t.Context(), bson.D{{Key: "pending", Value: true}})
		if err != nil {
			t.Fatal(err)
		}
		for cursor.Next(t.Context()) {
			waiting[tenancy.ID(cursor.Current.Lookup("_id").ObjectID())] = true
		}
		_ = cursor.Close(t.Context())
		for id, at := range written {
			share := id.Slot() % 2
			longest[share] = max(longest[share], time.Since(at))
			if !waiting[id] {
				delete(written, id)
			}
		}
		done = !killed.IsZero() && time.Since(killed) > resumes/2 && len(written) == 0
		if max(longest[0], longest[1]) > resumes {
			t.Fatalf("events wait for %s", longest)
		}
	}
	t.Logf("the longest that events of each share waited: %s", longest)
	if min(longest[0], longest[1]) > keepsUp {
		t.Errorf("the share of the living process waited too: %s", longest)
	}
	if max(longest[0], longest[1]) < keepsUp/2 {
		t.Errorf("no share waited, so nothing was shared: %s", longest)
	}
}
