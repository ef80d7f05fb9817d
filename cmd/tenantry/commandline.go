package main

// description is the head of the help.
const description = `Tenantry keeps platforms, merchants and payers with their keys, plans and reviews.

On an empty directory, "tenantry serve" is all there is to do for a sandbox: it creates what
it needs and prints the first keys; live mode begins with "tenantry init". Commands reach
the running service through its data directory, open that directory themselves when no
service is running, or go over the network with --url and a key in TENANTRY_KEY or
--key-file.

Exit codes: 0 done; 1 refused or failed; 2 wrong usage or configuration;
3 the service or its store cannot be reached; 4 another process has the data directory.`

// shared are the flags of every command.
type shared struct {
	Config  string `help:"Read settings from FILE instead of config.yaml in this directory (or TENANTRY_CONFIG)." placeholder:"FILE"`
	Data    string `help:"Use the data directory DIR." placeholder:"DIR"`
	JSON    bool   `help:"Write JSON." name:"json"`
	URL     string `help:"Use the API at URL instead of the data directory." name:"url" placeholder:"URL"`
	KeyFile string `help:"With --url: read the secret key from FILE instead of TENANTRY_KEY; FILE holds the key alone, or what --keys or --json wrote." placeholder:"FILE"`

	Insecure bool `help:"With --url: send the key unencrypted, over http to another machine."`
}

// commandLine is everything that may be typed.
type commandLine struct {
	shared

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
	Customers customerCommands `cmd:"" help:"Create, show, enable and disable customers."`
	Keys      keyCommands      `cmd:"" help:"List, rotate and revoke keys."`
	Plans     planCommands     `cmd:"" help:"Show plans."`
	Events    eventCommands    `cmd:"" help:"Show the events of the audit trail."`
	Seal      sealCommands     `cmd:"" help:"Manage the key ring of sealed fields."`
	Config    configCommands   `cmd:"" help:"Check the configuration." name:"config"`
	Version   versionCommand   `cmd:"" help:"Show the version of this program."`
}

type customerCommands struct {
	Create  createCommand  `cmd:"" help:"Create a customer."`
	Get     getCommand     `cmd:"" help:"Show one customer."`
	List    listCommand    `cmd:"" help:"List the children of a customer."`
	Tree    treeCommand    `cmd:"" help:"Draw the tree of a customer and its descendants."`
	Disable disableCommand `cmd:"" help:"Disable a customer: its keys stop working at once."`
	Enable  enableCommand  `cmd:"" help:"Enable a customer again."`
}

type keyCommands struct {
	List   keysListCommand   `cmd:"" help:"List the keys of a customer, without the secrets."`
	Rotate keysRotateCommand `cmd:"" help:"Make a new pair of keys and end the old pair after a grace period."`
	Revoke keysRevokeCommand `cmd:"" help:"Revoke a key at once."`
}

type planCommands struct {
	List plansListCommand `cmd:"" help:"List the plans that a customer may hand out."`
}

type eventCommands struct {
	List  eventsListCommand  `cmd:"" help:"List events, newest first."`
	Get   eventsGetCommand   `cmd:"" help:"Show one event: what it is about, who caused it and from where."`
	Tail  eventsTailCommand  `cmd:"" help:"Show events as they happen."`
	Purge eventsPurgeCommand `cmd:"" help:"Remove old events for good, including the audit trail."`
}

type sealCommands struct {
	Rotate sealRotateCommand `cmd:"" help:"Add a key to the ring, re-encrypt every customer, drop the old key."`
}

type configCommands struct {
	Check configCheckCommand `cmd:"" help:"Show the settings in force, or every fault in them."`
}
