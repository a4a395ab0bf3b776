#!/usr/bin/env bash
# Checks everything: builds the solution, starts a PostgreSQL of its own, runs every test project.
#   ./test.sh [--long] [--filter TEXT] [--slowest] [PROJECT…]      e.g. ./test.sh Rein.Core.Tests --filter late_success
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
. "$root/eng/sdk.sh"

main() {
  read_arguments "$@"
  need_sdk
  need_programs
  folder=$(mktemp -d /tmp/rein-test.XXXXXX)
  trap clean_up EXIT
  trap 'exit 130' INT TERM
  quietly "$folder/build.log" "Building everything…" \
    dotnet build "$root/Rein.slnx" -c Release --nologo -v quiet -clp:NoSummary
  start_postgres
  run_projects
  clean_up
  report
}

read_arguments() {
  projects=() options=() slowest=
  [ -t 1 ] || options=(-noColor)
  while [ $# -gt 0 ]; do
    case $1 in
      --long) export REIN_LONG=1 ;;
      --slowest) slowest=1 ;;
      --filter) options+=(-method "*${2:?--filter needs a text}*"); shift ;;
      -*) echo "usage: ./test.sh [--long] [--filter TEXT] [--slowest] [PROJECT…]" >&2; exit 2 ;;
      *) [ -d "$root/tests/$1" ] || { echo "There is no test project '$1' in tests/." >&2; exit 2; }
        projects+=("$1") ;;
    esac
    shift
  done
  [ ${#projects[@]} -gt 0 ] || for path in "$root"/tests/*.Tests/; do projects+=("$(basename "$path")"); done
}

need_programs() {
  local missing=()
  find_postgres || missing+=(postgresql)
  command -v python3 >/dev/null || missing+=(python3)
  command -v perl >/dev/null || missing+=(perl)
  command -v curl >/dev/null || missing+=(curl)
  command -v jq >/dev/null || missing+=(jq)
  command -v node >/dev/null || missing+=(nodejs)
  command -v zsh >/dev/null || missing+=(zsh)
  command -v fish >/dev/null || missing+=(fish)
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    quietly "/tmp/rein-apt.$$.log" "Installing ${missing[*]}…" install "${missing[@]}"
    rm -f "/tmp/rein-apt.$$.log"
    find_postgres && return
    echo "PostgreSQL was installed, but no initdb is in PATH or /usr/lib/postgresql/*/bin." >&2
  else
    echo "The tests need ${missing[*]}. Please run:" >&2
    echo "    sudo apt-get update && sudo apt-get install -y ${missing[*]}" >&2
    echo "(or what your distribution has instead of apt-get), then ./test.sh again." >&2
  fi
  exit 1
}

install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update && apt-get install -y "$@"
}

find_postgres() {
  postgres=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  [ -n "$postgres" ] && [ -x "$postgres/initdb" ] && return
  postgres=$(command -v initdb) && postgres=$(dirname "$(readlink -f "$postgres")") && [ -x "$postgres/postgres" ]
}

# initdb and the server refuse to be root.
as_postgres() {
  cd "$folder/pg" # a folder that the other user may stand in
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"
  else
    "$@"
  fi
}

start_postgres() {
  local try port
  chmod 755 "$folder"
  mkdir "$folder/pg"
  [ "$(id -u)" != 0 ] || chown postgres:postgres "$folder/pg"
  quietly "$folder/initdb.log" "Creating a PostgreSQL server…" \
    as_postgres "$postgres/initdb" -D "$folder/pg/data" -U rein --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync
  # Below the range the kernel hands out by itself; whoever is faster to a port makes us try the next.
  for try in 1 2 3 4 5; do
    port=$((10000 + RANDOM % 20000))
    if (as_postgres "$postgres/pg_ctl" start -w -t 60 -s -D "$folder/pg/data" -l "$folder/pg/log" -o \
      "-h 127.0.0.1 -p $port -k '$folder/pg' -c fsync=on -c max_connections=200" </dev/null >"$folder/start.log" 2>&1); then
      export REIN_TEST_POSTGRES="Host=127.0.0.1;Port=$port;Username=rein;Database=postgres"
      return
    fi
  done
  cat "$folder/start.log" "$folder/pg/log" >&2 || true
  echo "The PostgreSQL server did not start." >&2
  exit 1
}

# pg_ctl stops the process whose id stands in the data folder, and that folder is ours alone.
clean_up() {
  [ -n "${folder:-}" ] || return 0
  [ -z "${beside:-}" ] || kill -- "-$beside" 2>/dev/null || true
  if [ -f "$folder/pg/data/postmaster.pid" ]; then
    (as_postgres "$postgres/pg_ctl" stop -s -m immediate -w -D "$folder/pg/data") || true
  fi
  rm -rf "$folder"
  folder=
}

