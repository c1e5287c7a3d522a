"""Labelled checks on a real daemon: what the scripts beside this one share."""

import argparse
import datetime
import http.server
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sequences"))
import ledger  # noqa: E402  (tests/sequences/ledger.py)

CLUSTER = os.path.join(ledger.REPO, "scripts", "cluster")
PART = {"manufacturer": "cage:9CMA1", "mpn": "OA1117-33TR"}
ALL = []


def check(label):
    """Registers a function of one argument (the World) under `label`; it asserts."""
    def keep(function):
        ALL.append((label, function))
        return function
    return keep


def same(got, wanted, what=""):
    assert got == wanted, "%s: got %r, not %r" % (what or "differs", got, wanted)


PATIENCE = 240  # seconds: a hang must end, and no machine that can be worked on is so slow


def until(question, what="it never came true"):
    """Asks again and again; the first answer that is true."""
    end = time.monotonic() + PATIENCE
    while True:
        answer = question()
        if answer:
            return answer
        assert time.monotonic() < end, "%s within %g s" % (what, PATIENCE)
        time.sleep(0.03)


def received(code, quantity=1000, **more):
    return dict({"type": "received", "id": "in/" + code, "time": "2024-03-01",
                 "lot": {"code": code, "part": PART, "quantity": quantity}}, **more)


class Calendar:
    """The daemon's day, and how it is moved: with moved_clock.so preloaded and MOVED_CLOCK=path."""

    def __init__(self, path):
        self.path = path
        self.today = self.first = datetime.datetime.now(datetime.timezone.utc).date()
        self.write(0)

    def write(self, days):
        with open(self.path, "r+b" if os.path.exists(self.path) else "wb") as file:
            file.write(struct.pack("q", days * 86400 * 10**6))
        os.chmod(self.path, 0o644)

    def move(self, days):
        # Midnight may pass under us: the offset is from the day that it is now.
        now = datetime.datetime.now(datetime.timezone.utc).date()
        self.today = self.first + datetime.timedelta(days=days)
        self.write((self.today - now).days)

    def day(self, days):
        return (self.first + datetime.timedelta(days=days)).isoformat()


class World:
    """A cluster of its own, and daemons on it; all gone at the end."""

    def __init__(self, build, options=""):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # by way of close()
        self.build = os.path.abspath(build)
        self.scratch = tempfile.mkdtemp(prefix="pedigree-check.", dir="/tmp")
        os.chmod(self.scratch, 0o755)
        self.place = os.path.join(self.scratch, "postgres")
        self.options = "-c fsync=off " + options
        self.daemons, self.disks = [], []
        self.database = self.cluster("start")
        self.daemon(self.database).run("migrate")
        self.key = self.daemons[0].make_key()

    def cluster(self, verb, options=""):
        # A killed process loses nothing that it wrote: fsync guards against the machine.
        environment = dict(os.environ, CLUSTER_OPTIONS=self.options + options)
        return subprocess.run([CLUSTER, verb, self.place], check=True, capture_output=True, text=True,
                              env=environment, timeout=PATIENCE).stdout.strip()

    def daemon(self, conninfo=None):
        """Not started."""
        log = os.path.join(self.scratch, "pedigreed-%d.log" % len(self.daemons))
        made = ledger.Daemon(self.build, conninfo or self.database, log)
        self.daemons.append(made)
        made.key = getattr(self, "key", None)
        return made

    def start_unready(self, daemon, *options):
        """Started, but not waited for until it is ready: /livez answers."""
        daemon.wait_ready = lambda: until(lambda: is_live(daemon), what="alive")
        daemon.start(*options)
        return daemon

    def psql(self, sql):
        return ledger.psql(self.database, sql)

    def log_is_whole(self, conninfo=None):
        same(ledger.psql(conninfo or self.database, "SELECT count(*) = coalesce(max(seq) + 1, 0) AND count(*) = (SELECT max(size) FROM log_head)"
                       " AND count(*) = (SELECT count(*) FROM body) FROM record"), "t", "the log is dense")

    def small_disk(self, mib):
        """A directory on a disk of so many MiB; None: this machine lets us mount none, which is told."""
        place = os.path.join(self.scratch, "disk%d" % len(self.disks))
        os.mkdir(place, 0o777)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%dm,mode=777" % mib, "tmpfs", place],
                              capture_output=True, text=True)
        if done.returncode != 0:
            print("    could not run here: %s" % done.stderr.strip())
            return None
        self.disks.append(place)
        return place

    def calm(self):
        """Undoes what a failed check may have left behind."""

    def end(self):
        """Every daemon that runs ends cleanly on SIGTERM, which is also how a leak is told."""
        for d in self.daemons:
            if d.process and d.process.poll() is None:
                d.stop()

    def close(self):
        for d in self.daemons:
            d.kill()
        subprocess.run([CLUSTER, "wipe", self.place], capture_output=True, timeout=PATIENCE)
        for disk in self.disks:
            subprocess.run(["umount", disk], check=True)
        shutil.rmtree(self.scratch, ignore_errors=True)


def is_live(daemon):
    try:
        return daemon.request("GET", "/livez")[0] == 200
    except OSError:
        assert daemon.process.poll() is None, "pedigreed ended:\n" + daemon.tail()
        return False


