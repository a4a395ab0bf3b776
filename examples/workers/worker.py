#!/usr/bin/env python3
"""A Rein worker in Python's standard library.

    REIN_URL=http://127.0.0.1:7300 REIN_KEY=rein_… ./worker.py NAME [POOL]

It executes the kind `count`: an item for each number up to `to`, one every `pauseMs`, and a line of log at the end. It can be stopped in
between, takes `lingerMs` to tidy up at its end, loses no item to a broken connection, and goes on where it was when its server was away. It can be
drained, and tried by stop drills. docs/protocol.md says why each part is there.
"""
import fcntl, hashlib, http.client, json, os, random, signal, socket, sys, tempfile, threading, time, urllib.parse

server = urllib.parse.urlparse(os.environ.get("REIN_URL", "http://127.0.0.1:7300"))
headers = {"Authorization": "Bearer " + os.environ["REIN_KEY"], "Content-Type": "application/json"}
name = sys.argv[1]
pool = sys.argv[2] if len(sys.argv) > 2 else None
capacity = 4


class Refused(Exception):
    """By the server, and for good: said again, it would be refused again."""

    def __init__(self, what, code):
        super().__init__(what)
        self.code = code


class Over(Exception):
    """The session is over, and so is everything it held."""


AWAY = (OSError, http.client.HTTPException, ValueError)
ENDS = ("session_not_found", "unauthenticated", "missing_scope")  # a session; a key that was revoked ends it too, for nothing is taken any more


def code_of(text):
    """Only the server itself says one: a 404 or a 401 of whoever stands in front of it is a server that is away."""
    try:
        return json.loads(text)["code"]
    except (ValueError, KeyError, TypeError):
        return None


def connect(timeout):
    kind = http.client.HTTPSConnection if server.scheme == "https" else http.client.HTTPConnection
    return kind(server.hostname, server.port, timeout=timeout)


def ask(method, path, body=None, timeout=30):
    connection = connect(timeout)
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        code = code_of(text) if answer.status >= 400 else None
        if code in ENDS and path != "/v1/sessions":
            raise Over()
        if answer.status in (400, 413) or answer.status in (401, 403, 409, 422) and code:
            raise Refused(f"{method} {path} answers {answer.status}: {text.decode(errors='replace')[:1000]}", code)
        if answer.status >= 400:
            raise OSError(f"{method} {path} answers {answer.status}")
        return json.loads(text) if text else None
    finally:
        connection.close()


def pauses():
    """Longer each time, and never the same for two workers."""
    pause = 0.1
    while True:
        yield pause * random.uniform(0.5, 1)
        pause = min(5, pause * 2)


def persist(method, path, body=None):
    """Again and again, until a server answers."""
    for pause in pauses():
        try:
            return ask(method, path, body)
        except AWAY:
            time.sleep(pause)


