package onboarding

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tenantry/customers"
	"tenantry/customers/links"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/settings"
	"tenantry/tenancy"
)

// The events of links.
const (
	EventCreated       = "onboarding.link_created"
	EventEnded         = "onboarding.link_ended"
	EventOpened        = "onboarding.opened"
	EventStepCompleted = "onboarding.step_completed"
	EventCompleted     = "onboarding.completed"
)

// Limits of links.
const (
	// MaxOpen is how many links of one customer may be in force at once.
	MaxOpen = 20
	// maxKept is how many that are over are kept for the record.
	maxKept     = 20
	minLife     = time.Minute
	defaultLife = 24 * time.Hour
	maxLife     = 30 * 24 * time.Hour
	maxURL      = 2048
)

// LinkInput asks for a link.
type LinkInput struct {
	// ReturnURL is where the pages lead back to; RefreshURL is where the link leads once it
	// opens nothing any more. Both are optional.
	ReturnURL  patch.Field[string] `json:"returnUrl"`
	RefreshURL patch.Field[string] `json:"refreshUrl"`
	// ExpiresInSeconds is 60 to 2592000 (30 days); a day by default.
	ExpiresInSeconds patch.Field[int] `json:"expiresInSeconds"`
	// Collect is due (the default) or eventually.
	Collect patch.Field[string] `json:"collect"`
	// Locale is en or es; by default the pages speak as the browser asks.
	Locale patch.Field[string] `json:"locale"`
	// Attempt, when not zero, is the idempotent attempt that asks.
	Attempt tenancy.ID `json:"-"`
}

// Minted is a new link, with its token, which is shown once.
type Minted struct {
	Link     LinkView
	Customer *customers.Customer
	Token    secret.Text
}

// LinkView shows a link, never its token.
type LinkView struct {
	ID         string        `json:"id"`
	Object     string        `json:"object"` // onboardingLink
	CustomerID string        `json:"customerId"`
	Status     string        `json:"status"` // open, opened, completed, ended, expired
	Collect    links.Collect `json:"collect"`
	Locale     string        `json:"locale,omitempty"`
	ReturnURL  string        `json:"returnUrl,omitempty"`
	RefreshURL string        `json:"refreshUrl,omitempty"`
	// CreatedBy is the credential that minted it, with which it ends.
	CreatedBy string      `json:"createdBy,omitempty"`
	Created   view.Stamp  `json:"created"`
	Expires   view.Stamp  `json:"expires"`
	Opened    *view.Stamp `json:"opened,omitempty"`
	Completed *view.Stamp `json:"completed,omitempty"`
	Ended     *view.Stamp `json:"ended,omitempty"`
}

// aboutLink is what events tell of a link.
type aboutLink struct {
	ID      string        `json:"id"`
	Collect links.Collect `json:"collect"`
	Expires time.Time     `json:"expires"`
	// Step is the step that was completed, in its event.
	Step string `json:"step,omitempty"`
}

func about(d *registry.Draft, l *links.Link, step string) {
	registry.About(d, "onboardingLink", aboutLink{ID: l.ID.String(), Collect: l.Collect, Expires: l.Expires, Step: step})
}

// MintLink mints a link for a customer, whose token is shown once. It ends no later than
// the credential that mints it. It returns NotFound, Forbidden (scope, also while the
// customer or one above it is switched off), Invalid, and Conflict
// maximumNumberOfResources. A link that an earlier try of the same attempt minted was never
// shown and is ended.
func (s *Service) MintLink(ctx context.Context, caller tenancy.Caller, customerID string, in LinkInput) (Minted, error) {
	need := tenancy.Need{Scope: Scopes}
	c, err := s.registry.Read(ctx, caller, customerID, need)
	if err != nil {
		return Minted{}, err
	}
	look, err := s.look(ctx, c)
	if err != nil {
		return Minted{}, err
	}
	var minted Minted
	at := registry.At{Customer: c, Need: need, Replays: true}
	return registry.ChangeTo(ctx, s.registry, caller, at, EventCreated, func(d *registry.Draft) error {
		if err := d.Active(); err != nil {
			return err
		}
		link := in.link(d, look)
		if err := d.Err(); err != nil {
			return err
		}
		if !in.Attempt.IsZero() {
			for i := range d.Customer.Links {
				if earlier := &d.Customer.Links[i]; earlier.Attempt == in.Attempt && earlier.Ended == nil {
					earlier.Ended = new(d.Now)
				}
			}
		}
		if err := roomForLink(d); err != nil {
			return err
		}
		var err error
		if minted.Token, link.Digest, err = s.signer.IssueLink(keys.Link{Customer: d.Customer.Ref(), ID: link.ID}, s.random); err != nil {
			return fmt.Errorf("minting an onboarding link: %w", err)
		}
		d.Customer.Links = append(d.Customer.Links, link)
		about(d, &link, "")
		minted.Link = shown(d.Customer, &link, d.Now)
		return nil
	}, func(c *customers.Customer) (Minted, error) {
		minted.Customer = c
		return minted, nil
	})
}

