# Completion of rein for fish: rein completion fish | source
function __rein_complete
  set -l words (commandline -opc)
  set -l typed (string join ' ' -- rein $words[2..-1] (commandline -ct))
  $words[1] "[suggest:"(string length -- $typed)"]" $typed 2>/dev/null
end
complete -c rein -a '(__rein_complete)'
