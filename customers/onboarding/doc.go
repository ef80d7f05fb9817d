// Package onboarding owns links at which a customer is asked, without a credential, for
// what it still owes: minting, listing and ending them, opening one in a browser, which
// steps its pages show, and when it is done.
//
// A link is a token that was signed with the key of access tokens, and its digest in the
// record of its customer: neither the key ring nor the store alone is enough to make one.
// It opens once. The browser that opened it gets the secret of a session, which is kept as
// a digest too, and only that browser goes on. Both end with the link's time, when it is
// completed or ended, with the credential that minted it, and with the next rotation of
// the key ring.
//
// What pages change they change through the use cases of the API, with the caller of the
// session: the customer itself, with the scopes of a link, under the link's id in every
// event.
package onboarding
