// Package kyc holds the providers that judge who a customer is. A provider
// only judges: states, history and events are the service's.
//
// To add a provider that answers from what it is given, implement
// identity.Provider beside these and name it in the configuration.
package kyc
