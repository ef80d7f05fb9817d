package customers

import "context"

// Ready tells whether the service can serve: its store answers.
func (s *Service) Ready(ctx context.Context) error {
	return storeFault(s.store.Ping(ctx), "asking the store")
}