class Attempt:
    def __init__(self, session, frame):
        self.session, self.frame, self.ref = session, frame, frame["attempt"]
        self.key = (self.ref["run"], self.ref["step"], self.ref["fence"])
        self.stop, self.wished, self.fenced = threading.Event(), False, False
        self.own = None  # why this worker itself wants it to end, where nobody else does: "leaving" or "timed_out"
        self.hearing = None

    def report(self, report):
        """Answered or fenced: then it is over."""
        report["attempt"] = self.ref
        while True:
            answer = persist("POST", f"/v1/sessions/{self.session.id}/reports", {"reports": [report]})["answers"][0]
            if answer["status"] == "retry":
                time.sleep(0.1)
                continue
            if answer["status"] != "accepted":
                self.fenced = True
                self.stop.set()
            return answer

    def execute(self):
        began = time.monotonic()
        limit = self.time_limit()
        try:
            outcome, error = self.outcome()
            if limit:
                limit.cancel()
            if self.hearing:
                self.hearing.join()  # reports of one attempt keep their order: behind its end nothing counts
            if outcome == "stopped" and self.own == "leaving" and not self.wished:
                self.report({"type": "returned", "proof": self.proof()})
            elif not self.fenced:
                self.report_end(outcome, error, (time.monotonic() - began) * 1000)
            if self.fenced:
                # Nothing of it counts any more but this: it no longer executes.
                self.report({"type": "prove", "proof": self.proof()})
        except Over:
            self.session.unheard[self.key] = self.proof()
        finally:
            self.session.forget(self)

    def report_end(self, outcome, error, began_ago):
        end = {"type": "ended", "outcome": outcome, "proof": self.proof(), "beganAgoMs": began_ago}
        try:
            self.report(end | {"error": error} if error else end)
        except Refused:
            self.report({"type": "ended", "outcome": "failed", "proof": self.proof()})

    def proof(self):
        return {"rung": "asked"} if self.stop.is_set() else {}

    def outcome(self):
        """How its code ended, and why it failed. Whatever goes wrong in it is said: an attempt of which nothing is reported would run for ever."""
        try:
            outcome = self.work()
        except Over:
            raise
        except Exception as problem:
            return "failed", self.masked(f"{type(problem).__name__}: {problem}")[:1000]
        return ("timed_out" if outcome == "stopped" and self.own == "timed_out" and not self.wished else outcome), None

    def work(self):
        try:
            return self.drill() if self.frame["kind"] == "drill" else self.count()
        finally:
            time.sleep((self.frame["payload"] or {}).get("lingerMs", 0) / 1000)

    def time_limit(self):
        """The server does not watch the step's time; whoever executes it does."""
        if "timeoutMs" not in self.frame:
            return None
        limit = threading.Timer(min(self.frame["timeoutMs"] / 1000, threading.TIMEOUT_MAX), self.end, ["timed_out"])
        limit.daemon = True
        limit.start()
        return limit

    def end(self, why):
        self.own = self.own or why
        # This worker's code ends within `graceMs` by itself. One that runs a child would kill it then.
        self.stop.set()

    def masked(self, text):
        """Nothing that is reported may show a secret of the payload."""
        for secret in self.frame.get("secrets", []):
            text = text.replace(secret, "***")
        return text

    def drill(self):
        """Nothing, until it is stopped."""
        self.stop.wait()
        return "stopped"

    def count(self):
        payload = self.frame["payload"]
        seq, to = 1, int(payload["to"])
        for n in range(1, to + 1):
            if self.stop.wait(payload.get("pauseMs", 0) / 1000):
                return "stopped"
            # Numbered from 1, without gaps: said twice, it counts once.
            self.report({"type": "items", "firstSeq": seq, "rows": [{"n": n}]})
            seq += 1
        self.report({"type": "logs", "firstSeq": 1, "rows": [self.masked(f"counted to {to}\n")]})
        return "succeeded"


