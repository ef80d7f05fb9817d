package main

import (
	"github.com/alecthomas/kong"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/commands"
)

// description is the head of the help.
const description = `Tenantry keeps platforms, merchants and payers with their keys, plans and reviews.

On an empty directory, "tenantry serve" is all there is to do for a sandbox: it creates what
it needs and prints the first keys; live mode begins with "tenantry init". Commands reach
the running service through its data directory, open that directory themselves when no
service is running, or go over the network with --url or --profile. In trouble, run
"tenantry doctor" first.

  tenantry serve                                          begin with a sandbox
  tenantry doctor                                         find out what is wrong
  tenantry login --profile prod --url https://HOST        use a service elsewhere
  tenantry help exit-codes                                what a command ends with`

// groups are the headings of the help.
var groups = []kong.Group{
	{Key: "records", Title: "Customers and what belongs to them:"},
	{Key: "service", Title: "The service on this machine:"},
	{Key: "safety", Title: "Its data:"},
	{Key: "elsewhere", Title: "Services elsewhere:"},
	{Key: "about", Title: "This program:"},
	{Key: "global", Title: "Flags of every command:"},
}

// commandLine is everything that may be typed.
type commandLine struct {
	cli.Flags

	commands.All

	Events eventCommands `cmd:"" help:"Show the events of the audit trail." group:"records"`

	Serve     serveCommand     `cmd:"" help:"Serve the API." group:"service"`
	Doctor    doctorCommand    `cmd:"" help:"Examine the installation, and mend what can be mended." group:"service"`
	Init      initCommand      `cmd:"" help:"Create the key ring, the store and the operator, and hand out the operator's keys." group:"service"`
	SetupLink setupLinkCommand `cmd:"" help:"Make a one-time link to the first sign-in of the console." group:"service"`
	Health    healthCommand    `cmd:"" help:"Ask whether the service is ready." group:"service"`
	Config    configCommands   `cmd:"" help:"Check the configuration." name:"config" group:"service"`
	Promote   promoteCommand   `cmd:"" help:"Make a sandbox live, and end what the sandbox made up." group:"service"`

	Migrate migrateCommand `cmd:"" help:"Bring the store up to date." group:"safety"`
	Backup  backupCommand  `cmd:"" help:"Copy the SQLite store, beside a running service too." group:"safety"`
	Restore restoreCommand `cmd:"" help:"Put a backup into an empty data directory, or verify it." group:"safety"`
	Export  exportCommand  `cmd:"" help:"Write customers with all that belongs to them into a file." group:"safety"`
	Import  importCommand  `cmd:"" help:"Make the customers of such a file here." group:"safety"`
	Move    moveCommand    `cmd:"" help:"Move the installation between SQLite and MongoDB." group:"safety"`
	Seal    sealCommands   `cmd:"" help:"Manage the key ring of sealed fields." group:"safety"`

	Completion completionCommand `cmd:"" help:"Write what completes command lines in a shell." group:"about"`
	Complete   completeCommand   `cmd:"" help:"Write what may follow on a command line." name:"__complete" hidden:""`
	Man        manCommand        `cmd:"" help:"Write the manual pages." hidden:""`
	Help       helpCommand       `cmd:"" help:"Show the help of a command, or of a topic: exit-codes, environment." group:"about"`
	Version    versionCommand    `cmd:"" help:"Show the version of this program." group:"about"`
}

type eventCommands struct {
	commands.Events

	Purge eventsPurgeCommand `cmd:"" help:"Remove old events for good, including the audit trail."`
}

type sealCommands struct {
	Rotate sealRotateCommand `cmd:"" help:"Add a key to the ring, re-encrypt every customer, drop the old key."`
}

type configCommands struct {
	Check configCheckCommand `cmd:"" help:"Show the settings in force, or every fault in them."`
}
