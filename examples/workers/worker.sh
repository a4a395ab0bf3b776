#!/bin/sh
# A Rein worker in plain shell: curl, jq, setsid, Linux, and nothing else.
#
#     REIN_URL=http://127.0.0.1:7300 REIN_KEY=rein_… ./worker.sh NAME [POOL]
#
# It executes the kind `lines`: runs the payload's `script` with sh, and every line that it prints is an item. One attempt at a time. It can be drained,
# and tried by stop drills. docs/protocol.md says why each part is there.
set -u
name=$1 pool=${2:-}
url=${REIN_URL:-http://127.0.0.1:7300}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkfifo "$folder/frames" "$folder/stream" "$folder/out"
exec 3<>"$folder/frames" # frames, a line of JSON each, from the stream and from heartbeats

# The key goes through a file that only its owner reads: arguments are everybody's.
(umask 077 && printf 'header = "Authorization: Bearer %s"\nsilent\n' "$REIN_KEY" >"$folder/curl")

ask() { # METHOD PATH [BODY]: the answer, and the status in a last line
  if [ -n "${3:-}" ]; then
    printf '%s' "$3" | curl -K "$folder/curl" -X "$1" -H 'Content-Type: application/json' --max-time "${4:-30}" -w '\n%{http_code}' --data-binary @- "$url$2"
  else
    curl -K "$folder/curl" -X "$1" --max-time 30 -w '\n%{http_code}' "$url$2"
  fi
}

status_of() { printf '%s\n' "$1" | tail -n 1; }
body_of() { printf '%s\n' "$1" | sed '$d'; }

# Only the server itself says a code: a 404 or a 401 of whoever stands in front of it is a server that is away.
code_of() { body_of "$1" | jq -r 'objects | .code // empty' 2>/dev/null; }

ends() { # CODE: of a session; a key that was revoked ends it too, for nothing is taken any more
  case $1 in session_not_found | unauthenticated | missing_scope) ;; *) return 1 ;; esac
}

persist() { # the same, until a server answers; 4: the session is over, or the worker was killed, and this is what it left; 5: another bears its name; 1: refused for good
  pause=0.2
  while :; do
    answer=$(ask "$@")
    status=$(status_of "$answer") code=
    case $status in
      2*) body_of "$answer"; return 0 ;;
      4*) code=$(code_of "$answer") ;;
    esac
    if [ "$2" != /v1/sessions ] && ends "$code"; then return 4; fi
    case $status:$code in
      409:worker_name_taken) body_of "$answer"; return 5 ;;
      400:* | 413:* | 401:?* | 403:?* | 409:?* | 422:?*) body_of "$answer" >&2; return 1 ;;
    esac
    lives || return 4
    sleep "$pause"
    pause=$(awk "BEGIN { srand(); p = $pause * 2; if (p > 5) p = 5; print p * (0.5 + rand() / 2) }")
  done
}

report() { # ATTEMPT REPORT: its status; `over` where the session is, and `refused` where the batch is
  body=$(printf '%s' "$2" | jq -c --argjson attempt "$1" '{reports: [. + {attempt: $attempt}]}')
  while :; do
    answered=$(persist POST "/v1/sessions/$session/reports" "$body") || { [ $? = 4 ] && echo over || echo refused; return; }
    status=$(printf '%s' "$answered" | jq -r '.answers[0].status')
    [ "$status" = retry ] || { echo "$status"; return; }
    sleep 0.1
  done
}

say() { # FRAME: one writer at a time, because a long line is not written at once
  (flock 9; printf '%s\n' "$1" >&3) 9>"$folder/say"
}

# The stream, opened again for as long as the session lives. The server says something, if only a comment, once a heartbeat: three of silence mean
# that the connection is dead.
read_stream() {
  rest=2 # in tenths of a second
  while [ ! -e "$folder/closing" ] && lives; do
    curl -K "$folder/curl" -N -f -H 'Accept: text/event-stream' --speed-limit 1 --speed-time "$silence" "$url/v1/sessions/$session/commands" >"$folder/stream" &
    echo $! >"$folder/curl.pid"
    while IFS= read -r line; do
      rest=2
      case $line in 'data: '*) say "${line#data: }" ;; esac
    done <"$folder/stream"
    naps=0
    while [ "$naps" -lt "$rest" ] && [ ! -e "$folder/closing" ]; do sleep 0.1; naps=$((naps + 1)); done
    rest=$(awk "BEGIN { srand(); r = $rest * 2; if (r > 50) r = 50; print int(r * (0.5 + rand() / 2)) + 1 }")
  done
  : >"$folder/closed"
}

