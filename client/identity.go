package client

import (
	"context"
	"net/http"
	"time"
)

// IdentityService reads and decides the reviews of customers' identities.
type IdentityService struct{ c *Client }

// Get returns the state of the review, what it is waiting for, and what was found.
func (s *IdentityService) Get(ctx context.Context, customer string, options ...CallOption) (*Identity, error) {
	return call[Identity](ctx, s.c, http.MethodGet, path("customers", customer, "identity"), nil, options)
}

// Decide decides a review by hand, only from above and with the scope identity:decide. It
// returns [ErrIdentityNotDecidable] for one that waits for nobody.
func (s *IdentityService) Decide(ctx context.Context, customer string, input DecisionInput, options ...CallOption) (*Identity, error) {
	return call[Identity](ctx, s.c, http.MethodPatch, path("customers", customer, "identity"), input, options)
}

// Refresh runs the review with what is on record now.
func (s *IdentityService) Refresh(ctx context.Context, customer string, options ...CallOption) (*Identity, error) {
	return call[Identity](ctx, s.c, http.MethodPost, path("customers", customer, "identity", "refresh"), nil, options)
}

// Retry sends all identity data again, once, for a review that is in retry.
func (s *IdentityService) Retry(ctx context.Context, customer string, input RetryInput, options ...CallOption) (*Identity, error) {
	return call[Identity](ctx, s.c, http.MethodPost, path("customers", customer, "identity", "retry"), input, options)
}

// StartQuestions starts the questions of a review that is in kba, or returns those that were
// started.
func (s *IdentityService) StartQuestions(ctx context.Context, customer string, options ...CallOption) (*Questionnaire, error) {
	return call[Questionnaire](ctx, s.c, http.MethodPost, path("customers", customer, "identity", "kba"), nil, options)
}

// Questions returns the questions, and [ErrNotFound] before they are started and after they
// are answered.
func (s *IdentityService) Questions(ctx context.Context, customer string, options ...CallOption) (*Questionnaire, error) {
	return call[Questionnaire](ctx, s.c, http.MethodGet, path("customers", customer, "identity", "kba"), nil, options)
}

// AnswerQuestions answers all questions, which is possible once. Three right answers verify
// the customer.
func (s *IdentityService) AnswerQuestions(ctx context.Context, customer string, input AnswersInput, options ...CallOption) (*Identity, error) {
	return call[Identity](ctx, s.c, http.MethodPost, path("customers", customer, "identity", "kba", "answers"), input, options)
}

// SendVerdict sends the late answer of an identity service. The service knows it by its
// signature, so the headers of Standard Webhooks must be given by [Header]. It takes no
// Idempotency-Key; sending it again changes nothing.
func (s *IdentityService) SendVerdict(ctx context.Context, input VerdictInput, options ...CallOption) (*ReceivedVerdict, error) {
	return call[ReceivedVerdict](ctx, s.c, http.MethodPost, path("identity", "verdicts"), input, options)
}

// IdentityStatus is the state of an identity review. none: never reviewed, or some of what was
// reviewed is gone. pending: the provider has not answered yet. review: a person must decide.
// retry: the customer must correct its data. document: the customer must send a document. kba:
// the customer must answer questions. May grow.
type IdentityStatus string

// The values of IdentityStatus.
const (
	IdentityNone     IdentityStatus = "none"
	IdentityPending  IdentityStatus = "pending"
	IdentityReview   IdentityStatus = "review"
	IdentityRetry    IdentityStatus = "retry"
	IdentityDocument IdentityStatus = "document"
	IdentityKba      IdentityStatus = "kba"
	IdentityVerified IdentityStatus = "verified"
	IdentityRejected IdentityStatus = "rejected"
)

// Identity is the review of a customer's identity.
type Identity struct {
	Object   string         `json:"object"`
	Status   IdentityStatus `json:"status"`
	ReviewID string         `json:"reviewId,omitzero"`
	Provider string         `json:"provider,omitzero"`
	Reason   string         `json:"reason,omitzero"`
	// What each code of the provider means.
	Messages map[string]string `json:"messages,omitzero"`
	// Why the latest review ran. May grow. One of create, update, refresh and retry.
	Trigger string `json:"trigger,omitzero"`
	// How reviews of this customer run, where it was chosen. One of inline, background and
	// skip.
	Processing string          `json:"processing,omitzero"`
	Report     *IdentityReport `json:"report,omitzero"`
	// When the provider is asked about a pending review.
	NextAttempt time.Time `json:"nextAttempt,omitzero"`
	// The newest 20, oldest first. At most 20.
	Decisions []Decision `json:"decisions"`
	Started   time.Time  `json:"started,omitzero"`
	Updated   time.Time  `json:"updated,omitzero"`
}

// Decision is one decision of a review.
type Decision struct {
	ReviewID string         `json:"reviewId,omitzero"`
	Status   IdentityStatus `json:"status"`
	At       time.Time      `json:"at"`
	Provider string         `json:"provider,omitzero"`
	// The id of a customer, or operator or platform for one that is above you: nobody learns
	// ids from above.
	ActorID string `json:"actorId,omitzero"`
	// The person who decided, by the name of the user or as the caller named the person.
	DecidedBy string `json:"decidedBy,omitzero"`
	Reason    string `json:"reason,omitzero"`
}

// DecisionInput is the decision of a person.
type DecisionInput struct {
	// One of verified and rejected.
	Status string `json:"status"`
	// Kept in the audit trail. Required in live mode. 1 to 512 characters.
	Reason Optional[string] `json:"reason,omitzero"`
	// The person who decided. Required in live mode, unless a user signed in, who is that
	// person. 1 to 128 characters.
	DecidedBy Optional[string] `json:"decidedBy,omitzero"`
}

