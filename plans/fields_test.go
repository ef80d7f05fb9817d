package plans_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/plans"
)

// Each verification and entity type asks for these fields, in this order; a field is
// never listed twice.
func TestRequiredFieldsByVerificationAndEntityType(t *testing.T) {
	t.Parallel()
	head := []string{"legalEntity.entityType", "legalEntity.businessName"}
	tail := []string{
		"legalEntity.businessAddress",
		"legalEntity.personalContact.firstName", "legalEntity.personalContact.lastName",
		"legalEntity.personalContact.email", "legalEntity.personalContact.dateOfBirth",
	}
	trading := []string{
		"legalEntity.businessSalesVolume", "legalEntity.yearsInBusiness",
		"merchant.businessName", "merchant.businessUrl",
		"merchant.statementDescriptor", "merchant.merchantCategoryCode",
	}
	personal, business := []string{"legalEntity.personalTaxId"}, []string{"legalEntity.businessTaxId"}
	rows := []struct {
		verification plans.Verification
		entityType   string
		want         []string
	}{
		{plans.Standard, "ISP", slices.Concat(head, personal, tail)},
		{plans.Standard, "LLC", slices.Concat(head, business, tail)},
		{plans.Standard, "CORP", slices.Concat(head, business, tail)},
		{plans.Standard, "", slices.Concat(head, personal, business, tail)},
		{plans.Standard, "CLUB", slices.Concat(head, personal, business, tail)},
		{plans.Professional, "ISP", slices.Concat(head, personal, tail, trading)},
		{plans.Professional, "LLC", slices.Concat(head, business, tail, personal, trading)},
		{plans.Professional, "CORP", slices.Concat(head, business, tail, personal, trading)},
		{plans.Professional, "", slices.Concat(head, personal, business, tail, trading)},
		{plans.Bank, "LLC", nil},
		{"unheard of", "LLC", nil},
	}
	for _, row := range rows {
		t.Run(fmt.Sprint(row.verification, " ", row.entityType), func(t *testing.T) {
			got := plans.RequiredFields(row.verification, row.entityType)
			if !slices.Equal(row.want, got) {
				t.Errorf("%s, %q (-want +got):\n%s", row.verification, row.entityType, cmp.Diff(row.want, got))
			}
		})
	}
}

// A caller may change the list it was given without changing anyone else's.
func TestRequiredFieldsAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	plans.RequiredFields(plans.Standard, "LLC")[0] = "spoiled"
	if got := plans.RequiredFields(plans.Standard, "LLC")[0]; got != "legalEntity.entityType" {
		t.Errorf("the first field became %q", got)
	}
}
