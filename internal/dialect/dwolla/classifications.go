package dwolla

import (
	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/dwolla/classification"
	"tenantry/internal/fault"
)

type shownGroup struct {
	Links    links  `json:"_links"`
	ID       string `json:"id"`
	Name     string `json:"name"`
	Embedded object `json:"_embedded"`
}

type shownIndustry struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func showGroup(base string, g classification.Group) shownGroup {
	industries := make([]shownIndustry, 0, len(g.Industries))
	for _, industry := range g.Industries {
		industries = append(industries, shownIndustry{ID: industry.ID, Name: industry.Name})
	}
	return shownGroup{
		Links: links{"self": to(base+"/business-classifications/"+g.ID, "business-classification")}, ID: g.ID, Name: g.Name,
		Embedded: object{"industry-classifications": industries},
	}
}

func (f *Handler) listClassifications(x *dialect.Request) (idempotency.Answer, error) {
	base, groups := f.base(x.Request), classification.Groups()
	items := make([]shownGroup, 0, len(groups))
	for _, g := range groups {
		items = append(items, showGroup(base, g))
	}
	return show(object{
		"_links":    links{"self": to(base+"/business-classifications", "business-classification")},
		"_embedded": object{"business-classifications": items}, "total": len(items),
	})
}

func (f *Handler) getClassification(x *dialect.Request) (idempotency.Answer, error) {
	group, known := classification.Find(x.Parameter("id"))
	if !known {
		return idempotency.Answer{}, fault.NotFoundError()
	}
	return show(showGroup(f.base(x.Request), group))
}
