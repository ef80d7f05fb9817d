package main

import (
	"strings"
	"testing"
)

// At a terminal, what cannot be taken back is done only after a yes to a question that says
// what will happen, and to whom.
func TestWhatCannotBeTakenBackIsAsked(t *testing.T) {
	t.Parallel()
	data := append(storeSettings(t), "TENANTRY_DATA="+t.TempDir())
	if code, _, told := typed(t, data, true, "", "init"); code != 0 {
		t.Fatal(told)
	}
	made := func(args ...string) string {
		t.Helper()
		code, out, told := typed(t, data, false, "lantern-harbor-42\n", append(args, "--json")...)
		if code != 0 {
			t.Fatal(told)
		}
		_, rest, _ := strings.Cut(out, `"id":"`)
		id, _, _ := strings.Cut(rest, `"`)
		return id
	}
	shop := made("customers", "create", "--name", "Harbor Lane", "--email", "a@harbor.example", "--plan", "merchant")
	user := made("users", "create", "ada", "--customer", shop, "--password-file", "-")
	for _, row := range []struct {
		command         []string
		asks, unchanged string
		shows           []string
	}{
		{[]string{"users", "disable", user, "--customer", shop}, "Disable the user " + user + "? Its sessions end at once.", "active", []string{"users", "list", "--customer", shop}},
		{[]string{"identity", "decide", shop, "rejected"}, "Note customer " + shop + " as rejected?", "none", []string{"identity", "get", shop}},
		{[]string{"customers", "delete", shop}, "Erase customer " + shop + ", Harbor Lane, for good?", "Harbor Lane", []string{"customers", "get", shop}},
	} {
		t.Run(strings.Join(row.command[:2], " "), func(t *testing.T) {
			code, _, told := typed(t, data, true, "no\n", row.command...)
			if code != 1 || !strings.Contains(told, row.asks) || !strings.Contains(told, "[y/N]") {
				t.Errorf("exit code %d: %s", code, told)
			}
			if _, out, told := typed(t, data, false, "", row.shows...); !strings.Contains(out, row.unchanged) {
				t.Errorf("after a no: %s%s", out, told)
			}
		})
	}
	if code, out, told := typed(t, data, true, "yes\n", "customers", "delete", shop); code != 0 || !strings.Contains(out, "was erased") {
		t.Errorf("after a yes: exit code %d: %s%s", code, out, told)
	}
}
