package tenancy

import "tenantry/internal/fault"

// Need is what an operation demands of its caller.
type Need struct {
	// Scope must be held by the credential.
	Scope Scope
	// FromAbove requires the actor to be an ancestor of the target. Plan, status,
	// policies and identity decisions need it, so that no customer sets its own.
	FromAbove bool
	// Itself requires the target to be the actor, and no scope: it is for what every
	// credential may do to itself, such as ending itself.
	Itself bool
}

// Authorize checks that caller may do what need describes to target. It is the only place
// where this is decided. It returns
//
//   - NotFound when target is neither the subject nor below it: the same answer as
//     for an id that does not exist;
//   - Forbidden insufficientScope when the credential lacks the scope;
//   - Forbidden insufficientResourceAccess when the actor must be above the target
//     and is not.
func Authorize(caller Caller, need Need, target Principal) error {
	if caller.Actor == nil || caller.Subject == nil || target == nil ||
		!Reaches(caller.Actor, caller.Subject) || !Reaches(caller.Subject, target) {
		return fault.NotFoundError()
	}
	if err := AuthorizeScope(caller, need.Scope); err != nil {
		return err
	}
	if need.Itself && caller.Actor.Ref() != target.Ref() {
		return fault.NotFoundError()
	}
	if need.FromAbove && !IsAbove(caller.Actor, target) {
		return fault.New(fault.Forbidden, fault.CodeAccess,
			"only a customer above this one may do that; ask your platform")
	}
	return nil
}

// AuthorizeScope checks the scope alone, for operations without a target. It returns
// Forbidden insufficientScope.
func AuthorizeScope(caller Caller, scope Scope) error {
	lacking := scope &^ caller.Credential.Scopes
	switch {
	case lacking == 0:
		return nil
	case caller.Credential.IsUser():
		return fault.New(fault.Forbidden, fault.CodeScope,
			"you lack the scope "+lacking.String()+"; ask an administrator of your account to do it or to change your role")
	default:
		return fault.New(fault.Forbidden, fault.CodeScope,
			"this credential lacks the scope "+lacking.String()+"; use a secret key, or mint one that has it")
	}
}
