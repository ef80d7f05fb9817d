package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"tenantry/client"
)

// sample stands in for a service, so that the examples run anywhere.
func sample(status int, bodies ...string) (url string, end func()) {
	next := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"3"`)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(bodies[min(next, len(bodies)-1)]))
		next++
	}))
	return server.URL, server.Close
}

func Example() {
	url, end := sample(http.StatusCreated, `{"id":"65be9a3f1c2d4e5f60718293","name":"Ada's Bakery","keys":{"publishable":"pk_test_…","secret":"sk_test_…"}}`)
	defer end()

	c, err := client.New(url, client.WithKey("sk_test_example"))
	if err != nil {
		log.Print(err)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second) // over all tries
	defer cancel()
	merchant, err := c.Customers.Create(ctx, client.CustomerInput{
		Name: "Ada's Bakery", Email: "ada@example.com", PlanKey: "merchant",
		Address: client.Set(client.AddressInput{Street1: "1 Main St", City: "Oakland", Country: "USA"}),
	})
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(merchant.ID, merchant.Name)
	fmt.Println(merchant.Keys.Secret) // store merchant.Keys.Secret.Reveal() instead
	// Output:
	// 65be9a3f1c2d4e5f60718293 Ada's Bakery
	// [redacted]
}

// Absent stays, null clears.
func ExampleOptional() {
	url, end := sample(http.StatusOK, `{"id":"65be9a3f1c2d4e5f60718293","name":"Ada & Daughters"}`)
	defer end()
	c, err := client.New(url)
	if err != nil {
		log.Print(err)
		return
	}
	changed, err := c.Customers.Update(context.Background(), "65be9a3f1c2d4e5f60718293", client.CustomerChange{
		Name:        "Ada & Daughters",
		Description: client.Null[string](),             // cleared
		ExternalID:  client.Set("crm-40417"),           // set
		Meta:        client.Optional[map[string]any]{}, // absent, as when it is left out
	})
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(changed.Name)
	// Output: Ada & Daughters
}

// A change of the version that was read and of no other.
func ExampleIfMatch() {
	url, end := sample(http.StatusOK, `{"id":"65be9a3f1c2d4e5f60718293","name":"Ada's Bakery"}`)
	defer end()
	c, err := client.New(url)
	if err != nil {
		log.Print(err)
		return
	}
	ctx := context.Background()
	for {
		merchant, err := c.Customers.Get(ctx, "65be9a3f1c2d4e5f60718293")
		if err != nil {
			log.Print(err)
			return
		}
		_, err = c.Customers.Update(ctx, merchant.ID, client.CustomerChange{Name: merchant.Name + " Inc."}, client.IfMatch(merchant.ETag))
		if errors.Is(err, client.ErrPreconditionFailed) {
			continue // somebody else was faster: read again
		}
		fmt.Println("changed version", merchant.ETag, err)
		return
	}
	// Output: changed version "3" <nil>
}

func ExampleError() {
	url, end := sample(http.StatusUnprocessableEntity, `{"error":{"description":"The request was understood but cannot be accepted as it is.","ref":"7c1f0b9a52de4e0f8d3a6b41c97e2508",
		"details":{"code":"validationError","description":"A value breaks a rule of this resource.","detailCode":"parameterMissing","parameter":"name","explanation":"send a name"}}}`)
	defer end()
	c, err := client.New(url)
	if err != nil {
		log.Print(err)
		return
	}
	_, err = c.Customers.Create(context.Background(), client.CustomerInput{})
	if refusal, ok := errors.AsType[*client.Error](err); ok {
		for _, field := range refusal.Errors {
			fmt.Printf("%s: %s\n", field.Parameter, field.Explanation)
		}
		fmt.Println("look for", refusal.Ref, "in the log")
	}
	fmt.Println(errors.Is(err, client.ErrValidationError), errors.Is(err, client.ErrNotFound))
	// Output:
	// name: send a name
	// look for 7c1f0b9a52de4e0f8d3a6b41c97e2508 in the log
	// true false
}

// All customers of a platform that still owe something, however many pages they fill.
func ExampleCustomersService_List() {
	url, end := sample(http.StatusOK,
		`{"results":[{"id":"1","name":"One","planStatus":{"needed":["bankDrops"]}}],"count":2,"settings":{"nextCursor":"more"}}`,
		`{"results":[{"id":"2","name":"Two","planStatus":{"needed":["bankDrops"]}}],"count":2,"settings":{}}`)
	defer end()
	c, err := client.New(url)
	if err != nil {
		log.Print(err)
		return
	}
	for customer, err := range c.Customers.List(context.Background(), client.CustomerFilter{Deep: true, Needed: "bankDrops"}) {
		if err != nil {
			log.Print(err)
			return
		}
		fmt.Println(customer.Name, customer.PlanStatus.Needed)
	}
	// Output:
	// One [bankDrops]
	// Two [bankDrops]
}

// A call that no method covers.
func ExampleClient_Do() {
	url, end := sample(http.StatusOK, `{"object":"timezone","timezone":"UTC"}`)
	defer end()
	c, err := client.New(url)
	if err != nil {
		log.Print(err)
		return
	}
	answer, err := c.Do(context.Background(), client.Request{Method: http.MethodGet, Path: "/v3/customers/timezone"})
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(answer.Status, string(answer.Body))
	// Output: 200 {"object":"timezone","timezone":"UTC"}
}
