package testkit

import (
	"tenantry/customers/webhooks"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/settings"
)

func Subscription(url, text string) webhooks.SubscriptionInput {
	return webhooks.SubscriptionInput{URL: patch.Of(url), Secret: patch.Of(secret.New(text)), Format: settings.Dwolla}
}
