# Shared by ./rein and ./test.sh: find the SDK, and do slow things quietly. Sourced, never run.

# The apphost looks for its runtime in DOTNET_ROOT only, so an SDK in a home folder must be named.
find_dotnet() {
  local dotnet
  dotnet=$(command -v dotnet) || for dotnet in "${DOTNET_ROOT:-}/dotnet" "$HOME/.dotnet/dotnet" /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet; do
    [ -x "$dotnet" ] && break
  done
  [ -x "$dotnet" ] || return 1
  dotnet=$(readlink -f "$dotnet")
  [ -n "${DOTNET_ROOT:-}" ] || export DOTNET_ROOT="${dotnet%/*}"
  case ":$PATH:" in *":${dotnet%/*}:"*) ;; *) PATH="$PATH:${dotnet%/*}" ;; esac
}

# Run inside the repository, `dotnet --version` obeys global.json and fails when no installed SDK satisfies it.
need_sdk() {
  local wanted
  wanted=$(sed -n 's/.*"version": *"\([0-9.]*\)".*/\1/p' "$root/global.json" | head -n 1)
  find_dotnet && (cd "$root" && dotnet --version) >/dev/null 2>&1 && return
  if command -v dotnet >/dev/null; then
    echo "Rein needs the .NET SDK $wanted or newer; found: $(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | paste -sd' ' || true)"
  else
    echo "Rein needs the .NET SDK $wanted or newer, and no 'dotnet' was found."
  fi >&2
  cat >&2 <<TEXT

  Ubuntu 24.04 and newer, Debian with Microsoft's package feed:
      sudo apt-get update && sudo apt-get install -y dotnet-sdk-${wanted%.*}

  Any Linux, into your home folder, without root:
      curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel ${wanted%.*}
      export PATH="\$HOME/.dotnet:\$PATH"

  Everything else: https://dotnet.microsoft.com/download/dotnet/${wanted%.*}
TEXT
  return 1
}

# quietly LOG SENTENCE COMMAND…: one line while it runs, its output only when it fails.
quietly() {
  local log=$1 sentence=$2 started=$SECONDS pid code=0
  shift 2
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  printf '%s' "$sentence" >&2
  # A terminal sees the seconds; a log file does not need a line for each.
  if [ -t 2 ]; then
    while kill -0 "$pid" 2>/dev/null; do
      printf '\r%s %s s' "$sentence" $((SECONDS - started)) >&2
      sleep 0.5
    done
  fi
  wait "$pid" || code=$?
  [ -t 2 ] && printf '\r%s %s s\n' "$sentence" $((SECONDS - started)) >&2 || printf ' %s s\n' $((SECONDS - started)) >&2
  [ "$code" = 0 ] || cat "$log" >&2
  return "$code"
}
