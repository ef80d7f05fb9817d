// Package golden holds the answers of the four APIs, and the documents that the
// requests leave in the store, against recordings of them, byte for byte.
//
// Each script in testdata/scripts is played to an installation of its own, put
// together as the command does it. What comes of it is in testdata: NAME.answers has
// every request with its whole answer, NAME.messages what the receivers of events were
// sent, and NAME.store every row of the store, its documents as canonical extended JSON
// beside the digest of their bytes. samples.store has one document of each stored type
// in which every member is set.
//
// Nothing in a recording is left out but the header Date. Three things are written in
// another form, from which they can be told: pages and documents of more than 4 KiB and
// columns of more than 256 bytes as their digest, and keys as sk(test)_ instead of with
// the underscore by which scanners for leaked keys know them.
//
// The clock moves a little with each step of a script, and else as the script says. Every
// source of randomness begins anew at each step, from its number: that a step draws more
// or fewer random bytes than it did changes what that step makes, and nothing else. So
// salts of bcrypt, nonces and references need no replacing. What a difference in nothing
// but such names looks like, the failing test says.
//
// To record anew, after a change that is meant to be seen, run
//
//	go test ./internal/golden -update
//
// and read the difference. A new step belongs at the end of a script, because it
// renumbers those after it. Only installation_test.go knows how an installation is made;
// everything else talks HTTP.
//
// The package owns no production code.
package golden
