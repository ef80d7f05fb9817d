// Package balanced speaks the customers part of the Balanced Payments API, version 1,
// under /v1: customers, their cards and bank accounts, the marketplace, the sign-up of
// a test key, and pages of what happened to a customer. Clients that were written for
// it work unchanged, base URL aside.
//
// It translates and decides nothing: it refuses what package rules refuses, and what cannot
// be read. Where the words of the vendor and ours differ:
//
//	Balanced                       here
//	marketplace                    the customer whose key signs
//	card, bank account             customers.Card, customers.Bank
//	source, destination            Customer.Source, Customer.Destination
//	business_name, ein             legalEntity.businessName, legalEntity.businessTaxId
//	ssn_last4                      legalEntity.personalTaxId
//	dob, phone, facebook, twitter  contact
//	is_identity_verified           the identity review is verified
//	credits, debits, holds, …      customers.Activity
//
// An id is a prefix that tells the kind (CU, CC, BA, …) and our 24 digits.
package balanced
