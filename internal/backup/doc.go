// Package backup makes and restores copies of a SQLite store: one database file and a
// manifest beside it that says what the file holds and what its digest is.
//
// A backup is whole once its manifest is there; until then it has a name of its own that
// nothing restores. The key ring is never in it. The package knows nothing of rings: who
// restores passes what else must be true of the file.
package backup