def log_of(daemon):
    with open(daemon.log, errors="replace") as log:
        return log.read()


class Raw:
    """One connection that sends what it is told to."""

    def __init__(self, port, timeout=PATIENCE):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.seen = b""

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())
        return self

    def rest(self):
        """Until the other end closes."""
        try:
            while True:
                got = self.socket.recv(65536)
                if not got:
                    break
                self.seen += got
        except ConnectionError:
            pass
        return self.seen

    def answer(self):
        """(status, headers, body) of the next answer with a Content-Length."""
        while b"\r\n\r\n" not in self.seen:
            self.more()
        head, _, body = self.seen.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
        length = int(headers.get("content-length", "0"))
        while len(body) < length:
            self.seen = b""
            self.more()
            body += self.seen
        self.seen = body[length:]
        return int(lines[0].split()[1]), headers, body[:length]

    def more(self):
        got = self.socket.recv(65536)
        if not got:
            raise ConnectionError("closed after %r" % self.seen[-200:])
        self.seen += got

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def head(key, length, kind="application/json", more="", query=""):
    """Of a submission whose body has `length` bytes."""
    return ("POST /v1/records%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n"
            % (query, key, kind, length, more)).encode()


class Client(threading.Thread):
    """Submits one record after the other, each on a new connection or all on kept ones, until `stop` is set."""

    def __init__(self, port, key, name, keeps, stop):
        super().__init__(daemon=True)
        self.port, self.key, self.keeps, self.stop = port, key, keeps, stop
        self.name, self.places, self.trouble, self.raw = name, {}, None, None
        self.start()

    def run(self):
        try:
            while not self.stop.is_set():
                code = "%s-%d" % (self.name, len(self.places))
                self.places["in/" + code] = self.submit(code)
        except (OSError, AssertionError) as trouble:
            self.trouble = "%s after %d records: %r" % (self.name, len(self.places), trouble)

    def submit(self, code):
        body = json.dumps(received(code)).encode()
        self.raw = self.raw or Raw(self.port)
        status, headers, answer = self.raw.send(head(self.key, len(body))).send(body).answer()
        same(status, 201, answer)
        if not self.keeps or headers.get("connection", "").lower() == "close":
            self.raw.close()
            self.raw = None
        return json.loads(answer)["seq"]


class Served(http.server.ThreadingHTTPServer):
    """A directory over HTTP; `mood(path, how often it was asked for)` may say something else than the file: a status, or bytes."""

    def __init__(self, place, mood=lambda path, n: None):
        served = self
        self.asked = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                served.asked[self.path] = served.asked.get(self.path, 0) + 1
                said = mood(self.path, served.asked[self.path])
                path = place + self.path
                if said is None:
                    said = open(path, "rb").read() if os.path.isfile(path) else 404
                self.answer(*said if isinstance(said, tuple) else (said, None))

            def answer(self, said, location):
                if said == "cut":
                    self.close_connection = True
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nxx")
                    return
                body = said if isinstance(said, bytes) else b"<html>" * 3000
                self.send_response(said if isinstance(said, int) else 200)
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass  # it was too much

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """Clients that have had enough go."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


def holes_of(told):
    """The places that a repair says are holes."""
    out = []
    for first, last in re.findall(r"^records? (\d+)(?: to (\d+))?: (?:its|their) contents are not there", told, re.M):
        out += range(int(first), int(last or first) + 1)
    return out


def in_threads(functions):
    """Runs them at once; their results in order; the first exception is raised."""
    results, failed = [None] * len(functions), []

    def call(i, function):
        try:
            results[i] = function()
        except BaseException as trouble:  # raised again below
            failed.append(trouble)

    threads = [threading.Thread(target=call, args=pair) for pair in enumerate(functions)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if failed:
        raise failed[0]
    return results


def describe(trouble):
    """The check's own line that failed, and what it said."""
    own = [f for f in traceback.extract_tb(trouble.__traceback__) if not f.filename.endswith("checks.py")]
    return "line %d: %s: %s" % (own[-1].lineno if own else 0, type(trouble).__name__,
                                str(trouble)[:2000].replace("\n", "\n    "))


def main(title, make_world, add_arguments=None):
    """--build DIR, --only TEXT; ends with `N passed, N failed`."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--build", default="build/debug")
    parser.add_argument("--only", default="", help="labels that hold this text")
    if add_arguments:
        add_arguments(parser)
    arguments = parser.parse_args()
    world, failed = make_world(arguments), 0
    world.arguments = arguments
    chosen = [c for c in ALL if arguments.only in c[0]] + [("daemons end cleanly", lambda w: w.end())]
    try:
        for label, function in chosen:
            began = time.monotonic()
            try:
                function(world)
                print("ok %s (%.1f s)" % (label, time.monotonic() - began), flush=True)
            except Exception as trouble:  # told as a failure
                print("not ok %s\n    %s" % (label, describe(trouble)), flush=True)
                failed += 1
                for d in world.daemons:
                    if d.process and d.process.poll() not in (None, 0, -9):
                        print("    " + d.tail().replace("\n", "\n    "), flush=True)
                world.calm()
    finally:
        world.close()
    print("%d passed, %d failed" % (len(chosen) - failed, failed))
    sys.exit(1 if failed else 0)
