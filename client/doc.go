// Package client calls the native API of a Tenantry service: the customer hierarchy of a
// payments business with its keys, users, banks, cards, documents, reviews and events.
//
//	c, err := client.New("https://api.example.com", client.WithKey(os.Getenv("TENANTRY_KEY")))
//	if err != nil {
//		return err
//	}
//	merchant, err := c.Customers.Create(ctx, client.CustomerInput{
//		Name: "Ada's Bakery", Email: "ada@example.com", PlanKey: "merchant",
//	})
//
// A [Client] is safe for concurrent use and is made once. [Client.As] returns a copy that
// acts for another customer. What a call answers is a plain struct; what a change leaves
// alone, clears or sets is told apart by [Optional].
//
// Every write carries an Idempotency-Key of its own, which is the same over its tries, so
// that nothing is done twice when an answer is lost. Calls are tried again after lost
// connections and the answers 429, 502, 503 and 504, as long as their context allows.
//
// A refusal is an [*Error]; errors.Is compares it with a [Code]: errors.Is(err,
// client.ErrNotFound). [Client.Do] and [Client.Stream] make calls that no method covers.
// Package tenantry/client/webhook verifies the messages that the service sends.
//
// The package imports the standard library alone, and nothing of the service.
package client
