package datadir

import (
	"os"
	"os/user"
	"strconv"
)

// SelfUser returns the user of the operating system that this process runs as, as
// "name (uid)".
func SelfUser() string {
	if me, err := user.Current(); err == nil {
		return named(me.Username, me.Uid)
	}
	return userOf(os.Getuid())
}

// userOf returns a user by its number, as "name (uid)"; without the name of one that the
// system does not know, and empty for no number.
func userOf(uid int) string {
	if uid < 0 {
		return ""
	}
	number := strconv.Itoa(uid)
	known, err := user.LookupId(number)
	if err != nil {
		return named("?", number)
	}
	return named(known.Username, number)
}

func named(name, uid string) string { return name + " (" + uid + ")" }
