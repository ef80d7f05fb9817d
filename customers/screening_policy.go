package customers

import "reflect"

// screeningPolicy reviews people and businesses whatever their plan: on creation, when
// what was reviewed changes, and when an inactive one comes back. A business that gave
// no profile has nothing to review. Devices and free data are not reviewed.
type screeningPolicy struct{}

func (screeningPolicy) Applies(c *Customer) bool { return c.Status == StatusActive }

func (screeningPolicy) Lacking(c *Customer) string {
	if c.Kind == KindBusiness && !c.HasProfile() && !c.forced() {
		return "there is no business profile to review"
	}
	return ""
}

func (screeningPolicy) Same(before, after *Customer) bool { return sameScreened(before, after) }

func (screeningPolicy) Describe(*Customer, *IdentitySubject, Opener) {}

// sameScreened tells whether a review would see the same in both. Devices and free
// data are not reviewed.
func sameScreened(a, b *Customer) bool {
	return a.Name == b.Name && Fold(a.Email) == Fold(b.Email) && a.Contact == b.Contact && a.Address == b.Address &&
		websiteOf(a) == websiteOf(b) && reflect.DeepEqual(a.LegalEntity, b.LegalEntity)
}

func websiteOf(c *Customer) string {
	if c.Merchant == nil {
		return ""
	}
	return c.Merchant.BusinessURL
}
