package mongotest

// unserved are the questions that no index has to lead to, each with its reason.
var unserved = map[string]string{
	"customers: living sorted by _id":      "maintenance walks over all customers by their ids, and nearly all are living",
	"deliveries: tenant sorted by _id":     "no route asks without a webhook or an event",
	"events: type regex sorted by at, _id": "the operator's log by type is read in its order",
	"events: type sorted by at, _id":       "the operator's log by type is read in its order",
}

// shardKeys is the member by which a cluster finds the shard of a document; the collections
// that are missing lie on one shard.
var shardKeys = map[string]string{
	"customers": "tenant", "events": "tenant", "deliveries": "tenant", "lanes": "tenant", "activities": "tenant",
	"counts": "tenant", "documents": "tenant", "claims": "_id",
}

// aboveMembers name the customers above a document, and markMembers what only documents
// below a customer have. The operator's lists name these without a tenant.
var (
	aboveMembers = []string{"parent", "path", "within", "documentsAbove"}
	markMembers  = []string{"marks", "reviewMarks"}
)

// untargeted are the questions that ask every shard, each with its reason; docs/mongodb.md has
// them by collection.
var untargeted = map[string]string{
	"customers: _id, living":                                               "what the operator reads by an id alone",
	"customers: _id, deleted $exists":                                      "what the operator reads by an id alone",
	"customers: $or(banks.id | parts), living":                             "what the operator reads by the id of a part",
	"customers: $or(banks.id | parts), _id $gt, living sorted by _id":      "what the operator reads by the id of a part",
	"activities: _id":                                                      "what the operator reads by an id alone",
	"events: _id sorted by at, _id":                                        "what the operator reads by an id alone",
	"events: _id":                                                          "where the operator's log goes on",
	"customers: outbox._id, pending, slot $in sorted by lastUpdated":       "what the operator reads by an id alone, before it is relayed",
	"events: type regex sorted by at, _id":                                 "the operator's log",
	"events: type sorted by at, _id":                                       "the operator's log",
	"events: at $gte sorted by at, _id":                                    "the operator's log",
	"events: $and(), $or(_id $lt, at | at $lt), at $lte sorted by at, _id": "the operator's log, behind a place",
	"customers: living, parent $exists":                                    "who the operator is: once a process",
	"customers: _id $ne, living $exists, parent $exists":                   "whether there is another operator: as one is made",
	"customers: _id":                                                       "who has an id that a create was refused for, of any tenant",
	"claims: about, customer.tenant":                                       "reservations that name a customer: as that is erased",

	"customers: pending, slot $in sorted by lastUpdated":                                              "the outboxes of a share",
	"lanes: due $lte, slot $in sorted by _id":                                                         "the due webhooks of a share",
	"lanes: _id $gte, due $lte, slot $in sorted by _id":                                               "the due webhooks of a share",
	"customers: living, planDue $lte sorted by planDue, _id":                                          "plan statuses that time changes: one process asks",
	"customers: living, reviewDue $lte sorted by reviewDue, _id":                                      "reviews that are due: one process asks",
	"customers: $or(_id $gt, dropsDue | dropsDue $gt), dropsDue $gte, living sorted by dropsDue, _id": "micro-deposits that are due: one process asks",
	"deliveries: due $lte, pending":                                                                   "what is due for ten minutes: one process asks",
	"deliveries: due $lt, pending":                                                                    "what ended: one process asks",
	"deliveries: pending":                                                                             "how many wait: a figure of monitoring",
	"events: at $lt, whole":                                                                           "what is to be thinned: one process asks",
	"claims: ends $lt":                                                                                "what ended: one process asks",

	"customers: _id $gt, living sorted by _id": "maintenance reads all",
	"customers: living sorted by _id":          "maintenance reads all",
	"activities:  sorted by _id":               "maintenance reads all",
	"claims:  sorted by _id":                   "maintenance reads all",
	"deliveries:  sorted by _id":               "maintenance reads all",
	"events:  sorted by _id":                   "maintenance reads all",
	"documents:  sorted by _id":                "maintenance reads all",
	"documents: _id $gt sorted by _id":         "maintenance reads all",
	"claims: _id $gt, $lt sorted by _id":       "maintenance reads the reservations of one scope",
	"events: at $lt, type $ne":                 "what a purge removes",
	"counts: _id (written)":                    "a number that doctor mends",

	"customers: grams $exists, living":                   "customers of an earlier build: at a start",
	"customers: grams $exists, living $exists (written)": "customers of an earlier build: at a start",
	"customers: living, pending $exists (written)":       "insertions that were interrupted: at a start",
	"deliveries: pending sorted by lane, due, _id":       "deliveries of an earlier build: at a start",
	"events:  sorted by at, _id":                         "events of an earlier build at a start, and the operator's log",
	"lanes: _id":                                         "whether deliveries of earlier builds are noted: at a start",
}

// isTargeted reports whether a cluster sends a question to the shards that have what it
// asks for, and to no other.
func isTargeted(q question) bool {
	key, sharded := shardKeys[q.collection]
	return !sharded || fixes(q.filter, key)
}
