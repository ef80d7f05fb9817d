// Package idempotency makes a repeated request answer what the first one did: it begins,
// finishes and abandons attempts under a client's key.
//
// It keeps answers as reservations and knows nothing of requests but the bytes that identify
// them. It does not make writes repeatable by itself: a use case that adds something takes
// the reserved id of the attempt, and finds what an earlier try wrote under it.
//
// To make a route idempotent, the HTTP layer calls Begin, hands Attempt.ID to the use case
// and ends with Finish or Abandon; secrets of the answer are left out of Answer.Redacted.
package idempotency
