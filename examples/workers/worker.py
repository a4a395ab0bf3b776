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
    pass


class Over(Exception):
    """The session is over, and so is everything it held."""


def connect(timeout):
    kind = http.client.HTTPSConnection if server.scheme == "https" else http.client.HTTPConnection
    return kind(server.hostname, server.port, timeout=timeout)


def ask(method, path, body=None):
    connection = connect(30)
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status == 404 and b"session_not_found" in text:
            raise Over()
        if answer.status in (400, 401, 403, 413):
            raise Refused(f"{method} {path} answers {answer.status}: {text.decode()}")
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
        except (OSError, http.client.HTTPException, ValueError):
            time.sleep(pause)


class Attempt:
    def __init__(self, session, frame):
        self.session, self.frame, self.ref = session, frame, frame["attempt"]
        self.key = (self.ref["run"], self.ref["step"], self.ref["fence"])
        self.stop, self.wished, self.leaving, self.fenced = threading.Event(), False, False, False
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
        try:
            try:
                outcome = self.drill() if self.frame["kind"] == "drill" else self.count()
            finally:
                time.sleep((self.frame["payload"] or {}).get("lingerMs", 0) / 1000)
            proof = {"rung": "asked"} if outcome == "stopped" else {}
            if self.hearing:
                self.hearing.join()  # reports of one attempt keep their order: behind its end nothing counts
            if outcome == "stopped" and self.leaving and not self.wished:
                self.report({"type": "returned", "proof": proof})
            elif not self.fenced:
                self.report({"type": "ended", "outcome": outcome, "proof": proof, "beganAgoMs": (time.monotonic() - began) * 1000})
            if self.fenced:
                # Nothing of it counts any more but this: it no longer executes.
                self.report({"type": "prove", "proof": {"rung": "asked"}})
        except Over:
            pass
        finally:
            self.session.forget(self)

    def drill(self):
        """Nothing, until it is stopped."""
        self.stop.wait()
        return "stopped"

    def count(self):
        payload = self.frame["payload"]
        seq = 1
        for n in range(1, payload["to"] + 1):
            if self.stop.wait(payload.get("pauseMs", 0) / 1000):
                return "stopped"
            # Numbered from 1, without gaps: said twice, it counts once.
            self.report({"type": "items", "firstSeq": seq, "rows": [{"n": n}]})
            seq += 1
        self.report({"type": "logs", "firstSeq": 1, "rows": [f"counted to {payload['to']}\n"]})
        return "succeeded"


class Session:
    def __init__(self, opened):
        self.id, self.heartbeat = opened["session"], opened["heartbeatMs"] / 1000
        self.held, self.ended, self.early, self.said = {}, set(), set(), set()
        self.lock = threading.Lock()
        self.over, self.leaving = threading.Event(), threading.Event()
        self.socket, self.handing_back = None, None
        self.reader, self.beater = (threading.Thread(target=work, daemon=True) for work in (self.read, self.beat))

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
                    self.early.add(key)
                return
            never = frame["type"] == "assign" and key in self.early
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
            attempt.leaving = True
            attempt.stop.set()

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
            self.ended.add(attempt.key)
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
                if answer.status == 404:
                    self.over.set()
                    return
                if answer.status == 200:
                    wait = pauses()
                    for line in iter(answer.readline, b""):
                        if line.startswith(b"data: "):
                            self.take(json.loads(line[6:]))
            except (OSError, http.client.HTTPException, ValueError):
                pass
            self.leaving.wait(next(wait))

    def beat(self):
        while not self.over.wait(self.heartbeat):
            try:
                self.beat_once()
            except Over:
                self.over.set()
            except (OSError, http.client.HTTPException, ValueError):
                pass  # The server is away: the next one asks again.

    def beat_once(self, with_list=False):
        with self.lock:
            held = dict(self.held)
        # A digest is as short for ten thousand attempts as for one: over those that the heartbeat before said too.
        body = {"held": [one.ref for one in held.values()]} if with_list else {"digest": digest(key for key in held if key in self.said)}
        answer = ask("POST", f"/v1/sessions/{self.id}/heartbeat", body)
        if not any(frame["type"] == "drain" for frame in answer["outstanding"]):
            self.drain(None)
        for frame in answer["outstanding"]:
            self.take(frame)
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
        self.beat_once(with_list=True)
        ask("DELETE", f"/v1/sessions/{self.id}")

    def give_up(self):
        """The session is over: ends what it held, and comes back when it has ended. Which ones they were."""
        self.close_stream()
        self.beater.join()
        self.drain(None)
        with self.lock:
            held = list(self.held.values())
        for attempt in held:
            attempt.stop.set()
        self.until_nothing_executes()
        return {attempt.key for attempt in held}

    def until_nothing_executes(self):
        while self.held:  # an attempt is taken out when its thread has nothing more to do
            time.sleep(0.02)


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


def main():
    leave = threading.Event()
    only = alone()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: leave.set())
    asked = set()
    while not leave.is_set():
        # At this place nothing executes here: neither of a former life, nor of the session before this one.
        opened = persist("POST", "/v1/sessions", {"worker": name, "pool": pool, "kinds": ["count", "drill"], "capacity": capacity, "version": "1"})
        session = Session(opened)
        print("ready", session.id, flush=True)
        for attempt in opened["former"]:
            proof = {"rung": "asked"} if (attempt["run"], attempt["step"], attempt["fence"]) in asked else {}
            try:
                persist("POST", f"/v1/sessions/{session.id}/reports", {"reports": [{"type": "prove", "attempt": attempt, "proof": proof}]})
            except Over:
                session.over.set()
                break
        session.begin()
        while not session.over.is_set() and not leave.wait(0.05):
            pass
        if session.over.is_set():
            asked = session.give_up()
        else:
            session.leave()
    only.close()


main()