// link returns the link that is asked for, and adds the faults of the request.
func (in LinkInput) link(d *registry.Draft, look settings.Look) links.Link {
	by := d.Caller.Credential
	link := links.Link{
		ID: d.NewID(), Collect: links.Due, Created: d.Now, Attempt: in.Attempt,
		Minter: d.Caller.Actor.Ref(), Credential: by.ID, CreatedBy: by.Maker, CreatedByUser: by.IsUser(),
	}
	switch collect := links.Collect(in.Collect.Value); {
	case !in.Collect.Given():
	case collect == links.Due, collect == links.Eventually:
		link.Collect = collect
	default:
		d.Faults.AddValue("collect", fault.BadValue, in.Collect.Value, "must be due or eventually")
	}
	switch in.Locale.Value {
	case "", "en", "es":
		link.Locale = in.Locale.Value
	default:
		d.Faults.AddValue("locale", fault.BadValue, in.Locale.Value, "must be en or es; leave it out to follow the browser")
	}
	link.ReturnURL = leadsTo(d, in.ReturnURL, "returnUrl", look.ReturnHosts)
	link.RefreshURL = leadsTo(d, in.RefreshURL, "refreshUrl", look.ReturnHosts)
	link.Expires = in.expires(d)
	return link
}

// expires returns when the link ends: no later than the credential that mints it.
func (in LinkInput) expires(d *registry.Draft) time.Time {
	life := defaultLife
	if in.ExpiresInSeconds.Given() {
		// Compared as a count of seconds: a Duration would overflow.
		seconds := in.ExpiresInSeconds.Value
		if seconds < int(minLife/time.Second) || seconds > int(maxLife/time.Second) {
			d.Faults.AddValue("expiresInSeconds", fault.BadValue, strconv.Itoa(seconds), "must be 60 to 2592000 (30 days)")
			return d.Now
		}
		life = time.Duration(seconds) * time.Second
	}
	expires := d.Now.Add(life)
	if ends := d.Caller.Credential.Ends; ends != nil && expires.After(*ends) {
		if in.ExpiresInSeconds.Given() {
			d.Faults.AddValue("expiresInSeconds", fault.BadValue, strconv.Itoa(in.ExpiresInSeconds.Value),
				fmt.Sprintf("the credential that mints the link ends in %d seconds, and the link with it", int(ends.Sub(d.Now)/time.Second)))
		}
		expires = ends.UTC().Truncate(time.Millisecond)
	}
	return expires
}

// leadsTo returns an address that the pages may lead to: in live mode https, at one of the
// hosts that the platform named.
func leadsTo(d *registry.Draft, field patch.Field[string], path string, hosts []string) string {
	if !field.Given() {
		return ""
	}
	text := field.Value
	if len(text) > maxURL {
		d.Faults.Add(path, fault.TooLong, "at most 2048 characters")
		return ""
	}
	target, err := check.ParseTarget(text)
	if err != nil {
		d.Faults.AddValue(path, fault.BadValue, text, err.Error())
		return ""
	}
	if d.Mode() == keys.Live {
		switch {
		case target.URL.Scheme != "https":
			d.Faults.AddValue(path, fault.BadValue, text, "must be an https URL")
		case !slices.Contains(hosts, settings.HostOf(target)):
			d.Faults.AddValue(path, fault.BadValue, text,
				"its host must be among settings.onboarding.returnHosts of the platform above the customer; add "+settings.HostOf(target)+" there first")
		}
	}
	return target.URL.String()
}

