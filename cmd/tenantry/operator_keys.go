package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/config"
)

// operatorKeys is where a command leaves the fresh keys of the operator: on standard output
// or in a file.
type operatorKeys struct {
	Keys string `help:"Write the operator's keys as JSON to the new FILE (mode 0600) instead of showing them." placeholder:"FILE"`
}

// shownKeys is a customer with its fresh keys, for programs.
type shownKeys struct {
	ID   string        `json:"id"`
	Keys view.KeysView `json:"keys"`
}

func shown(made registry.Created) shownKeys {
	return shownKeys{ID: made.Customer.ID.String(), Keys: keysOf(made)}
}

func keysOf(made registry.Created) view.KeysView {
	return view.KeysView{Publishable: made.Keys.Publishable.Reveal(), Secret: made.Keys.Secret.Reveal()}
}

// check refuses to show live keys on a screen, before anything is made.
func (o operatorKeys) check(p *program, s *config.Loaded) error {
	if s.Mode == config.Live && o.Keys == "" && !p.Flags.JSON {
		return cli.Misused("in live mode the operator's keys are not shown on a screen",
			"name a new file for them with --keys FILE, or let a program read them from standard output with --json")
	}
	return nil
}

// open makes the file, so that keys are minted only once there is a place for them. It
// returns nil if there is to be none.
func (o operatorKeys) open() (*os.File, error) {
	if o.Keys == "" {
		return nil, nil //nolint:nilnil // having none is no fault
	}
	file, err := os.OpenFile(o.Keys, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, cli.Misused(o.Keys+" is there already", "name a new file with --keys, or remove that one if its keys are not in use")
	}
	if err != nil {
		return nil, cli.Misused("the file for the keys cannot be made: "+err.Error(), "name a file that this user can make with --keys")
	}
	return file, nil
}

// drop removes the file if no keys were minted for it.
func (o operatorKeys) drop(file *os.File) {
	if file != nil {
		_ = file.Close()
		_ = os.Remove(o.Keys)
	}
}

// write leaves the keys in the file, whole and on the disk.
func (o operatorKeys) write(file *os.File, made registry.Created) error {
	err := json.NewEncoder(file).Encode(shown(made))
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return &cli.Failure{Code: cli.ExitRefused, Text: "the keys were minted, but " + o.Keys + " cannot be written", Cause: err,
			Hint: "`tenantry keys rotate` makes a new pair"}
	}
	return nil
}

// keysKept is the JSON form of keys that are in a file.
type keysKept struct {
	ID   string `json:"id"`
	File string `json:"file"`
}

// tellKept says where the keys are.
func (o operatorKeys) tellKept(p *program, made registry.Created, first string) error {
	return p.Print("%s", fmt.Sprintf("%sThe keys of the operator %s are in %s, and nowhere else.\n"+
		"Commands on another machine take them from there: tenantry --url https://… --key-file %s customers get\n",
		first, made.Customer.ID, o.Keys, o.Keys))
}