close_stream() {
  : >"$folder/closing"
  until [ -e "$folder/closed" ]; do
    kill "$(cat "$folder/curl.pid")" 2>/dev/null
    : <>"$folder/stream" # lets go on whoever waits for the other end
    sleep 0.1
  done
  rm -f "$folder/closing" "$folder/closed"
}

held() { cat "$folder/held" 2>/dev/null; }

beat() { # what it holds, always as a list: with one attempt it is short. One that hangs leaves time for another before the lease runs out
  answer=$(ask POST "/v1/sessions/$session/heartbeat" "{\"held\":[$(held)]}" "$patience")
  case $(status_of "$answer") in
    200)
      # A drain comes with every heartbeat while it is on: without one, nothing is to be handed back.
      body_of "$answer" | jq -e 'any(.outstanding[]; .type == "drain")' >/dev/null || rm -f "$folder/draining"
      prove_former "$(body_of "$answer")"
      body_of "$answer" | jq -c '.outstanding[]' | while IFS= read -r frame; do say "$frame"; done ;;
    4*) if ends "$(code_of "$answer")"; then say '{"type":"over"}'; fi ;;
  esac
}

lives() { kill -0 "$$" 2>/dev/null; } # nobody keeps up the lease of a worker that was killed

# A signal that comes just as the shell begins to wait for a frame is seen with the next: there is one with every heartbeat.
beats() { while sleep "$heartbeat" && lives; do beat; say '{"type":"none"}'; done; }

# Runs one attempt from its assign to its one report, beside the loop that takes frames.
execute() { # FRAME ATTEMPT
  began=$(date +%s%N)
  script=$(printf '%s' "$1" | jq -r 'if .kind == "drill" then "while :; do sleep 3600; done" else .payload | objects | .script | strings end')
  [ -n "$script" ] || script="echo 'the payload has no script' >&2; exit 2"
  secrets=$(printf '%s' "$1" | jq -c '.secrets // []')
  limit=$(printf '%s' "$1" | jq -r '(.timeoutMs // empty) / 1000')
  setsid sh -c "$script" </dev/null >"$folder/out" 2>"$folder/errors" 3>&- &
  child=$!
  echo "$child" >"$folder/pid"
  if [ -n "$limit" ]; then
    watch "$limit" "$(printf '%s' "$1" | jq -c '{type: "time-up", attempt, graceMs}')" &
    watcher=$!
  fi
  seq=1 status=accepted
  while IFS= read -r line; do
    [ "$status" = accepted ] || continue
    # Numbered from 1, without gaps: said twice, it counts once. None may show a secret of the payload.
    status=$(report "$2" "$(jq -cn --arg line "$line" --argjson seq "$seq" --argjson secrets "$secrets" "$masked"'{type: "items", firstSeq: $seq, rows: [$line | masked]}')")
    [ "$status" = accepted ] || {
      [ "$status" != refused ] || echo "the server refused its line $seq" >"$folder/error"
      echo killed >"$folder/rung"
      kill -KILL "-$child" 2>/dev/null
    }
    seq=$((seq + 1))
  done <"$folder/out"
  wait "$child"
  code=$?
  if [ -n "$limit" ]; then
    until [ -e "$folder/watch" ]; do sleep 0.01; done
    kill "$(cat "$folder/watch")" 2>/dev/null
    wait "$watcher"
  fi
  end_rest "$child"
  finish "$2" "$code" $((($(date +%s%N) - began) / 1000000))
  (flock 9; printf '%s\n' "$2" >>"$folder/ended"; rm -f "$folder/held" "$folder/pid" "$folder/stopping" "$folder/heard" "$folder/leaving" "$folder/timed_out" "$folder/error" "$folder/watch" "$folder/rung") 9>"$folder/hold"
}

masked='def masked: reduce $secrets[] as $one (.; split($one) | join("***")); '

watch() { # SECONDS FRAME: the server does not watch the step's time; whoever executes it does
  sleep "$1" >/dev/null 2>&1 3>&- &
  echo "$!" >"$folder/watch.new"
  mv "$folder/watch.new" "$folder/watch"
  if wait "$!"; then say "$2"; fi
}

left_of() { # GROUP: PID@START of everybody who is left of it or of its session; the dead that nobody buries execute nothing
  grep -saHz '' /proc/[0-9]*/stat | tr '\n\0' ' \n' | sed -n 's|^/proc/\([0-9]*\)/stat:.*) \(.\) |\1 \2 |p' |
    awk -v group="$1" '($4 == group || $5 == group) && $2 !~ /[ZX]/ { print $1 "@" $21 }'
}

