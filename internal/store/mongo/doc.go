// Package mongo keeps customers, reservations and the event log in MongoDB. It owns how
// documents, indexes and requests look; what a document of a customer holds is
// package codec's, and every rule is package customers'. It uses nothing beyond
// MongoDB 4.4 and servers compatible with its wire protocol: no transactions, change
// streams, joins, or partial, unique or TTL indexes. So it is the same on a standalone
// server, a replica set and a sharded cluster.
//
// # Durability and reads
//
// Every write waits until a majority of the members has it in its journal: an
// acknowledged write survives the loss of power and of any minority. Reads go to the
// primary and take its newest state (read concern "local"), so they see every
// acknowledged write, and what a conditional write of ours was refused for. Read
// concern "majority" would lag behind the latter, and "linearizable" would cost a
// write per read. What this allows: a read may show a write that is not acknowledged
// yet and that a failover undoes; whatever is then built on it is undone with it or
// refused. And a primary that was cut off may serve old reads until it notices, about
// ten seconds by default, though it can acknowledge no write.
//
// Queries that say so (MayLag: what lists and pages of the log show) may be set to read from
// secondaries, what a majority has. Nothing that a decision rests on does.
//
// Lost answers: on replica sets the driver repeats a write once, which the server
// recognizes. This package repeats none; a call that ended with ErrUnavailable may
// have been done.
//
// # Insert against Erase
//
// Of an Insert of a child and an Erase of its parent exactly one succeeds, though
// each write covers one document only. Three members of the documents see to it.
//
// Insert (1) writes the child with living: false and the name of this attempt, then
// (2) takes the mark of an erasure off the parent, if there is one, then (3) sets living: true if the child still is there under this attempt.
//
// Erase (1) sets a new mark on the parent, then (2) removes children with living:
// false, then (3) reads whether there are living children, then (4) writes the
// tombstone if the parent still has that very mark and the version asked for.
//
// Suppose both succeeded. Insert left the parent living and unmarked at a moment t, with the child written before and there without a break until step 3.
// The mark that Erase's tombstone needed stood without a break from Erase's step 1 on,
// so it did not stand at t: Erase's step 1 came after t, and after it step 2 met the
// child undecided and removed it, or step 3 met it living. Either way one did not succeed.
// And one does: Insert fails only when it sees the tombstone, Erase only when it sees a living child or an Insert took its mark off. A child removed in Erase's
// step 2 makes Insert start over, each time by the doing of another Erase.
//
// Parent and children may lie on different shards, and a primary that was cut off answers
// reads from what it had. So Insert's step 2 and Erase's step 2 are writes even when they
// change nothing: a majority acknowledges them, which a primary that was cut off cannot get.
// What Erase's step 3 reads comes from members that were primaries in its step 2, or later
// ones, and so holds every child that was written before the mark.
//
// No step waits for another, and no clock takes part. A process that dies between two
// steps leaves a child that no reader sees, or a mark that the next Insert takes off
// and the next Erase adopts. Two erasures of one customer share one mark, and the
// version lets one of them through. An operator is proposed in the same way and gives
// way to any other, living or undecided, so that there never are two.
//
// # Writes that rely on reservations
//
// A write may rely on reservations (its companions), which stand in another collection.
// Of it and whoever raises the fence of one of them (CompareAndSwap) either the write
// fails, or the rival sees what it wrote.
//
// An Insert (1) writes the customer undecided, (2) looks whether the reservations stand,
// (3) decides. A Replace (1) puts the mark relying on the customer, or adopts the one
// that stands there, (2) looks whether the reservations stand, (3) writes if the mark and
// the version are still the same. The rival (1) raises the fence, (2) removes an
// undecided insertion of that customer and takes a mark off, and (3) reads the customer.
//
// Suppose the write succeeded, and met the reservation standing in its step 2. Then the
// rival's step 1 came after that, so its step 2 came after the write's step 1. Had it come
// before the write's step 3 too, it would have removed what that needs. So it came after
// it, and the rival's step 3 reads what was written. A rival that dies between its steps
// leaves a reservation that still names this customer, and takes nothing over.
//
// Step 2 reads another collection, which may lie on another shard. So this holds as long as
// no primary of that shard is cut off and does not know it yet, ten seconds by default: a
// unique value may be given twice then, which Doctor tells.
//
// # Outboxes
//
// Each write of a customer sets pending when there are events to relay. Relay empties an
// outbox that holds exactly what was read, for many customers in one request; out of any
// other it takes whole events by their value, and resets pending by a write that holds only
// while the outbox is empty. So a write in between loses nothing.
//
// Outboxes are read as a majority has them. A write of one member that its failover undoes
// is not seen before it is undone, so no webhook and no place in the log tells of a change
// that did not happen. Each customer is of one of 64 slots, a member of the index of
// outboxes, and each process relays those of its share: one read for all of them. What is
// read so may be older than what the primary has; then the outbox is not what was read, and
// only what was relayed is taken out of it. An event that is relayed at once was written by a call that a majority acknowledged.
//
// # Lanes
//
// The collection lanes has one small document for each webhook with work: in which slot it
// is and when its first pending delivery is due, or earlier. A process asks for what is due
// in the slots of its share by their index alone. A lane too many costs a look; one too few
// would leave a delivery unsent. So whoever adds pending deliveries (1) writes them, then
// (2) lowers the due time of their lanes, or makes them, under a new mark. Whoever served a
// lane settles it: it (1) reads the mark, (2) reads the first pending delivery, then (3)
// removes the lane, or raises its due time, if it has that very mark still.
//
// Suppose a settlement missed a delivery. Then that was written after the settlement's step
// 2, and its lane was noted later still: had that come before the settlement's step 3, the
// mark would be another one. So it came after it, and stands. A process that dies between
// its two steps has acknowledged nothing: the relay finds the events in their outboxes and
// notes the lanes then. A delivery that is asked for again is noted before its write too,
// because the repeat of that request finds it done. What is due for ten minutes all the same,
// as of an earlier build that ran beside this one, is noted by the holder of the first slot.
//
// # Places in the log
//
// The collection arrivals holds the order in which events came into the log: its _id is a
// place, 1, 2, 3 …, and it names the event. Relay writes an event into the log first, then
// assigns it the place behind the last one, and takes it out of the outbox at
// the end. Two that want the same place find out by its _id, which the collection holds
// unique, and the later one takes the next. So a place is there only if all before it are:
// whoever read up to one will never miss anything that comes in before it. Readers take
// what a majority has (read concern "majority"), so no failover undoes a place that was
// read. Two relays of one event may give it two places; the first one counts, and whoever
// sees the second sees the first.
//
// The collection stays on one shard: sharded, its _id would be unique within a shard only.
//
// # Sharding
//
// The shard keys are {tenant: 1, _id: "hashed"} for customers, events and deliveries,
// {_id: "hashed"} for claims and {tenant: 1, _id: 1} for documents and lanes; sharding the
// collections is up to whoever runs the cluster. Ids grow with time, so without the hash
// all events of a tenant would go to its last chunk. Every request for customers names the
// tenant and so goes to one shard, but for the operator's (GetAnywhere, Root, lists without a tenant, children
// of the operator) and maintenance (Scan, Outboxes, DueEndpoints, due reviews and plans, sweeps, Migrate). Across shards MongoDB
// does not hold _id unique between two tenants; ids have 64 random bits.
//
// # Extending
//
// A new filter needs a line in filterOf, and an index when it must be fast: add it to
// customerIndexes under a new name, Migrate makes it. Values of callers enter filters
// as typed values, never as a part of a member name or of an operator.
package mongo
