package straddle

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"tenantry/customers/idempotency"
	"tenantry/customers/view"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/straddle/rules"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// bankBody is a bank account as sent.
type bankBody struct {
	CustomerID    patch.Field[string]      `json:"customer_id"`
	RoutingNumber patch.Field[string]      `json:"routing_number"`
	AccountNumber patch.Field[secret.Text] `json:"account_number"`
	AccountType   patch.Field[string]      `json:"account_type"`
	ExternalID    patch.Field[string]      `json:"external_id"`
	Metadata      patch.Field[patch.Raw]   `json:"metadata"`
	Config        patch.Field[configBody]  `json:"config"`
}

type cancelBody struct {
	Reason patch.Field[string] `json:"reason"`
}

// The words of a paykey. No money is moved here, so none is blocked, and no bank is judged.
const (
	sourceBank     = "bank_account"
	paykeyActive   = "active"
	paykeyInactive = "inactive"
)

// paykeySummary is a paykey in a list.
type paykeySummary struct {
	ID              string        `json:"id"`
	CustomerID      string        `json:"customer_id"`
	Paykey          string        `json:"paykey"`
	Label           string        `json:"label"`
	Source          string        `json:"source"`
	Status          string        `json:"status"`
	StatusDetails   statusDetails `json:"status_details"`
	InstitutionName *string       `json:"institution_name"`
	BankData        bankData      `json:"bank_data"`
	Config          config        `json:"config"`
	ExternalID      *string       `json:"external_id"`
	ExpiresAt       *string       `json:"expires_at"`
	UnblockEligible *bool         `json:"unblock_eligible"`
	CreatedAt       string        `json:"created_at"`
	UpdatedAt       string        `json:"updated_at"`
}

// paykey is a paykey by itself.
type paykey struct {
	paykeySummary
	Metadata map[string]string `json:"metadata"`
}

type bankData struct {
	AccountNumber string `json:"account_number"` // masked but for its last four digits
	AccountType   string `json:"account_type"`
	RoutingNumber string `json:"routing_number"`
}

type statusDetails struct {
	Message   string  `json:"message"`
	Reason    string  `json:"reason"`
	Source    string  `json:"source"`
	Code      *string `json:"code"`
	ChangedAt string  `json:"changed_at"`
}

func paykeySummaryOf(p rules.Paykey) paykeySummary {
	bank, mask := p.Bank, "****"+p.Bank.Last4
	changed := stamp(time.Time(bank.LastUpdated))
	shown := paykeySummary{
		ID: uuidOf(bank.ID), CustomerID: dialect.UUID(p.Customer), Paykey: "paykey_" + bank.ID, Source: sourceBank,
		Label: strings.TrimSpace(bank.BankName + " " + mask), InstitutionName: optional(bank.BankName), ExternalID: optional(bank.ExternalID),
		BankData: bankData{AccountNumber: mask, AccountType: bank.AccountType, RoutingNumber: bank.RoutingNumber},
		Config:   config{ProcessingMethod: "inline"}, CreatedAt: stamp(time.Time(bank.Created)), UpdatedAt: changed,
		Status:        paykeyActive,
		StatusDetails: statusDetails{Message: "The bank account can be used.", Reason: "ok", Source: "system", ChangedAt: changed},
	}
	if bank.Status != view.Active {
		shown.Status = paykeyInactive
		shown.StatusDetails = statusDetails{
			Message: "The bank account was switched off.", Reason: "cancel_request", Source: "user_action", ChangedAt: changed,
		}
	}
	return shown
}

func paykeyOf(p rules.Paykey) paykey {
	return paykey{paykeySummary: paykeySummaryOf(p), Metadata: metadataOf(p.Bank.Meta)}
}

func uuidOf(text string) string {
	id, err := tenancy.ParseID(text)
	if err != nil {
		return text
	}
	return dialect.UUID(id)
}

