package classification

import (
	"slices"
	"strings"
)

// Group is a branch of business.
type Group struct {
	ID, Name   string // the id is a UUID in lower case
	Industries []Industry
}

// Industry is what a business does; enrolment asks for the id of one.
type Industry struct {
	ID, Name string
	// MerchantCategoryCode has four digits (ISO 18245).
	MerchantCategoryCode string
}

// Groups returns all groups. The caller must not change what is in them.
func Groups() []Group { return slices.Clone(groups) }

// Find returns the group with that id, in either case.
func Find(id string) (Group, bool) {
	for _, group := range groups {
		if strings.EqualFold(group.ID, id) {
			return group, true
		}
	}
	return Group{}, false
}

// IndustryOf returns the industry with that id, in either case, and its group.
func IndustryOf(id string) (Industry, Group, bool) {
	for _, group := range groups {
		for _, industry := range group.Industries {
			if strings.EqualFold(industry.ID, id) {
				return industry, group, true
			}
		}
	}
	return Industry{}, Group{}, false
}