// roomForLink drops links that are over, the oldest first, and refuses one too many.
func roomForLink(d *registry.Draft) error {
	open, over := 0, 0
	for i := range d.Customer.Links {
		if inForce(&d.Customer.Links[i], d.Now) {
			open++
		} else {
			over++
		}
	}
	if open >= MaxOpen {
		return fault.New(fault.Conflict, fault.CodeTooManyResources,
			fmt.Sprintf("at most %d links of a customer are in force at once; end one first", MaxOpen))
	}
	d.Customer.Links = slices.DeleteFunc(d.Customer.Links, func(l links.Link) bool {
		if over < maxKept || inForce(&l, d.Now) {
			return false
		}
		over--
		return true
	})
	return nil
}

// linkOf returns the link of that id, or nil.
func linkOf(c *customers.Customer, id tenancy.ID) *links.Link {
	at := slices.IndexFunc(c.Links, func(l links.Link) bool { return l.ID == id })
	if at < 0 {
		return nil
	}
	return &c.Links[at]
}

func inForce(l *links.Link, now time.Time) bool {
	state := l.State(now)
	return state == links.StateOpen || state == links.StateOpened
}

// Links lists the links of a customer, oldest first; the last ones that are over are kept
// for the record. It returns NotFound and Forbidden insufficientScope.
func (s *Service) Links(ctx context.Context, caller tenancy.Caller, customerID string) ([]LinkView, error) {
	c, err := s.registry.Read(ctx, caller, customerID, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return nil, err
	}
	list := make([]LinkView, 0, len(c.Links))
	for i := range c.Links {
		view := shown(c, &c.Links[i], s.registry.Now())
		if inForce(&c.Links[i], s.registry.Now()) && s.stands(ctx, c, &c.Links[i]) != nil {
			view.Status = links.StateEnded // with its credential
		}
		list = append(list, view)
	}
	return list, nil
}

// EndLink ends a link, and the session of the browser that opened it. Ending it again
// changes nothing. It returns NotFound and Forbidden insufficientScope.
func (s *Service) EndLink(ctx context.Context, caller tenancy.Caller, customerID, linkID string) (LinkView, error) {
	id, err := tenancy.ParseID(linkID)
	if err != nil {
		id = tenancy.ID{}
	}
	at := registry.At{ID: customerID, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
	return registry.ChangeTo(ctx, s.registry, caller, at, EventEnded, func(d *registry.Draft) error {
		link := linkOf(d.Customer, id)
		if link == nil {
			return fault.NotFoundError()
		}
		if inForce(link, d.Now) {
			link.Ended = new(d.Now)
			about(d, link, "")
		}
		return nil
	}, func(c *customers.Customer) (LinkView, error) {
		link := linkOf(c, id)
		if link == nil {
			return LinkView{}, nil
		}
		return shown(c, link, s.registry.Now()), nil
	})
}

func shown(c *customers.Customer, l *links.Link, now time.Time) LinkView {
	return LinkView{
		ID: l.ID.String(), Object: "onboardingLink", CustomerID: c.ID.String(), Status: l.State(now), Collect: l.Collect, Locale: l.Locale,
		ReturnURL: l.ReturnURL, RefreshURL: l.RefreshURL, CreatedBy: l.Credential, Created: view.Stamp(l.Created), Expires: view.Stamp(l.Expires),
		Opened: view.StampOf(l.Opened), Completed: view.StampOf(l.Completed), Ended: view.StampOf(l.Ended),
	}
}

// look returns what pages show in the name of those above a customer: each member as the
// nearest of them set it.
func (s *Service) look(ctx context.Context, c *customers.Customer) (look settings.Look, err error) {
	above, name := slices.Clone(c.Path), ""
	slices.Reverse(above)
	if len(above) == 0 { // the operator itself
		look = look.Under(c.Settings)
		look.Name = cmp.Or(look.Name, c.Name)
		return look, nil
	}
	for i, id := range above {
		platform, err := s.above(ctx, c, id, i == len(above)-1)
		if err != nil {
			return look, err
		}
		look = look.Under(platform.Settings)
		name = cmp.Or(name, platform.Name)
	}
	look.Name = cmp.Or(look.Name, name)
	return look, nil
}
