// Package rows holds what a store keeps beside the customers (reservations, activities,
// logged events and their deliveries), the queries and pages that it answers, the bounds
// of both, and the errors that it returns. It has no behavior of the service: the
// interfaces that take and return these types are with their use cases.
package rows
