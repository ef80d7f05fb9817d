package balanced

import (
	"net/http"
	"strconv"

	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced/rules"
	"tenantry/internal/fault"
)

// verificationType is what answers call the verification of a bank account.
const verificationType = "bank_account_authentication"

// startVerification serves the deposits that prove a bank account.
func (f *Handler) startVerification(x *dialect.Request) (idempotency.Answer, error) {
	if err := f.ownMarketplace(x); err != nil {
		return idempotency.Answer{}, err
	}
	started, err := f.service.Balanced.StartVerification(x, x.Caller, whose(x), bankID(x))
	if err != nil {
		return idempotency.Answer{}, err
	}
	return f.answerVerification(x, http.StatusCreated, started)
}

// listVerifications serves the page of the newest verification, which ended the others.
func (f *Handler) listVerifications(x *dialect.Request) (idempotency.Answer, error) {
	q, err := readQuery(x, nil)
	if err != nil {
		return idempotency.Answer{}, err
	}
	found, err := f.findInstrument(x, banks)
	if err != nil {
		return idempotency.Answer{}, err
	}
	account, err := f.service.Balanced.Account(found)
	if err != nil {
		return idempotency.Answer{}, err
	}
	all := []object{}
	if account.Verification != nil {
		all = append(all, showVerification(x, *account.Verification))
	}
	return answer(http.StatusOK, q.page(verificationsURI(x), int64(len(all)), slice(q, all)))
}

func (f *Handler) getVerification(x *dialect.Request) (idempotency.Answer, error) {
	found, err := f.findInstrument(x, banks)
	if err != nil {
		return idempotency.Answer{}, err
	}
	account, err := f.service.Balanced.Account(found)
	if err == nil && (account.Verification == nil || account.Verification.ID.String() != verificationID(x)) {
		err = fault.NotFoundError()
	}
	if err != nil {
		return idempotency.Answer{}, err
	}
	return answer(http.StatusOK, showVerification(x, *account.Verification))
}

// confirmVerification serves the two amounts that arrived.
func (f *Handler) confirmVerification(x *dialect.Request) (idempotency.Answer, error) {
	if err := f.ownMarketplace(x); err != nil {
		return idempotency.Answer{}, err
	}
	members, err := readBody(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	var faults fault.List
	given := fields{members: members, faults: &faults, nullIsAbsent: true}
	a, b := given.cents("amount_1"), given.cents("amount_2")
	if err := faults.Err(); err != nil {
		return idempotency.Answer{}, err
	}
	confirmed, err := f.service.Balanced.ConfirmVerification(x, x.Caller, whose(x), bankID(x), verificationID(x), a, b)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return f.answerVerification(x, http.StatusOK, confirmed)
}

// cents reads a required whole number.
func (f fields) cents(name string) int {
	before := f.faults.Len()
	field := f.number(name)
	if !field.Given() && f.faults.Len() == before {
		f.faults.Add(name, fault.Missing, "is required")
	}
	amount, _ := strconv.Atoi(string(field.Value)) // the form was checked
	return amount
}

func (f *Handler) answerVerification(x *dialect.Request, status int, i rules.Instrument) (idempotency.Answer, error) {
	account, err := f.service.Balanced.Account(i)
	if err == nil && account.Verification == nil { // removed at the same time
		err = fault.NotFoundError()
	}
	if err != nil {
		return idempotency.Answer{}, err
	}
	return answer(status, showVerification(x, *account.Verification))
}

// showVerification writes a verification, below the address at which it was asked for.
func showVerification(x *dialect.Request, v rules.Verification) object {
	id := dialect.Prefixed(prefixProof, v.ID)
	return object{
		"_type": verificationType, "_uris": object{}, "id": id, "uri": verificationsURI(x) + "/" + id,
		"attempts": v.Attempts, "remaining_attempts": v.Remaining, "state": v.State,
	}
}

func verificationsURI(x *dialect.Request) string {
	above := root
	if x.Parameter("mp") != "" {
		above = root + "/marketplaces/" + x.Parameter("mp")
	} else if x.Parameter("id") != "" {
		above = root + "/customers/" + x.Parameter("id")
	}
	return above + "/bank_accounts/" + x.Parameter("instrument") + "/verifications"
}

func bankID(x *dialect.Request) string {
	return dialect.Unprefixed(prefixBank, x.Parameter("instrument"))
}

func verificationID(x *dialect.Request) string {
	return dialect.Unprefixed(prefixProof, x.Parameter("verification"))
}
