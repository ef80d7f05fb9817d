#compdef tenantry
# zsh completion of tenantry: put it as _tenantry into a directory of $fpath, or source it
# after compinit.

_tenantry() {
	local -a candidates
	local word help
	while IFS=$'\t' read -r word help; do
		candidates+=("${word//:/\\:}:${help}")
	done < <("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
	if (( ${#candidates} )); then
		_describe 'tenantry' candidates
	else
		_files
	fi
}

if [ "${funcstack[1]}" = "_tenantry" ]; then
	_tenantry "$@"
else
	compdef _tenantry tenantry
fi
