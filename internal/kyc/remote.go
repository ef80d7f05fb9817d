package kyc

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"tenantry/customers/identity"
	"tenantry/customers/reviews"
	"tenantry/internal/secret"
	"tenantry/internal/trace"
	"tenantry/tenancy"
)

const (
	// maxAnswer is the most bytes of an answer that are read.
	maxAnswer = 256 << 10
	// secretPrefix leads the text of a signing secret.
	secretPrefix = "whsec_"
	minSecret    = 16
	// connectTimeout bounds the making of a connection, beside the timeout of the question.
	connectTimeout = 10 * time.Second
)

// RemoteOptions are what a Remote is made of.
type RemoteOptions struct {
	// URL is asked with POST.
	URL string
	// Secret signs what is sent, and what is told later: whsec_ and base64 of at
	// least 16 bytes.
	Secret secret.Text
	// Timeout bounds one question.
	Timeout time.Duration
	// Failures in a row open the circuit: for Pause nothing is asked. A caller that
	// leaves before the answer is no failure.
	Failures int
	Pause    time.Duration
	// Client sends; default one of its own.
	Client *http.Client
	// Now dates signatures, and shows the age of those on late answers.
	Now func() time.Time
}

// Remote asks a service of the operator's own. The question is a POST signed in the
// Standard Webhooks form; the answer comes at once, or later to the callback route.
// It tries once per question: the service asks again.
type Remote struct {
	options RemoteOptions
	key     []byte
	breaker *breaker
	figures figures
}

var _ identity.RemoteProvider = (*Remote)(nil)

// NewRemote checks the options.
func NewRemote(o RemoteOptions) (*Remote, error) {
	key, err := ParseSecret(o.Secret)
	if err != nil {
		return nil, err
	}
	if o.Client == nil {
		o.Client = newClient()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	made := &Remote{options: o, key: key, breaker: newBreaker(o)}
	made.figures = newFigures(made.breaker)
	return made, nil
}

// newClient returns the client that asks. It uses no proxy, whatever the environment names,
// and follows no redirect: either would carry the signed question to somebody else.
func newClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext: (&net.Dialer{Timeout: connectTimeout}).DialContext, ForceAttemptHTTP2: true, TLSHandshakeTimeout: connectTimeout,
			MaxIdleConns: 64, MaxIdleConnsPerHost: 16, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 16 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ParseSecret reads a signing secret.
func ParseSecret(text secret.Text) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text.Reveal(), secretPrefix))
	if err != nil || !strings.HasPrefix(text.Reveal(), secretPrefix) || len(key) < minSecret {
		return nil, errors.New("the secret must be whsec_ followed by the base64 text of 16 bytes or more")
	}
	return key, nil
}

// Name names the provider.
func (*Remote) Name() string { return "http" }

// Remote marks the provider as one that asks another service.
func (*Remote) Remote() {}

// question is what is sent.
type question struct {
	Customer     string        `json:"customer"` // opaque; to be told with a late answer
	ReviewID     tenancy.ID    `json:"reviewId"`
	Kind         string        `json:"kind,omitempty"`
	Name         string        `json:"name"`
	Email        string        `json:"email"`
	Phone        string        `json:"phone,omitempty"`
	FirstName    string        `json:"firstName,omitempty"`
	LastName     string        `json:"lastName,omitempty"`
	EntityType   string        `json:"entityType,omitempty"`
	BusinessName string        `json:"businessName,omitempty"`
	DateOfBirth  string        `json:"dateOfBirth,omitempty"`
	PersonalTax  string        `json:"personalTaxId,omitempty"`
	BusinessTax  string        `json:"businessTaxId,omitempty"`
	IPAddress    string        `json:"ipAddress,omitempty"`
	Website      string        `json:"website,omitempty"`
	Address      *questionAddr `json:"address,omitempty"`
	questionEnrollment
}

type questionAddr struct {
	Street1    string `json:"street1"`
	Street2    string `json:"street2,omitempty"`
	City       string `json:"city"`
	State      string `json:"state,omitempty"`
	PostalCode string `json:"postalCode,omitempty"`
	Country    string `json:"country"`
}

