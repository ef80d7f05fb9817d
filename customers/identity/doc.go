// Package identity owns the identity reviews of customers: the policies that say who is
// reviewed and on what, starting a review, asking the provider, storing its result, the
// decisions of people, and knowledge questions. It declares the port of due reviews and
// the interfaces of providers.
//
// It holds no provider; those are in internal/kyc. Documents as evidence are in package
// evidence, and the policies of dialects are with their rules.
//
// To add a policy, implement Policy and register it under its name in Options.Policies.
// To add a provider, implement Provider, and RemoteProvider when it asks another service.
package identity
