package testkit

// Block makes every call of a method crash, until another trap is set.
func (s *Spy) Block(method string) {
	s.Trap(method, func(call func() error) error {
		s.Block(method)
		return Crash(call)
	})
}