// answer is what comes back, at once or late.
type answer struct {
	Customer string            `json:"customer"` // late only
	ReviewID tenancy.ID        `json:"reviewId"` // late only
	Status   string            `json:"status"`
	Reason   string            `json:"reason"`
	Messages map[string]string `json:"messages"`
	Report   *reviews.Report   `json:"report"`
}

func (r *Remote) ask(ctx context.Context, subject identity.Subject) (identity.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, r.options.Timeout)
	defer cancel()
	body, err := json.Marshal(questionOf(subject))
	if err != nil {
		return identity.Result{}, fmt.Errorf("writing the question: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.options.URL, bytes.NewReader(body))
	if err != nil {
		return identity.Result{}, fmt.Errorf("making the question: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	trace.Send(ctx, request.Header)
	sign(request.Header, r.key, subject.ReviewID.String(), r.options.Now(), body)
	response, err := r.options.Client.Do(request)
	if err != nil {
		return identity.Result{}, fmt.Errorf("asking: %w", err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return identity.Result{}, fmt.Errorf("reading the answer: %w", err)
	}
	switch {
	case response.StatusCode == http.StatusAccepted:
		return identity.Result{Status: reviews.IdentityPending, Reason: "the identity service will answer later"}, nil
	case response.StatusCode != http.StatusOK:
		return identity.Result{}, fmt.Errorf("it answered with status %d", response.StatusCode)
	case len(content) > maxAnswer:
		return identity.Result{}, errors.New("the answer is too long")
	}
	return readVerdict(content)
}

func readVerdict(content []byte) (identity.Result, error) {
	a, err := readAnswer(content)
	if err != nil {
		return identity.Result{}, err
	}
	return a.verdict(), nil
}

// readAnswer reads an answer, and refuses one with an unknown status.
func readAnswer(content []byte) (answer, error) {
	var a answer
	if err := json.Unmarshal(content, &a); err != nil {
		return a, errors.New("the answer is not the JSON that was expected")
	}
	switch reviews.IdentityStatus(a.Status) {
	case reviews.IdentityPending, reviews.IdentityReview, reviews.IdentityRetry, reviews.IdentityDocument, reviews.IdentityKBA,
		reviews.IdentityVerified, reviews.IdentityRejected:
	case reviews.IdentityNone:
		return a, errors.New("the answer has an unknown status")
	default:
		return a, errors.New("the answer has an unknown status")
	}
	const maxReason = 512
	if len(a.Reason) > maxReason {
		a.Reason = strings.ToValidUTF8(a.Reason[:maxReason], "")
	}
	if a.Report != nil && a.Report.Breakdown == nil {
		a.Report.Breakdown = map[string]reviews.Module{}
	}
	return a, nil
}

func (a answer) verdict() identity.Result {
	reason := a.Reason
	if reason == "" {
		reason = "the identity service gave no reason"
	}
	return identity.Result{Status: reviews.IdentityStatus(a.Status), Reason: reason, Messages: a.Messages, Report: a.Report}
}

func questionOf(s identity.Subject) question {
	q := question{
		Customer: s.Ref.String(), ReviewID: s.ReviewID, Kind: string(s.Kind), Name: s.Name, Email: s.Email, Phone: s.Phone,
		FirstName: s.FirstName, LastName: s.LastName, EntityType: s.EntityType, BusinessName: s.BusinessName,
		DateOfBirth: s.DateOfBirth.Reveal(), PersonalTax: s.PersonalTax.Reveal(), BusinessTax: s.BusinessTax.Reveal(),
		IPAddress: s.IPAddress.Reveal(), Website: s.Website, questionEnrollment: enrollmentOf(s),
	}
	if a := s.Address; a != nil {
		q.Address = &questionAddr{Street1: a.Street1, Street2: a.Street2, City: a.City, State: a.State, PostalCode: a.PostalCode, Country: a.Country}
	}
	return q
}
