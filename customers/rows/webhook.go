package rows

import "tenantry/tenancy"

// WebhookRef names a webhook and the customer it belongs to.
type WebhookRef struct {
	Customer tenancy.Ref `bson:"customer"`
	ID       tenancy.ID  `bson:"id"`
}
