# Completion of rein for fish: rein completion fish | source
function __rein_complete
  set -l words (commandline -opc)
  set -l word (commandline -ct)
  set -l rein (string replace -r '^~(?=/)' -- "$HOME" $words[1])
  set -l typed (string join ' ' -- rein $words[2..-1] $word)
  set -l suggested ($rein "[suggest:"(string length -- $typed)"]" $typed 2>/dev/null)
  if set -q suggested[1]
    printf '%s\n' $suggested
  else
    __fish_complete_path $word
  end
end
complete -c rein -f -a '(__rein_complete)'