# Nothing outlives its attempt: kills, and looks, until nobody is left or five seconds are over. What is left then is what `residuals` names. Whoever
# has just been told to end needs a moment for it.
end_rest() { # GROUP
  looks=0
  while left_of "$1" >"$folder/left"; [ -s "$folder/left" ] && [ "$looks" -lt 50 ]; do
    if [ "$looks" -ge 3 ]; then
      echo killed >"$folder/rung"
      kill -KILL "-$1" $(sed 's/@.*//' "$folder/left") 2>/dev/null
    fi
    sleep 0.1
    looks=$((looks + 1))
  done
}

finish() { # ATTEMPT EXITCODE BEGANAGOMS
  # Reports of one attempt keep their order: behind its end nothing counts.
  while [ -e "$folder/stopping" ] && [ ! -e "$folder/heard" ]; do sleep 0.02; done
  rung=$(cat "$folder/rung" 2>/dev/null)
  # Its group and its session were looked at. What left both is not known here, so no containment is claimed.
  proof=$(jq -cn --argjson code "$2" --arg rung "$rung" --rawfile left "$folder/left" \
    '[$left | splits("\n") | select(. != "") | {kind: "process", id: ., why: "it was killed, and is still there"}] as $residuals
      | {exitCode: $code, containment: "none", residuals: $residuals} + (if $rung == "" or $residuals != [] then {} else {rung: $rung} end)')
  # What is no text becomes three bytes for one.
  [ ! -s "$folder/errors" ] || report "$1" "$(head -c 20000 "$folder/errors" | jq -cRs --argjson secrets "$secrets" "$masked"'{type: "logs", firstSeq: 1, rows: [masked]}')" >/dev/null
  error=$(cat "$folder/error" 2>/dev/null) || error="the script ended with $2"
  if [ -e "$folder/error" ]; then outcome=failed
  elif [ "$2" = 0 ]; then outcome=succeeded
  elif [ -e "$folder/stopping" ]; then outcome=stopped
  elif [ -e "$folder/timed_out" ]; then outcome=timed_out
  else outcome=failed; fi
  if [ "$outcome" = failed ] && [ -e "$folder/leaving" ] && [ ! -e "$folder/error" ]; then
    report "$1" "$(jq -cn --argjson proof "$proof" '{type: "returned", proof: $proof}')" >/dev/null
    return
  fi
  status=$(report "$1" "$(jq -cn --arg outcome "$outcome" --argjson proof "$proof" --argjson code "$2" --argjson ago "$3" --arg error "$error" \
    '{type: "ended", outcome: $outcome, proof: $proof, result: {exitCode: $code}, beganAgoMs: $ago}
      + (if $outcome == "failed" then {error: $error} else {} end)')")
  # Nothing of it counts any more but this: what became of it.
  [ "$status" != fenced ] || status=$(report "$1" "$(jq -cn --argjson proof "$proof" '{type: "prove", proof: $proof}')")
  [ "$status" != over ] || jq -cn --argjson attempt "$1" --argjson proof "$proof" '{attempt: $attempt, proof: $proof}' >>"$folder/unsaid" # for the next session
}

prove_former() { # ANSWER: those that this process has ended and looked at; of a former life it keeps no marks by which it could look, and proves nothing
  [ -s "$folder/unsaid" ] || return 0
  printf '%s' "$1" | jq -c --slurpfile unsaid "$folder/unsaid" '(.former // [])[] as $one | $unsaid[] | select(.attempt == $one)' | while IFS= read -r one; do
    report "$(printf '%s' "$one" | jq -c .attempt)" "$(printf '%s' "$one" | jq -c '{type: "prove", proof: .proof}')" >/dev/null
  done
}

begin() { # FRAME: once, however often it comes; one whose stop was here first never begins
  attempt=$(printf '%s' "$1" | jq -c .attempt)
  [ "$(held)" != "$attempt" ] && ! grep -qxF "$attempt" "$folder/ended" || return 0
  if grep -qxF "$attempt" "$folder/early"; then
    report "$attempt" '{"type":"ended","outcome":"not_started"}' >/dev/null
    echo "$attempt" >>"$folder/ended"
    return
  fi
  if take "$attempt"; then
    execute "$1" "$attempt" &
  else
    { until_nothing_is_held; say "$1"; } & # the one before has ended, or is nobody's any more, and is not put away yet
  fi
}

take() { # ATTEMPT: under the lock that an end takes, or what is put away would be the next one's. 1: another is held
  (flock 9; [ ! -e "$folder/held" ] && printf '%s' "$1" >"$folder/held") 9>"$folder/hold"
}

end_child() { # SECONDS: TERM, and KILL when they have passed. A stop may be faster than the start: then it waits for the group to be there
  [ -e "$folder/rung" ] || echo terminated >"$folder/rung"
  ending=$(held)
  (
    until pid=$(cat "$folder/pid") && kill -TERM "-$pid"; do
      [ "$(held)" = "$ending" ] || exit 0
      sleep 0.02
    done
    sleep "$1"
    flock 9
    [ "$(cat "$folder/pid")" = "$pid" ] && echo killed >"$folder/rung" && kill -KILL "-$pid"
  ) 2>/dev/null 9>"$folder/hold" &
}

drain() { # FRAME: the time is said anew by every heartbeat, so only what is due before the one after the next is waited for
  rm -f "$folder/draining"
  seconds=$(printf '%s' "$1" | jq -r --argjson beat "$heartbeat" 'select(.isOver != true) | (.handBackInMs // empty) / 1000 | select(. <= 2 * $beat)')
  [ -n "$seconds" ] || return 0
  : >"$folder/draining"
  { sleep "$seconds"; say '{"type":"hand-back"}'; } &
}

mark() { # NAME [ATTEMPT]: once, and only while it is held: under the lock that its end takes, or the mark would be the next one's. 1: not held; 2: marked before
  (
    flock 9
    [ -e "$folder/held" ] && { [ -z "${2:-}" ] || [ "$(held)" = "$2" ]; } || exit 1
    [ ! -e "$folder/$1" ] || exit 2
    : >"$folder/$1"
  ) 9>"$folder/hold"
}

hand_back() {
  if mark leaving; then end_child 5; fi
}

stop() { # FRAME
  attempt=$(printf '%s' "$1" | jq -c .attempt)
  marked=0; mark stopping "$attempt" || marked=$?
  if [ "$marked" = 1 ]; then
    grep -qxF "$attempt" "$folder/ended" || echo "$attempt" >>"$folder/early"
    return
  fi
  end_child "$(printf '%s' "$1" | jq -r '.killInMs / 1000')"
  [ "$marked" = 2 ] || { report "$attempt" '{"type":"heard","agoMs":0}' >/dev/null; : >"$folder/heard"; } &
}

time_up() { # FRAME
  attempt=$(printf '%s' "$1" | jq -c .attempt)
  if mark timed_out "$attempt"; then end_child "$(printf '%s' "$1" | jq -r '.graceMs / 1000')"; fi
}

until_nothing_is_held() { while [ -e "$folder/held" ]; do sleep 0.05; done; }

# Takes nothing more, hands back what it holds, says that nothing is left, and closes.
leave() {
  close_stream
  hand_back
  until_nothing_is_held
  kill "$beater" 2>/dev/null
  beat
  ask DELETE "/v1/sessions/$session" >/dev/null
  exit 0
}

# While another bears its name it waits, and does not end: started again, it would come as one that has just begun, and end the other's session.
open_session() {
  told=
  until opened=$(persist POST /v1/sessions "$hello"); do
    [ $? = 5 ] || exit 1
    [ -n "$told" ] || printf 'waits until another has left: %s\n' "$opened" >&2
    told=1
    sleep 5
    [ ! -e "$folder/leave" ] || exit 0
  done
}

trap ': >"$folder/leave"; say "{\"type\":\"leave\"}"' TERM INT
hello=$(jq -cn --arg worker "$name" --arg pool "$pool" '{worker: $worker, kinds: ["lines", "drill"], capacity: 1, version: "1"} + (if $pool == "" then {} else {pool: $pool} end)')
: >"$folder/unsaid"
while :; do
  open_session
  session=$(printf '%s' "$opened" | jq -r .session)
  # Whoever comes with one is there still: another process of this name, on another machine, is found out.
  hello=$(printf '%s' "$hello" | jq -c --arg session "$session" '.previous = $session')
  heartbeat=$(printf '%s' "$opened" | jq -r '.heartbeatMs / 1000')
  # One heartbeat that hangs must leave time for another before the lease runs out.
  patience=$(printf '%s' "$opened" | jq -r '[0.5, ([2 * .heartbeatMs, (.leaseMs - .heartbeatMs) / 2] | min) / 1000] | max')
  silence=$(printf '%s' "$opened" | jq -r '[1, .heartbeatMs * 3 / 1000 | ceil] | max')
  : >"$folder/ended"; : >"$folder/early"; rm -f "$folder/draining"
  prove_former "$opened"
  read_stream & reader=$!
  beats & beater=$!
  echo "ready $session"
  while IFS= read -r frame <&3 || true; do
    case $(printf '%s' "$frame" | jq -r .type) in
      assign) begin "$frame" ;;
      stop) stop "$frame" ;;
      time-up) time_up "$frame" ;;
      drain) drain "$frame" ;;
      hand-back) [ ! -e "$folder/draining" ] || hand_back ;;
      leave) leave ;;
      over) break ;;
    esac
    frame=
  done
  close_stream
  kill "$beater" 2>/dev/null
  # Nothing that it held is its own any more.
  [ ! -e "$folder/held" ] || end_child 0
  until_nothing_is_held
done
