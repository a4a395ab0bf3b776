# Completion of rein for bash: source <(rein completion bash)
_rein_complete() {
  local typed=${COMP_LINE:0:COMP_POINT} word cut suggested
  word=${typed##*[[:space:]]}
  # Bash takes a colon or an equals sign for the beginning of a word: what stands before it is not replaced.
  cut=${word%"${word##*[:=]}"}
  typed=rein${typed#"${COMP_WORDS[0]}"}
  COMPREPLY=()
  while IFS= read -r suggested; do
    [[ $suggested == "$word"* ]] && COMPREPLY+=("$(printf %q "${suggested#"$cut"}")")
  done < <("${COMP_WORDS[0]/#\~/$HOME}" "[suggest:${#typed}]" "$typed" 2>/dev/null)
}
complete -o default -F _rein_complete rein
