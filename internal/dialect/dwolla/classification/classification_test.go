package classification_test

import (
	"regexp"
	"strings"
	"testing"

	"tenantry/internal/dialect/dwolla/classification"
)

var (
	uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	codeForm = regexp.MustCompile(`^[0-9]{4}$`)
)

// Every entry has a UUID of its own, a name, and a category code, and is found by its id
// in either case, as what it is and as nothing else.
func TestEveryEntryIsFoundByItsOwnID(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	once := func(id, name string) {
		if !uuidForm.MatchString(id) || seen[id] || name == "" {
			t.Errorf("%q named %q: no UUID, used twice, or without a name", id, name)
		}
		seen[id] = true
	}
	for _, group := range classification.Groups() {
		once(group.ID, group.Name)
		if found, ok := classification.Find(strings.ToUpper(group.ID)); !ok || found.Name != group.Name {
			t.Errorf("%s finds %v", group.ID, found)
		}
		if _, _, ok := classification.IndustryOf(group.ID); ok {
			t.Errorf("the group %s is taken for an industry", group.Name)
		}
		if len(group.Industries) < 3 {
			t.Errorf("%s has %d industries", group.Name, len(group.Industries))
		}
		for _, industry := range group.Industries {
			once(industry.ID, industry.Name)
			if !codeForm.MatchString(industry.MerchantCategoryCode) {
				t.Errorf("%s has the category code %q", industry.Name, industry.MerchantCategoryCode)
			}
			if found, of, ok := classification.IndustryOf(strings.ToUpper(industry.ID)); !ok || found != industry || of.ID != group.ID {
				t.Errorf("%s finds %v of %v", industry.ID, found, of.Name)
			}
			if _, ok := classification.Find(industry.ID); ok {
				t.Errorf("the industry %s is taken for a group", industry.Name)
			}
		}
	}
}

// An unlisted id is not found.
func TestUnknownIDsAreNotFound(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "c1a551f1", "9ed3f670-7d6f-11e3-b1ce-5404a6144203"} {
		t.Run(id, func(t *testing.T) {
			if _, ok := classification.Find(id); ok {
				t.Errorf("%q is a group", id)
			}
			if _, _, ok := classification.IndustryOf(id); ok {
				t.Errorf("%q is an industry", id)
			}
		})
	}
}