// RetryInput holds all that the type of the customer requires.
type RetryInput struct {
	// At most 128 characters.
	Email   string        `json:"email,omitzero"`
	Contact *RetryContact `json:"contact,omitzero"`
	// In the US; no post office box.
	Address     *RetryAddress     `json:"address,omitzero"`
	LegalEntity *RetryLegalEntity `json:"legalEntity,omitzero"`
	// One of soleProprietorship, llc, corporation and partnership.
	BusinessType string `json:"businessType,omitzero"`
	// At most 64 characters.
	BusinessClassification string `json:"businessClassification,omitzero"`
	// With a Social Security number or a passport.
	Controller *RetryController `json:"controller,omitzero"`
}

// RetryContact is the contact of an identity that is sent again.
type RetryContact struct {
	// At most 50 characters.
	FirstName string `json:"firstName,omitzero"`
	// At most 50 characters.
	LastName string `json:"lastName,omitzero"`
	Phone    string `json:"phone,omitzero"`
	// YYYY-MM-DD; an age of 18 to 125 years.
	DateOfBirth string `json:"dateOfBirth,omitzero"`
}

// RetryAddress is the address of an identity that is sent again.
type RetryAddress struct {
	// At most 50 characters.
	Street1 string `json:"street1,omitzero"`
	// At most 50 characters.
	Street2 string `json:"street2,omitzero"`
	// At most 50 characters.
	City       string `json:"city,omitzero"`
	State      string `json:"state,omitzero"`
	PostalCode string `json:"postalCode,omitzero"`
}

// RetryLegalEntity is the legal entity of an identity that is sent again.
type RetryLegalEntity struct {
	// Nine digits.
	PersonalTaxID Secret `json:"personalTaxId,omitzero"`
	// Nine digits.
	BusinessTaxID Secret `json:"businessTaxId,omitzero"`
	// At most 255 characters.
	BusinessName string `json:"businessName,omitzero"`
}

// RetryController is the controller of a business that is sent again.
type RetryController struct {
	// At most 100 characters.
	Title string `json:"title,omitzero"`
	// At most 50 characters.
	FirstName string `json:"firstName,omitzero"`
	// At most 50 characters.
	LastName    string `json:"lastName,omitzero"`
	DateOfBirth string `json:"dateOfBirth,omitzero"`
	// Nine digits.
	PersonalTaxID Secret                  `json:"personalTaxId,omitzero"`
	Passport      *RetryPassport          `json:"passport,omitzero"`
	Address       *RetryControllerAddress `json:"address,omitzero"`
}

// RetryPassport is the passport of a controller that is sent again.
type RetryPassport struct {
	// At most 255 characters.
	Number Secret `json:"number,omitzero"`
	// Two letters.
	Country string `json:"country,omitzero"`
}

// RetryControllerAddress is the address of a controller that is sent again.
type RetryControllerAddress struct {
	Street1    string `json:"street1,omitzero"`
	Street2    string `json:"street2,omitzero"`
	Street3    string `json:"street3,omitzero"`
	City       string `json:"city,omitzero"`
	State      string `json:"state,omitzero"`
	PostalCode string `json:"postalCode,omitzero"`
	// Two letters.
	Country string `json:"country,omitzero"`
}

// Questionnaire holds questions that only the customer can answer.
type Questionnaire struct {
	Object  string    `json:"object"`
	Created time.Time `json:"created"`
	// At most 10.
	Questions []Question `json:"questions"`
}

// Question is one question with the answers to choose from.
type Question struct {
	ID      string           `json:"id"`
	Text    string           `json:"text"`
	Answers []QuestionAnswer `json:"answers"`
}

// QuestionAnswer is one answer to choose.
type QuestionAnswer struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// AnswersInput holds the answers to all questions.
type AnswersInput struct {
	// One for each question.
	Answers []Answer `json:"answers"`
}

// Answer is the answer that was chosen for one question.
type Answer struct {
	QuestionID string `json:"questionId"`
	AnswerID   string `json:"answerId"`
}

// Enrolment holds what only enrolled businesses have.
type Enrolment struct {
	// One of soleProprietorship, llc, corporation and partnership.
	BusinessType string `json:"businessType,omitzero"`
	// The id of an industry.
	BusinessClassification string `json:"businessClassification,omitzero"`
	// The person who manages the business.
	Controller *Controller `json:"controller,omitzero"`
}

// Controller is the person who controls an enrolled business.
type Controller struct {
	Title     string `json:"title,omitzero"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	// In unmasked answers only.
	DateOfBirth string `json:"dateOfBirth,omitzero"`
	// In unmasked answers only.
	PersonalTaxID      Secret `json:"personalTaxId,omitzero"`
	Last4PersonalTaxID string `json:"last4PersonalTaxId,omitzero"`
	// In unmasked answers only.
	Passport *ControllerPassport `json:"passport,omitzero"`
	Address  *ControllerAddress  `json:"address,omitzero"`
}

// ControllerPassport is the passport of a controller.
type ControllerPassport struct {
	Number  Secret `json:"number"`
	Last4   string `json:"last4"`
	Country string `json:"country"`
}

// ControllerAddress is the address of a controller.
type ControllerAddress struct {
	Street1 string `json:"street1"`
	Street2 string `json:"street2,omitzero"`
	Street3 string `json:"street3,omitzero"`
	City    string `json:"city"`
	// The state, province or region.
	State      string `json:"state"`
	PostalCode string `json:"postalCode,omitzero"`
	// ISO 3166-1 alpha-2.
	Country string `json:"country"`
}
