package dialect

import (
	"context"
	"reflect"

	"tenantry/customers/idempotency"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
)

// Answered runs a use case and answers with what show makes of its result. The write that
// ends the use case keeps the answer of an idempotent request.
func Answered[T any](x *Request, use func(ctx context.Context) (T, error), show func(T) (idempotency.Answer, error)) (idempotency.Answer, error) {
	var ctx context.Context = x
	var kept struct {
		result T
		answer idempotency.Answer
		any    bool
	}
	if x.Keep != nil {
		ctx = registry.Keeping(ctx, func(result T) (rows.Companion, func(), error) {
			answer, err := show(result)
			if err != nil {
				return rows.Companion{}, nil, err
			}
			kept.result, kept.answer, kept.any = result, answer, true
			return x.Keep(answer)
		})
	}
	result, err := use(ctx)
	if err != nil {
		return idempotency.Answer{}, err
	}
	if kept.any && reflect.DeepEqual(kept.result, result) {
		return kept.answer, nil // which may hold the moment when it was made
	}
	return show(result)
}
