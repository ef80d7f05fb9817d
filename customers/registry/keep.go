package registry

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Keep makes the answer to an idempotent request out of what is about to be written, so
// that the write takes the kept answer along: by the same commit where the engine has
// transactions. It may be called again after a lost race; written is called once the last
// one was written.
type Keep func(Created) (answer rows.Companion, written func(), err error)

// taken returns what a write takes along, nothing where no answer is to be kept.
func (k Keep) taken(c Created) (with []rows.Companion, written func(), err error) {
	if k == nil {
		return nil, func() {}, nil
	}
	answer, written, err := k(c)
	return []rows.Companion{answer}, written, err
}

// Keeper keeps the answer that shows the result of a use case.
type Keeper[T any] func(result T) (answer rows.Companion, written func(), err error)

// keeping is the key under which a context carries its Keeper.
type keeping[T any] struct{}

// Keeping returns a context in which a use case whose result is a T has the write that
// ends it keep the answer.
func Keeping[T any](ctx context.Context, keep Keeper[T]) context.Context {
	return context.WithValue(ctx, keeping[T]{}, keep)
}

// Keeps returns the Keep of a use case that returns what shown makes of the record that it
// is about to write, nil if the context carries no Keeper of such results. Only the last
// write of a use case may have it, and only where nothing that must be done follows: once
// it is written, a repeat is answered and does nothing.
func Keeps[T any](ctx context.Context, shown func(Created) (T, error)) Keep {
	keep, _ := ctx.Value(keeping[T]{}).(Keeper[T])
	if keep == nil {
		return nil
	}
	return func(c Created) (rows.Companion, func(), error) {
		result, err := shown(c)
		if err != nil {
			return rows.Companion{}, nil, err
		}
		return keep(result)
	}
}

// Shown returns what show makes of the result of another use case. Where the context is
// of Keeping, the write of that use case keeps the answer.
func Shown[R, T any](ctx context.Context, show func(R) (T, error), use func(ctx context.Context) (R, error)) (T, error) {
	var none T
	if keep, _ := ctx.Value(keeping[T]{}).(Keeper[T]); keep != nil {
		ctx = Keeping(ctx, func(result R) (rows.Companion, func(), error) {
			shown, err := show(result)
			if err != nil {
				return rows.Companion{}, nil, err
			}
			return keep(shown)
		})
	}
	result, err := use(ctx)
	if err != nil {
		return none, err
	}
	return show(result)
}

// Itself shows a customer as it is.
func Itself(c *customers.Customer) (*customers.Customer, error) { return c, nil }

// Done is the result of a use case that returns nothing.
type Done struct{}

// KeepsDone is Keeps for a use case that returns nothing.
func KeepsDone(ctx context.Context) Keep {
	return Keeps(ctx, func(Created) (Done, error) { return Done{}, nil })
}

// ChangeTo is Change for a use case that returns what show makes of the changed record. A
// context of Keeping has the write keep the answer.
func ChangeTo[T any](ctx context.Context, s *Registry, caller tenancy.Caller, at At, event string, act func(*Draft) error, show func(*customers.Customer) (T, error)) (T, error) {
	at.Keep = Keeps(ctx, func(made Created) (T, error) { return show(made.Customer) })
	changed, err := s.Change(ctx, caller, at, event, act)
	if err != nil {
		var none T
		return none, err
	}
	return show(changed)
}
