package customers

// The entity types: individual sole proprietorship, limited liability company,
// corporation.
const (
	EntityISP  = "ISP"
	EntityLLC  = "LLC"
	EntityCORP = "CORP"
)