class Session:
    def __init__(self, opened, found):
        self.found, self.proved = found, set()  # how what earlier sessions held has ended; what was said of it
        self.id, self.heartbeat = opened["session"], opened["heartbeatMs"] / 1000
        # One heartbeat that hangs must leave time for another before the lease runs out.
        self.patience = max(0.5, min(2 * self.heartbeat, (opened["leaseMs"] / 1000 - self.heartbeat) / 2))
        self.held, self.ended, self.early, self.said = {}, {}, {}, set()
        self.unheard = {}  # proofs that came when the session was over: for the next one
        self.lock = threading.Lock()
        self.over, self.leaving = threading.Event(), threading.Event()
        self.socket, self.handing_back = None, None
        self.reader, self.beater = (threading.Thread(target=work, daemon=True) for work in (self.read, self.beat))

    def prove(self, former):
        """Of what the server asks for, and is not held: a former life's went with it, this one's has ended, and what never arrived begins no more."""
        for ref in former:
            key = (ref["run"], ref["step"], ref["fence"])
            with self.lock:
                if key in self.held or key in self.proved:
                    continue
                self.proved.add(key)
                remember(self.ended, key)
            report = {"type": "prove", "attempt": ref, "proof": self.found.get(key, {})}
            try:
                if persist("POST", f"/v1/sessions/{self.id}/reports", {"reports": [report]})["answers"][0]["status"] == "retry":
                    self.proved.discard(key)  # it is asked for again
            except (Over, Refused):
                return

    def begin(self):
        self.reader.start()
        self.beater.start()

    def take(self, frame):
        if frame["type"] == "drain":
            self.drain(None if frame.get("isOver") else frame.get("handBackInMs"))
        if frame["type"] not in ("assign", "stop"):
            return
        ref = frame["attempt"]
        key = (ref["run"], ref["step"], ref["fence"])
        with self.lock:
            attempt = self.held.get(key)
            if frame["type"] == "assign":
                # An assign may come twice; it begins once. One whose stop was here first never begins.
                if attempt or key in self.ended:
                    return
                attempt = self.held[key] = Attempt(self, frame)
            elif not attempt:
                if key not in self.ended:
                    remember(self.early, key)
                return
            never = frame["type"] == "assign" and self.early.pop(key, False)
        if never:
            threading.Thread(target=self.not_started, args=(attempt,), daemon=True).start()
        elif frame["type"] == "assign":
            threading.Thread(target=attempt.execute, daemon=True).start()
        elif not attempt.wished:
            attempt.wished = True
            attempt.hearing = threading.Thread(target=self.heard, args=(attempt, time.monotonic()), daemon=True)
            attempt.hearing.start()
            # This worker's code ends within `killInMs` by itself. One that runs a child would kill it then.
            attempt.stop.set()

    def drain(self, in_ms):
        """What is still held when the time has passed goes back. Said anew by every heartbeat; None: nothing is to go back."""
        with self.lock:
            if self.handing_back:
                self.handing_back.cancel()
            self.handing_back = None if in_ms is None else threading.Timer(in_ms / 1000, self.hand_back)
            if self.handing_back:
                self.handing_back.daemon = True
                self.handing_back.start()

    def hand_back(self):
        with self.lock:
            held = list(self.held.values())
        for attempt in held:
            attempt.end("leaving")

    def not_started(self, attempt):
        try:
            attempt.report({"type": "ended", "outcome": "not_started"})
        except Over:
            pass
        finally:
            self.forget(attempt)

    def heard(self, attempt, since):
        try:
            attempt.report({"type": "heard", "agoMs": (time.monotonic() - since) * 1000})
        except Over:
            pass

    def forget(self, attempt):
        with self.lock:
            remember(self.ended, attempt.key)
            self.held.pop(attempt.key, None)

    def read(self):
        """The stream of commands, opened again for as long as the session lives."""
        wait = pauses()
        while not self.over.is_set() and not self.leaving.is_set():
            try:
                # The server says something, if only a comment, once a heartbeat: three of silence mean that the connection is dead.
                stream = connect(max(3 * self.heartbeat, 1))
                stream.connect()
                self.socket = stream.sock
                stream.request("GET", f"/v1/sessions/{self.id}/commands", headers={**headers, "Accept": "text/event-stream"})
                answer = stream.getresponse()
                if answer.status != 200 and code_of(answer.read()) in ENDS:
                    self.over.set()
                    return
                if answer.status == 200:
                    wait = pauses()
                    for line in iter(answer.readline, b""):
                        if line.startswith(b"data: "):
                            self.take(json.loads(line[6:]))
            except AWAY:
                pass
            self.leaving.wait(next(wait))

    def beat(self):
        while not self.over.wait(self.heartbeat):
            try:
                self.beat_once()
            except Over:
                self.over.set()
            except (Refused, *AWAY):
                pass  # The server is away: the next one asks again.

    def beat_once(self, with_list=False):
        with self.lock:
            held = dict(self.held)
        # A digest is as short for ten thousand attempts as for one: over those that the heartbeat before said too.
        body = {"held": [one.ref for one in held.values()]} if with_list else {"digest": digest(key for key in held if key in self.said)}
        answer = ask("POST", f"/v1/sessions/{self.id}/heartbeat", body, self.patience)
        if not any(frame["type"] == "drain" for frame in answer["outstanding"]):
            self.drain(None)
        for frame in answer["outstanding"]:
            self.take(frame)
        if answer.get("former"):
            threading.Thread(target=self.prove, args=(answer["former"],), daemon=True).start()
        if answer.get("sendHeld"):
            self.beat_once(with_list=True)
        else:
            self.said = set(held)

    def close_stream(self):
        """Nothing more comes from it afterwards."""
        self.leaving.set()
        while self.reader.is_alive():
            try:
                self.socket.shutdown(socket.SHUT_RDWR)
            except (OSError, AttributeError):
                pass
            self.reader.join(0.1)

    def leave(self):
        """Takes nothing more, hands back what it holds, says that nothing is left, and closes."""
        self.close_stream()
        self.hand_back()
        self.until_nothing_executes()
        self.over.set()
        try:
            self.beat_once(with_list=True)
            ask("DELETE", f"/v1/sessions/{self.id}")
        except (Over, Refused, *AWAY):
            pass  # It is over, or will be when its lease has run out.

    def give_up(self):
        """The session is over: ends what it held, and comes back when it has ended. What there is to prove of it."""
        self.close_stream()
        self.beater.join()
        self.drain(None)
        with self.lock:
            held = list(self.held.values())
        for attempt in held:
            attempt.stop.set()
        self.until_nothing_executes()
        return {attempt.key: attempt.proof() for attempt in held} | self.unheard

    def until_nothing_executes(self):
        while self.held:  # an attempt is taken out when its thread has nothing more to do
            time.sleep(0.02)


