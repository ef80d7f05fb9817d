package main

import (
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/commands"
)

// description is the head of the help.
const description = `Tenantry keeps platforms, merchants and payers with their keys, plans and reviews.

On an empty directory, "tenantry serve" is all there is to do for a sandbox: it creates what
it needs and prints the first keys; live mode begins with "tenantry init". Commands reach
the running service through its data directory, open that directory themselves when no
service is running, or go over the network with --url and a key in TENANTRY_KEY or
--key-file.

Exit codes: 0 done; 1 refused or failed; 2 wrong usage or configuration;
3 the service or its store cannot be reached; 4 another process has the data directory.`

// commandLine is everything that may be typed.
type commandLine struct {
	cli.Flags

	Serve     serveCommand     `cmd:"" help:"Serve the API."`
	Init      initCommand      `cmd:"" help:"Create the key ring, the store and the operator, and hand out the operator's keys."`
	SetupLink setupLinkCommand `cmd:"" help:"Make a one-time link to the first sign-in of the console."`
	Migrate   migrateCommand   `cmd:"" help:"Bring the store up to date."`
	Backup    backupCommand    `cmd:"" help:"Copy the SQLite store, beside a running service too."`
	Restore   restoreCommand   `cmd:"" help:"Put a backup into an empty data directory, or verify it."`
	Export    exportCommand    `cmd:"" help:"Write customers with all that belongs to them into a file."`
	Import    importCommand    `cmd:"" help:"Make the customers of such a file here."`
	Move      moveCommand      `cmd:"" help:"Move the installation between SQLite and MongoDB."`
	Doctor    doctorCommand    `cmd:"" help:"Examine the installation, and mend what can be mended."`
	Health    healthCommand    `cmd:"" help:"Ask whether the service on this machine is ready."`
	Promote   promoteCommand   `cmd:"" help:"Make a sandbox live, and end what the sandbox made up."`

	commands.All

	Events  eventCommands  `cmd:"" help:"Show the events of the audit trail."`
	Seal    sealCommands   `cmd:"" help:"Manage the key ring of sealed fields."`
	Config  configCommands `cmd:"" help:"Check the configuration." name:"config"`
	Version versionCommand `cmd:"" help:"Show the version of this program."`
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
