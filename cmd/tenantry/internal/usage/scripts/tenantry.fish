# fish completion of tenantry: source it, or put it into
# ~/.config/fish/completions/tenantry.fish.

function __tenantry_complete
	set -l before (commandline -opc)
	set -l begun (commandline -ct)
	command $before[1] __complete -- $before[2..-1] "$begun" 2>/dev/null
end

# Files are offered where the program has nothing to offer.
complete -c tenantry -f -n 'test (count (__tenantry_complete)) -gt 0' -a '(__tenantry_complete)'
