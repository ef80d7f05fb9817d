// Package commands is the commands that only speak the native API, and so work from
// anywhere: beside the data directory, and over the network with --url and a key. There is
// one file per command.
//
// To add a command: write a struct with a Run(ctx, *cli.Program) method in a file of its
// own, and its line in the group below.
package commands

// All is the groups of commands that need nothing of this machine.
type All struct {
	Customers Customers `cmd:"" help:"Create, show, enable and disable customers."`
	Keys      Keys      `cmd:"" help:"List, rotate and revoke keys."`
	Plans     Plans     `cmd:"" help:"Show plans."`
	Users     Users     `cmd:"" help:"Add, invite, change and disable dashboard users."`
	Settings  Settings  `cmd:"" help:"Show and change settings."`
	Webhooks  Webhooks  `cmd:"" help:"List, test and enable receivers of events, and renew their secrets."`
	Identity  Identity  `cmd:"" help:"Show and decide identity reviews."`
	Documents Documents `cmd:"" help:"List and decide uploaded documents."`
	Banks     Banks     `cmd:"" help:"List banks, and the micro-deposits that wait to be sent."`
	Whoami    Whoami    `cmd:"" help:"Show how the service sees you: which key, whose, for whom, and what it may do."`
	API       API       `cmd:"" name:"api" help:"Make any call of the API."`
}

// Customers are the commands of customers.
type Customers struct {
	Create  createCommand          `cmd:"" help:"Create a customer."`
	Get     getCommand             `cmd:"" help:"Show one customer."`
	List    listCommand            `cmd:"" help:"List the children of a customer."`
	Update  customersUpdateCommand `cmd:"" help:"Change a customer."`
	Delete  customersDeleteCommand `cmd:"" help:"Erase a customer for good."`
	Tree    treeCommand            `cmd:"" help:"Draw the tree of a customer and its descendants."`
	Disable disableCommand         `cmd:"" help:"Disable a customer: its keys stop working at once."`
	Enable  enableCommand          `cmd:"" help:"Enable a customer again."`
}

// Keys are the commands of keys.
type Keys struct {
	List   keysListCommand   `cmd:"" help:"List the keys of a customer, without the secrets."`
	Create keysCreateCommand `cmd:"" help:"Make a key with fewer scopes than a secret key has."`
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

	Redeliver eventsRedeliverCommand `cmd:"" help:"Send an event to its webhooks again."`
}

// Users are the commands of dashboard users.
type Users struct {
	List     usersListCommand     `cmd:"" help:"List the dashboard users of a customer."`
	Create   usersCreateCommand   `cmd:"" help:"Add a dashboard user with a password."`
	Invite   usersInviteCommand   `cmd:"" help:"Make a link with which a person sets a password."`
	Uninvite usersUninviteCommand `cmd:"" help:"End an invitation that was not accepted."`
	Update   usersUpdateCommand   `cmd:"" help:"Change the name, role or password of a dashboard user."`
	Disable  usersDisableCommand  `cmd:"" help:"Disable a dashboard user: its sessions end at once."`
	Enable   usersEnableCommand   `cmd:"" help:"Let a disabled dashboard user sign in again."`
}

// Settings are the commands of settings.
type Settings struct {
	Get settingsGetCommand `cmd:"" help:"Show the settings of a customer."`
	Set settingsSetCommand `cmd:"" help:"Change settings of a customer."`
}

// Webhooks are the commands of receivers of events.
type Webhooks struct {
	List       webhooksListCommand       `cmd:"" help:"List the webhooks of a customer and how they do."`
	Test       webhooksTestCommand       `cmd:"" help:"Send a test event to one webhook."`
	Secret     webhooksSecretCommand     `cmd:"" help:"Make a new signing secret."`
	Deliveries webhooksDeliveriesCommand `cmd:"" help:"List what was sent to a webhook."`
	Enable     webhooksEnableCommand     `cmd:"" help:"Serve a webhook again that was disabled."`
}

// Identity are the commands of identity reviews.
type Identity struct {
	Get    identityGetCommand    `cmd:"" help:"Show the identity review of a customer."`
	Decide identityDecideCommand `cmd:"" help:"Decide the identity review of a customer by hand."`
}

// Documents are the commands of uploaded documents.
type Documents struct {
	List   documentsListCommand   `cmd:"" help:"List the documents of a customer, or those that wait for a decision."`
	Decide documentsDecideCommand `cmd:"" help:"Accept or reject a document."`
}

// Banks are the commands of bank accounts.
type Banks struct {
	List  banksListCommand  `cmd:"" help:"List the banks of a customer."`
	Drops banksDropsCommand `cmd:"" help:"List the micro-deposits that wait to be sent."`
	Sent  banksSentCommand  `cmd:"" help:"Note that micro-deposits were sent."`
}
