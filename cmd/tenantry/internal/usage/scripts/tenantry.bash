# bash completion of tenantry: source it, or put it into
# /usr/share/bash-completion/completions/tenantry.

_tenantry() {
	local word
	COMPREPLY=()
	while IFS=$'\t' read -r word _; do
		COMPREPLY+=("$word")
	done < <("${COMP_WORDS[0]}" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}

# Where the program has nothing to offer, bash offers files.
complete -o bashdefault -o default -F _tenantry tenantry