// linkBank makes a paykey of the numbers of a bank account.
func (f *Handler) linkBank(x *dialect.Request) (idempotency.Answer, error) {
	var body bankBody
	if nothing(x.Content) {
		return idempotency.Answer{}, lacking("customer_id", "routing_number", "account_number", "account_type")
	}
	if err := bind(x.Content, &body); err != nil {
		return idempotency.Answer{}, err
	}
	if err := textsOnly(body.Metadata); err != nil {
		return idempotency.Answer{}, err
	}
	if !body.CustomerID.Given() {
		var faults fault.List
		faults.Add("customer", fault.Missing, "customer is required; send it")
		return idempotency.Answer{}, faults.Err()
	}
	customer, ok := dialect.ParseUUID(body.CustomerID.Value)
	if !ok {
		return idempotency.Answer{}, fault.NotFoundError()
	}
	in := rules.PaykeyInput{
		ID: x.Attempt.ID, CustomerID: customer.String(), RoutingNumber: body.RoutingNumber, AccountNumber: body.AccountNumber,
		AccountType: body.AccountType, ExternalID: notNull(body.ExternalID), Meta: metadata(body.Metadata, nil),
		Processing: notNull(body.Config.Value.ProcessingMethod), Outcome: notNull(body.Config.Value.SandboxOutcome),
	}
	return dialect.Answered(x, func(ctx context.Context) (rules.Paykey, error) {
		added, err := f.service.Straddle.AddPaykey(ctx, x.Caller, in)
		return added, f.undecidable(ctx, x.Caller, customer.String(), err)
	}, func(added rules.Paykey) (idempotency.Answer, error) {
		return f.object(x, http.StatusCreated, paykeyOf(added))
	})
}

func (f *Handler) getPaykey(x *dialect.Request) (idempotency.Answer, error) {
	id, err := identify(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	found, err := f.service.Straddle.Paykey(x, x.Caller, id)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return f.object(x, http.StatusOK, paykeyOf(found))
}

// cancelPaykey switches a bank account off; the body is optional.
func (f *Handler) cancelPaykey(x *dialect.Request) (idempotency.Answer, error) {
	id, err := identify(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	var body cancelBody
	if len(bytes.TrimSpace(x.Content)) > 0 {
		if err := bind(x.Content, &body); err != nil {
			return idempotency.Answer{}, err
		}
	}
	return dialect.Answered(x, func(ctx context.Context) (rules.Paykey, error) {
		canceled, err := f.service.Straddle.CancelPaykey(ctx, x.Caller, id, body.Reason)
		if err != nil && !canceled.Customer.IsZero() {
			err = f.undecidable(ctx, x.Caller, canceled.Customer.String(), err)
		}
		return canceled, err
	}, func(canceled rules.Paykey) (idempotency.Answer, error) {
		return f.object(x, http.StatusOK, paykeyOf(canceled))
	})
}

func (f *Handler) listPaykeys(x *dialect.Request) (idempotency.Answer, error) {
	q, err := parsePage(x.Request.URL.RawQuery)
	if err != nil {
		return idempotency.Answer{}, err
	}
	sortBy := q.choice("sort_by", "institution_name", "expires_at", "created_at")
	filter := rules.PaykeyFilter{Search: q.text("search_text"), CreatedFrom: q.moment("created_from"), CreatedTo: q.moment("created_to")}
	statuses := many(q, "status", []string{"pending", paykeyActive, paykeyInactive, "rejected", "review", "blocked"})
	sources := many(q, "source", []string{sourceBank, "straddle", "mx", "plaid", "tan", "quiltt"})
	blocked := q.choice("unblock_eligible", "true", "false") != "" // asks for blocked ones, which there are none of
	customer := q.text("customer_id")
	if err := q.err(); err != nil {
		return idempotency.Answer{}, err
	}
	if id, ok := dialect.ParseUUID(filter.Search); ok {
		filter.Search = id.String()
	}
	if customer != "" {
		id, ok := dialect.ParseUUID(customer)
		if !ok {
			return idempotency.Answer{}, fault.NotFoundError()
		}
		filter.CustomerID = id.String()
	}
	found, err := f.service.Straddle.Paykeys(x, x.Caller, filter, rules.PaykeyOrder{ByBank: sortBy == "institution_name", Descending: !q.order.Ascending})
	if err != nil {
		return idempotency.Answer{}, err
	}
	list := []paykeySummary{}
	for _, one := range found {
		shown := paykeySummaryOf(one)
		if !blocked && (len(sources) == 0 || slices.Contains(sources, sourceBank)) && (len(statuses) == 0 || slices.Contains(statuses, shown.Status)) {
			list = append(list, shown)
		}
	}
	from := min((q.number-1)*q.size, len(list))
	page := list[from:min(from+q.size, len(list))]
	if sortBy == "" {
		sortBy = "created_at"
	}
	return f.page(x, q, page, int64(len(list)), sortBy), nil
}
