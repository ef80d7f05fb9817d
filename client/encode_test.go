package client_test

import (
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"testing"

	"tenantry/client"
)

// The body of a call tells absent, null and given apart, carries secrets in clear and keeps
// every value as encoding/json writes it.
func TestBodies(t *testing.T) {
	t.Parallel()
	var mutex sync.Mutex
	var sent string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mutex.Lock()
		defer mutex.Unlock()
		sent = string(body)
		_, _ = w.Write([]byte(`{}`))
	}).client(t)
	for name, row := range map[string]struct {
		change client.CustomerChange
		want   string
	}{
		"nothing": {client.CustomerChange{}, `{}`},
		"absent, null and given": {
			client.CustomerChange{Name: `A "b" <c> é`, Description: client.Null[string](), ExternalID: client.Set("")},
			`{"name":"A \"b\" \u003cc\u003e é","description":null,"externalId":""}`,
		},
		"an empty list and an empty object": {
			client.CustomerChange{LegalEntity: client.Set(client.LegalEntityInput{AdditionalOwners: client.Set([]client.OwnerInput{})}), Address: client.Set(client.AddressInput{})},
			`{"address":{},"legalEntity":{"additionalOwners":[]}}`,
		},
		"secrets within lists": {
			client.CustomerChange{LegalEntity: client.Set(client.LegalEntityInput{
				PersonalTaxID:    client.Set(client.NewSecret("112-22-3333")),
				AdditionalOwners: client.Set([]client.OwnerInput{{PersonalTaxID: client.Set(client.NewSecret("4444"))}, {PersonalTaxID: client.Null[client.Secret]()}}),
			})},
			`{"legalEntity":{"personalTaxId":"112-22-3333","additionalOwners":[{"personalTaxId":"4444"},{"personalTaxId":null}]}}`,
		},
		"false is given": {
			client.CustomerChange{Settings: client.Set(client.SettingsInput{Events: &client.EventSettingsInput{Enabled: client.Set(false)}})},
			`{"settings":{"events":{"enabled":false}}}`,
		},
		"free data": {
			client.CustomerChange{Meta: client.Set(map[string]any{"b": []any{1, nil}, "a": map[string]any{"x": 1.5}})},
			`{"meta":{"a":{"x":1.5},"b":[1,null]}}`,
		},
	} {
		t.Run(name, func(t *testing.T) { // one after the other: they share what was sent
			if _, err := c.Customers.Update(t.Context(), "1", row.change); err != nil {
				t.Fatal(err)
			}
			mutex.Lock()
			defer mutex.Unlock()
			if sent != row.want {
				t.Errorf("it sent\n%s\nwant\n%s", sent, row.want)
			}
		})
	}
}

// An Optional reads what it writes.
func TestOptional(t *testing.T) {
	t.Parallel()
	type input struct {
		A client.Optional[string] `json:"a,omitzero"`
		B client.Optional[string] `json:"b,omitzero"`
		C client.Optional[string] `json:"c,omitzero"`
	}
	want := input{B: client.Null[string](), C: client.Set("x")}
	encoded, err := json.Marshal(want)
	if err != nil || string(encoded) != `{"b":null,"c":"x"}` {
		t.Fatalf("it writes %s, %v", encoded, err)
	}
	var back input
	if err := json.Unmarshal(encoded, &back); err != nil || back != want {
		t.Errorf("it reads %+v, %v", back, err)
	}
	if value, ok := back.C.Get(); value != "x" || !ok || !back.B.IsNull() || !back.A.IsZero() {
		t.Errorf("its values are %+v", back)
	}
}
