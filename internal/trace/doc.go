// Package trace tells OpenTelemetry how long the parts of a request take: the span of the
// request itself, and below it those of its authentication, of what it was for, of each
// operation of the store, and of what is asked of others.
//
// It stands on the API of OpenTelemetry alone, so anything may use it; package otlp holds
// the SDK and sends what was recorded. While nothing records, which is the default, a span
// costs a look into the context and no memory.
//
// Attributes have the keys below and no others: ids, words of this program and numbers.
// Names, addresses and whatever else customers or clients chose never become attributes,
// because traces go to systems that are not made for personal data. To add a span, call
// Start in the function that it is about; to add an attribute, add its Key here.
package trace
