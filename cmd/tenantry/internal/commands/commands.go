// Package commands is the commands that only speak the native API, and so work from
// anywhere: beside the data directory, and over the network with --url and a key. There is
// one file per command.
//
// To add a command: write a struct with a Run(ctx, *cli.Program) method in a file of its
// own, and its line in the group below.
package commands

// All is the groups of commands that need nothing of this machine.
type All struct {
	Customers Customers `cmd:"" help:"Create, show, enable and disable customers." group:"records"`
	Keys      Keys      `cmd:"" help:"List, rotate and revoke keys." group:"records"`
	Plans     Plans     `cmd:"" help:"Show plans." group:"records"`

	Login    loginCommand  `cmd:"" help:"Keep the URL of a service and a key for it under a name." group:"elsewhere"`
	Logout   logoutCommand `cmd:"" help:"Forget a service and its key." group:"elsewhere"`
	Profiles Profiles      `cmd:"" help:"Show the services that are kept." group:"elsewhere"`
}

// Customers are the commands of customers.
type Customers struct {
	Create  createCommand  `cmd:"" help:"Create a customer."`
	Get     getCommand     `cmd:"" help:"Show one customer."`
	List    listCommand    `cmd:"" help:"List the children of a customer."`
	Tree    treeCommand    `cmd:"" help:"Draw the tree of a customer and its descendants."`
	Disable disableCommand `cmd:"" help:"Disable a customer: its keys stop working at once."`
	Enable  enableCommand  `cmd:"" help:"Enable a customer again."`
}

// Keys are the commands of keys.
type Keys struct {
	List   keysListCommand   `cmd:"" help:"List the keys of a customer, without the secrets."`
	Rotate keysRotateCommand `cmd:"" help:"Make a new pair of keys and end the old pair after a grace period."`
	Revoke keysRevokeCommand `cmd:"" help:"Revoke a key at once."`
}

// Plans are the commands of plans.
type Plans struct {
	List plansListCommand `cmd:"" help:"List the plans that a customer may hand out."`
}

// Events are the commands of events that need nothing of this machine.
type Events struct {
	List eventsListCommand `cmd:"" help:"List events, newest first."`
	Get  eventsGetCommand  `cmd:"" help:"Show one event: what it is about, who caused it and from where."`
	Tail eventsTailCommand `cmd:"" help:"Show events as they happen."`
}
