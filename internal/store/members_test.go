package store_test

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/sqlite"
	"tenantry/tenancy"
)

var acknowledge = flag.Bool("acknowledge", false, "write the stored members that there are")

// members lists what a stored type has, each member with its type, by its path.
func members(path string, of reflect.Type, within []reflect.Type) (list []string) {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice || of.Kind() == reflect.Map {
		of = of.Elem()
	}
	leaf := of.Kind() != reflect.Struct || of == reflect.TypeFor[time.Time]() || of == reflect.TypeFor[tenancy.ID]() || slices.Contains(within, of)
	if leaf {
		return nil
	}
	for i := range of.NumField() {
		field := of.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("bson"), ",")
		switch {
		case name == "-" || !field.IsExported():
			continue
		case options == "inline":
			list = append(list, members(path, field.Type, append(within, of))...)
			continue
		case name == "":
			name = strings.ToLower(field.Name)
		}
		list = append(list, fmt.Sprintf("%s.%s %s", path, name, field.Type))
		list = append(list, members(path+"."+name, field.Type, append(within, of))...)
	}
	return list
}

// A build that does not know a stored member loses it when it writes the record. So
// whoever adds, renames or removes one decides here: either older builds must not open
// the store any more, which a migration with a new schema number brings about, or it does
// no harm that they drop it, which is acknowledged by running this test with -acknowledge.
func TestStoredMembersBelongToTheSchema(t *testing.T) {
	t.Parallel()
	const golden = "testdata/members.txt"
	list := []string{fmt.Sprintf("schema %d", sqlite.Schema)}
	for name, of := range map[string]reflect.Type{
		"customer": reflect.TypeFor[customers.Customer](), "reservation": reflect.TypeFor[rows.Reservation](),
		"event": reflect.TypeFor[rows.LoggedEvent](), "delivery": reflect.TypeFor[rows.Delivery](),
		"activity": reflect.TypeFor[customers.Activity](), "installation": reflect.TypeFor[rows.Installation](),
	} {
		list = append(list, members(name, of, nil)...)
	}
	slices.Sort(list[1:])
	if *acknowledge {
		if err := os.WriteFile(golden, []byte(strings.Join(list, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(strings.TrimSpace(string(kept)), "\n"), list); diff != "" {
		t.Errorf("the stored members differ from those of the schema: add a migration, or acknowledge that older builds may drop them "+
			"(go test ./internal/store -run TestStoredMembers -acknowledge); -known +stored:\n%s", diff)
	}
}
