package storetest

import (
	"fmt"
	"math/rand/v2"
	"time"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/keys"
	"tenantry/settings"
	"tenantry/tenancy"
)

// maker makes the parts of one customer from one stream of pseudo-random bytes.
type maker struct {
	bytes  *rand.ChaCha8
	number *rand.Rand
	at     time.Time
}

func newMaker(parent tenancy.ID, seed uint64, at time.Time) *maker {
	source := rand.NewChaCha8(seedOf(parent, seed))
	return &maker{bytes: source, number: rand.New(source), at: at.UTC().Truncate(time.Millisecond)}
}

var (
	givenNames = []string{"Zoë", "Ann", "José", "Mary-Jane", "李", "Øyvind", "نور", "O’Hara"}
	surnames   = []string{"Müller", "Smith", "García", "van der Berg", "娜", "Ångström", "حداد", "Itō"}
	trades     = []string{"Bakery", "Roofing & Sons", "Café", "Dental", "Freight", "Books", "Brewery", "Robotics"}
	streets    = []string{"Main St", "Ocean Ave", "Rue de l’Église", "Königsallee", "5th Ave"}
	cities     = []string{"Scotts Valley", "Zürich", "São Paulo", "Austin", "Québec"}
)

func (m *maker) customer(plan string) *customers.Customer {
	c := &customers.Customer{ID: m.id(), Version: 1, Created: m.at, LastUpdated: m.later(), Status: customers.StatusActive, PlanKey: plan}
	tag := c.ID.String()[18:]
	c.Name = m.pick(givenNames) + "’s " + m.pick(trades) + " " + tag
	c.Email = "Billing+" + tag + "@Example.com"
	c.Description = "Seasonal business, ships from two sites."
	c.VanityName = "shop-" + tag
	c.MerchantKey = "mk-" + tag
	c.ExternalID = "crm:" + tag
	c.Address, c.Contact = m.address(), m.contact()
	c.LegalEntity, c.Merchant = m.legalEntity(), m.merchant()
	c.Settings, c.DefaultSettings = m.settings(), m.settings()
	c.Meta = []byte(`{"tier":"gold","ratio":1.0,"note":"<b>5 > 4 & 3</b>","tags":["a","b"],"crm":{"z":1,"a":null}}`)
	c.Banks = []customers.Bank{m.bank(true), m.bank(false)}
	c.Merchant.BankID = c.Banks[0].ID
	c.Cards = []customers.Card{m.card()}
	c.Users = []customers.User{m.user(customers.RoleAdmin, tag), m.user(customers.RoleClerk, tag)}
	c.Keys, c.KeyCount = []keys.Entry{m.pair(1), m.restricted(2)}, 2
	c.KeyUse = map[string]time.Time{"1": m.later()}
	c.Identity = m.identity()
	c.Webhooks = []customers.Webhook{m.endpoint(c.Settings.Events.URLs.Always[0]), m.endpoint("https://hooks.example.com/filtered")}
	c.Documents, c.Ownership = m.documents(c.LegalEntity.AdditionalOwners[0].ID), customers.OwnershipRecertify
	c.Outbox, c.EventCount, c.AuditCount = []customers.Event{m.event("customer.created")}, 7, 3
	c.EnrollmentType, c.Enrollment, c.Identity.Questions = customers.EnrollmentBusiness, m.enrollment(), m.questionnaire()
	return c
}

func (m *maker) settings() *settings.Settings {
	yes, no := true, false
	return &settings.Settings{
		Events: &settings.Events{
			Enabled: &yes, IncludeChildren: &no,
			URLs: &settings.URLs{
				Always:   []string{fmt.Sprintf("https://hooks.example.com/%d", m.number.IntN(1e6))},
				Filtered: []settings.Receiver{{URL: "https://hooks.example.com/filtered", Types: []string{"bank.*"}, Format: settings.Straddle}},
			},
		},
		Customers: &settings.Policies{AllowDataUnmask: &no, UniqueEmail: &yes},
	}
}

func (m *maker) endpoint(url string) customers.Webhook {
	shown, ends, disabled := m.later(), m.later(), m.later()
	return customers.Webhook{
		ID: m.id(), URL: url, Secret: &customers.Sealed{Box: m.random(60)}, Shown: &shown,
		Previous: &customers.Sealed{Box: m.random(60)}, PreviousEnds: &ends,
		Disabled: &disabled, Reason: "The receiver answered 410.", Created: m.at,
	}
}

func (m *maker) identity() reviews.Identity {
	review, started, updated := m.id(), m.later(), m.later()
	decision := func(status reviews.IdentityStatus) reviews.Decision {
		return reviews.Decision{
			ReviewID: review, Status: status, At: m.later(), Provider: "sandbox",
			Actor: m.id(), Credential: "key_1", Reason: "The address could not be matched.",
		}
	}
	return reviews.Identity{
		Status: reviews.IdentityVerified, ReviewID: review, Provider: "sandbox", Started: &started, Updated: &updated,
		Reason:     "All checks passed.",
		Findings:   []byte(`{"decision":"accept","breakdown":{"email":{"riskScore":0.01}}}`),
		Processing: reviews.ProcessInline, Outcome: "standard", Trigger: reviews.TriggerCreate, Attempts: 2,
		Messages:  map[string]string{"R186": "The address is a mail drop.", "I919": "The phone number matches the name."},
		Decisions: []reviews.Decision{decision(reviews.IdentityReview), decision(reviews.IdentityVerified)},
	}
}

func (m *maker) event(kind string) customers.Event {
	return customers.Event{
		ID: m.id(), Type: kind, At: m.at, Actor: m.id(), Subject: m.id(), Credential: "key_1", Reason: "Asked for by phone.",
		Resource: []byte(`{"id":"5c1e","object":"customer","name":"Zoë <b>","ratio":1.0}`),
		Previous: []byte(`{"name":null}`), Changes: []byte(`{"name":"Zoë <b>"}`), Part: m.id(), Holds: []string{"contact.dateOfBirth"},
		Number: 7, Address: "203.0.113.0/24", UserAgent: "curl/8.5.0", Ref: "5f0c", SystemUser: "ada (1000)", Unsent: true,
		About: []byte(`{"key":{"id":"key_2"}}`),
	}
}

// id returns an id as the service makes it: the second, then random.
func (m *maker) id() tenancy.ID {
	id, err := tenancy.NewID(m.at, m.bytes)
	if err != nil {
		panic(fmt.Sprintf("storetest: making an id from endless bytes: %v", err))
	}
	return id
}

// later returns a moment within the hour after the customer was created.
func (m *maker) later() time.Time {
	return m.at.Add(time.Duration(m.number.IntN(3_600_000)) * time.Millisecond)
}

func (m *maker) pick(list []string) string { return list[m.number.IntN(len(list))] }

// random returns n bytes of every value.
func (m *maker) random(n int) []byte {
	b := make([]byte, n)
	_, _ = m.bytes.Read(b) // never fails
	return b
}

// digits returns n decimal digits.
func (m *maker) digits(n int) string {
	text := make([]byte, n)
	for i := range text {
		text[i] = byte('0' + m.number.IntN(10))
	}
	return string(text)
}