def remember(book, key, most=8192):
    """The last few thousand."""
    book[key] = True
    if len(book) > most:
        del book[next(iter(book))]


def digest(keys):
    joined = 0
    for run, step, fence in keys:
        joined ^= int.from_bytes(hashlib.sha256(f"{run}/{step}/{fence}".encode()).digest()[:16], "big")
    return f"{joined:032x}"


def alone():
    """Waits until no other process of this machine is this worker: what a former life held were threads of it, and they are gone with it.

    On another machine nobody could look: a worker that moves takes another name."""
    lock = open(os.path.join(tempfile.gettempdir(), "rein-worker-" + hashlib.sha256(f"{server.netloc}/{name}".encode()).hexdigest()[:16]), "a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f"waits for another process that is {name}", file=sys.stderr, flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def open_session(previous, leave):
    """None where it is to leave. While another bears its name it waits, and does not end: started again, it would come as one that has just begun, and end the other's session."""
    hello = {"worker": name, "pool": pool, "kinds": ["count", "drill"], "capacity": capacity, "version": "1"}
    if previous:
        hello["previous"] = previous  # whoever comes with one is there still: another process of this name, on another machine, is found out
    said = False
    while not leave.is_set():
        try:
            return persist("POST", "/v1/sessions", hello)
        except Refused as refused:
            if refused.code != "worker_name_taken":
                raise
            if not said:
                print(f"waits until another has left: {refused}", file=sys.stderr, flush=True)
            said = True
            leave.wait(5)
    return None


def main():
    leave = threading.Event()
    only = alone()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: leave.set())
    ended, previous = {}, None
    while not leave.is_set():
        # At this place nothing executes here: neither of a former life, nor of the session before this one.
        opened = open_session(previous, leave)
        if not opened:
            break
        previous = opened["session"]
        session = Session(opened, ended)
        print("ready", session.id, flush=True)
        session.prove(opened["former"])
        session.begin()
        while not session.over.is_set() and not leave.wait(0.05):
            pass
        if session.over.is_set():
            ended |= session.give_up()
        else:
            session.leave()
    only.close()


try:
    main()
except Refused as refused:
    sys.exit(str(refused))
