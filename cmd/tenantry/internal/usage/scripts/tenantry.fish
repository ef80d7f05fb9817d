# fish completion of tenantry: source it, or put it into
# ~/.config/fish/completions/tenantry.fish.

function __tenantry_complete
	set -l before (commandline -opc)
	set -l begun (commandline -ct)
	command $before[1] __complete -- $before[2..-1] "$begun" 2>/dev/null
end

complete -c tenantry -a '(__tenantry_complete)'