passed=0 failed=0 skipped=0 broken=() failures=

# Most code of a test runs once: to watch how it runs, for code that is generated anew later, costs a tenth of the whole.
export DOTNET_TieredPGO=0

# The longest of them waits more than it works. The others go beside it, and are told of when it has ended.
longest=Rein.System.Tests

run_projects() {
  local project
  if [ ${#projects[@]} -lt 2 ] || [[ " ${projects[*]} " != *" $longest "* ]]; then
    for project in "${projects[@]}"; do run_project "$project"; count_project "$project"; done
    return
  fi
  set -m # a process group of their own, which can be ended as a whole
  run_others >"$folder/others.log" 2>&1 &
  beside=$!
  set +m
  run_project "$longest"
  wait "$beside" || true
  beside=
  cat "$folder/others.log"
  for project in "${projects[@]}"; do count_project "$project"; done
}

run_others() {
  local project
  for project in "${projects[@]}"; do [ "$project" = "$longest" ] || run_project "$project"; done
}

run_project() {
  local name=$1 started=$SECONDS code=0 minutes=15 at_once=()
  [ -z "${REIN_LONG:-}" ] || minutes=120
  [ "$name" != "$longest" ] || at_once=(-maxThreads 2.0x)
  echo
  echo "== $name"
  timeout --foreground -k 10 "${minutes}m" dotnet exec "$root/tests/$name/bin/Release/net10.0/$name.dll" \
    -noLogo -longRunning 60 -xml "$folder/$name.xml" ${at_once[@]+"${at_once[@]}"} ${options[@]+"${options[@]}"} || code=$?
  [ "$code" != 124 ] || echo "$name was stopped after $minutes minutes." >&2
  echo "$code $((SECONDS - started))" >"$folder/$name.end"
}

# The totals are read from the runner's file: a project that dies without writing it has failed, whatever it printed.
count_project() {
  local name=$1 result=$folder/$1.xml code seconds p f s e
  read -r code seconds <"$folder/$name.end" || code=1 seconds=0
  p=$(total passed "$result") f=$(total failed "$result") s=$(total skipped "$result") e=$(total errors "$result")
  if [ -z "$p" ] || { [ "$code" != 0 ] && [ $((f + e)) = 0 ] && [ $((p + s)) != 0 ]; }; then
    broken+=("$name ended with exit code $code and without a report")
    f=$((${f:-0} + 1))
  fi
  passed=$((passed + ${p:-0})) failed=$((failed + f + ${e:-0})) skipped=$((skipped + ${s:-0}))
  echo "   $name: ${p:-0} passed, $((f + ${e:-0})) failed in $seconds s"
  [ $((f + ${e:-0})) = 0 ] || failures+=$(name_failures "$result" || true)$'\n'
  [ -z "$slowest" ] || name_slowest "$result"
}

# What failed and why, once more: it is said again at the end, where nobody has to look for it.
name_failures() {
  [ -f "$1" ] || return 0
  python3 - "$1" <<'END'
import sys, xml.etree.ElementTree as xml
for test in xml.parse(sys.argv[1]).getroot().iter():
    failure = test.find("failure") if test.tag in ("test", "error") else None
    if failure is None:
        continue
    said = [failure.findtext("message", ""), failure.findtext("stack-trace", "")]
    print("FAILED", test.get("name"))
    print("\n".join("    " + line[:300] for text in said for line in text.strip().splitlines()[:40]))
END
}

# Classes by the seconds of their tests: what to look at first when the whole takes too long.
name_slowest() {
  { grep -o '<test [^>]*' "$1" || true; } | sed -n 's/.* time="\([0-9.]*\)".* type="\([^"]*\)".*/\2 \1/p' |
    awk '{ seconds[$1] += $2; tests[$1]++ } END { for (type in seconds) printf "%8.1f s  %4d tests  %s\n", seconds[type], tests[type], type }' |
    sort -rn | sed -n 1,40p
}

total() {
  [ -f "$2" ] || return 0
  sed -n "s/.*<assembly [^>]*\b$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1
}

report() {
  echo
  [ -z "$failures" ] || printf '%s\n' "$failures"
  for line in ${broken[@]+"${broken[@]}"}; do echo "$line"; done
  [ $((passed + failed)) -gt 0 ] || echo "No test ran."
  if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
  else
    echo "$passed passed, $failed failed"
  fi
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

main "$@"
