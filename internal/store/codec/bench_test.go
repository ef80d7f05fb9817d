package codec_test

import (
	"bytes"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/internal/store/codec"
	"tenantry/keys"
	"tenantry/tenancy"
)

// large returns a merchant that takes about 2 KB to store.
func large() *customers.Customer {
	at := time.UnixMilli(1_760_000_000_123).UTC()
	address := func(n byte) *customers.Address {
		return &customers.Address{ID: tenancy.ID{n}, Street1: "41 Grandview Street", City: "Santa Cruz", State: "CA",
			PostalCode: "95060", Country: "USA", Created: at, LastUpdated: at}
	}
	sealed := func(n byte) *customers.Sealed {
		return &customers.Sealed{Box: bytes.Repeat([]byte{n}, 48), Last4: "1234", Fingerprint: "b1946ac92492d2347c6235b4d2611184"}
	}
	return &customers.Customer{
		ID: tenancy.ID{1}, Tenant: tenancy.ID{2}, Parent: tenancy.ID{2}, Path: []tenancy.ID{{3}, {2}}, Version: 4,
		Created: at, LastUpdated: at, Status: customers.StatusActive, PlanKey: "merchant", Name: "Maple Street Bakery",
		Email: "owner@maple-street.example", Description: "Bread and cake", VanityName: "maple", ExternalID: "m-1001",
		Address: address(4), Contact: &customers.Contact{ID: tenancy.ID{5}, FirstName: "Alice", LastName: "Baker",
			Email: "alice@maple-street.example", Phone: "+1 831 555 0100", DateOfBirth: sealed(1), Created: at, LastUpdated: at},
		LegalEntity: &customers.LegalEntity{EntityType: "LLC", BusinessName: "Maple Street Bakery LLC", BusinessTaxID: sealed(2),
			BusinessSalesVolume: "250000", YearsInBusiness: "4", BusinessAddress: address(6), PersonalTaxID: sealed(3), StakePercent: "100"},
		Merchant: &customers.Merchant{BusinessName: "Maple Street", BusinessURL: "https://maple-street.example", SupportEmail: "help@maple-street.example",
			StatementDescriptor: "MAPLE", DefaultCurrency: "USD", MerchantCategoryCode: "5462", BankID: tenancy.ID{7}},
		Banks: []customers.Bank{{ID: tenancy.ID{7}, NameOnAccount: "Maple Street Bakery LLC", AccountHolderType: "company", AccountType: "checking",
			BankName: "First Bank", RoutingNumber: "110000000", AccountNumber: *sealed(8), Currency: "USD", Country: "USA", IsDefault: true,
			Active: true, Verified: true, Created: at, LastUpdated: at}},
		Keys: []keys.Entry{{Number: 1, Mode: "live", SecretHash: bytes.Repeat([]byte{1}, 60), PublishableHash: bytes.Repeat([]byte{2}, 60), Hint: "a1b2", Created: at}},
		Meta: []byte(`{"crm":"88-1","segment":"food"}`), KeyCount: 1, KeyUse: map[string]time.Time{"1": at},
		Identity: reviews.Identity{Status: reviews.IdentityVerified, ReviewID: tenancy.ID{9}, Provider: "sandbox", Started: &at, Updated: &at,
			Decisions: []reviews.Decision{{ReviewID: tenancy.ID{9}, Status: reviews.IdentityVerified, At: at, Provider: "sandbox"}}},
	}
}

func BenchmarkEncode(b *testing.B) {
	c := large()
	b.ReportAllocs()
	for b.Loop() {
		document, err := codec.Encode(c)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(document)))
	}
}

func BenchmarkDecode(b *testing.B) {
	document, err := codec.Encode(large())
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(document)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := codec.Decode(document); err != nil {
			b.Fatal(err)
		}
	}
}
