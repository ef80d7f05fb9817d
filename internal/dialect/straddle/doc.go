// Package straddle is the dialect of Straddle's Customers, Customers Review and Paykeys
// API, version 1, under /straddle/v1: a client of that API works with its base URL
// changed. It translates; package rules has the rules.
//
// The same record through both dialects:
//
//	Straddle                                    the customer document, native API
//	id                                          id, written as a UUID that carries it
//	name                                        name; of a person also contact.firstName (first word) and lastName (the rest)
//	type                                        kind as made here; else business when legal name and EIN are there, else individual
//	status                                      status and identity.status together: see the package status
//	email, external_id                          email, externalId
//	phone                                       contact.phone; ten digits are shown with +1
//	address.address1, address2, city, state, zip  address.street1, street2, city, state, postalCode; country USA
//	compliance_profile.dob                      contact.dateOfBirth, sealed
//	compliance_profile.ssn                      legalEntity.personalTaxId, sealed
//	compliance_profile.ein                      legalEntity.businessTaxId, sealed
//	compliance_profile.legal_business_name      legalEntity.businessName
//	compliance_profile.website                  merchant.businessUrl
//	compliance_profile.representatives          legalEntity.representatives
//	device.ip_address                           device.ipAddress, sealed; native: in unmasked answers only
//	config.processing_method, sandbox_outcome   identity.processing; the outcome is kept for reviews to come
//	metadata                                    meta; values that are not text are shown as JSON
//	review, its review_id and identity_details  identity: reviewId, report, messages
//	paykey                                      a bank: bank_data, institution_name and external_id are its accountType,
//	                                            routingNumber, last4, bankName and externalId; status is that of the bank
//	Straddle-Account-Id                         the subject: the customer the request acts for
//
// What Straddle keeps and the native document means otherwise has no other home, so
// a change through one dialect shows in the other.
//
// What is sent as it was shown is no change: jsonobj.Changed leaves it out of an update
// before the rules look.
//
// Masks are constants. Unknown members of bodies are ignored and never kept. A body
// that cannot be bound is a 400 whose items name fields in PascalCase, a value that
// breaks a rule a 422 whose items name them as they were sent.
package straddle
