# Completion of rein for zsh: source <(rein completion zsh), behind compinit
_rein_complete() {
  local typed="rein ${(j: :)words[2,CURRENT-1]}"
  (( CURRENT > 2 )) && typed+=" "
  typed+=$PREFIX
  local -a suggested=("${(@f)$("${words[1]/#\~/$HOME}" "[suggest:${#typed}]" "$typed" 2>/dev/null)}")
  suggested=(${suggested:#})
  if (( $#suggested )); then compadd -a suggested; else _files; fi
}
compdef _rein_complete rein
