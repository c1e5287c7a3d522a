"""A real pedigreed on a real PostgreSQL, for tests that speak HTTP to it.

Used by tests/http/sequences and tests/http/crash.  Needs python3 and psql, nothing else.
"""

import contextlib
import hashlib
import http.client
import itertools
import json
import os
import re
import shlex
import socket
import subprocess
import time

REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OPERATOR = "cage:9PRT1"


def with_database(conninfo, name):
    """The same server, another database."""
    kept = [w for w in shlex.split(conninfo) if not w.startswith("dbname=")]
    return " ".join("%s='%s'" % tuple(w.split("=", 1)) for w in kept) + " dbname='%s'" % name


def psql(conninfo, sql):
    done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-c", sql],
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError("psql: " + done.stderr.strip())
    return done.stdout.strip()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# As systemd does it: descriptors from 3 on, and their number and reader in the environment.
HAND_OVER = 'exec 3<&%d; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"'


class Daemon:
    """One `pedigreed serve`; its log goes to `log`."""

    socket = None  # listens, and is handed over; None: the daemon makes its own

    def __init__(self, build, conninfo, log):
        self.build, self.program = build, os.path.join(build, "pedigreed")
        # Daemons of one database share its log's key and anchor, which lie beside their logs.
        self.log_key = os.path.join(os.path.dirname(os.path.abspath(log)),
                                    "log-%s.key" % hashlib.sha256(conninfo.encode()).hexdigest()[:12])
        self.env = dict(os.environ, PEDIGREE_DATABASE=conninfo, PEDIGREE_LOG_KEY=self.log_key)
        self.conninfo, self.log = conninfo, log
        self.process, self.port, self.key = None, None, None
        self.connection = None

    def run(self, *arguments, timeout=300):
        done = subprocess.run([self.program, *arguments], env=self.env, cwd=REPO, timeout=timeout,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError("pedigreed %s: status %d\n%s" % (" ".join(arguments), done.returncode,
                                                                done.stderr[-3000:]))
        return done.stdout

    def make_key(self, organisation=OPERATOR, role="operator", *more):
        text = self.run("key", "add", "--organisation", organisation, "--role", role, *more)
        return re.search(r"pk_[A-Za-z0-9_-]+", text).group()

    def log_key_command(self, *words):
        """By the program itself: `program` may have become a shell that takes something from the daemon."""
        return subprocess.run([os.path.join(self.build, "pedigreed"), "log-key", *words], env=self.env, check=True,
                              capture_output=True, text=True).stdout

    def make_log_key(self):
        """What the log is verified by."""
        if not os.path.exists(self.log_key):
            self.log_key_command("new", "--name", "ledger.test/log")
        return self.log_key_command("show").split()[1]

    def start(self, *options):
        self.make_log_key()
        # Another process may take the port between our look and the daemon's bind: try again.
        for _ in range(5):
            self.port = self.socket.getsockname()[1] if self.socket else free_port()
            self.launch("serve", "--listen-port", str(0 if self.socket else self.port), *options)
            if self.wait_ready():
                return self
        raise RuntimeError("pedigreed did not come up:\n" + self.tail())

    def launch(self, *arguments):
        handed = [self.socket.fileno()] if self.socket else []
        prefix = ["bash", "-c", HAND_OVER % handed[0], "bash"] if handed else []
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*prefix, self.program, *arguments], env=self.env, cwd=REPO, pass_fds=handed,
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def wait_ready(self, seconds=240):
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.request("GET", "/readyz")[0] == 200:
                    return True
            time.sleep(0.02)
        return False

    def stop(self):
        """SIGTERM; complains if it does not end cleanly (that is also how a leak is told)."""
        self.hang_up()
        self.process.terminate()
        status = self.process.wait(timeout=240)
        if status != 0:
            raise RuntimeError("pedigreed ended with status %d:\n%s" % (status, self.tail()))

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.hang_up()

    def hang_up(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def tail(self):
        with open(self.log, errors="replace") as log:
            return log.read()[-4000:]

    def request(self, method, path, body=None, headers=None):
        """(status, parsed JSON or text); on one kept connection, made anew when it was closed."""
        headers = dict(headers or {})
        if self.key:
            headers.setdefault("Authorization", "Bearer " + self.key)
        for attempt in (0, 1):
            fresh = self.connection is None
            if fresh:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=240)
            try:
                self.connection.request(method, path, body, headers)
                answer = self.connection.getresponse()
                data = answer.read()
                break
            except (OSError, http.client.HTTPException):
                self.hang_up()
                if fresh or attempt:
                    raise
        kind = answer.getheader("Content-Type") or ""
        if "ndjson" in kind:
            return answer.status, [json.loads(line) for line in data.splitlines() if line.strip()]
        if "json" in kind:
            return answer.status, json.loads(data)
        return answer.status, data.decode()

    def post(self, records, on_behalf=None, extra=""):
        """Submits as NDJSON; a result per record."""
        query = "?onBehalfOf=" + on_behalf.replace(" ", "%20") if on_behalf else "?"
        body = "".join(json.dumps(r) + "\n" for r in records).encode()
        status, answer = self.request("POST", "/v1/records" + query + extra, body,
                                      {"Content-Type": "application/x-ndjson"})
        if status >= 400 or not isinstance(answer, list):
            raise RuntimeError("POST /v1/records: %s %s" % (status, answer))
        return answer

    def post_one(self, record, on_behalf=None):
        query = "?onBehalfOf=" + on_behalf.replace(" ", "%20") if on_behalf else ""
        return self.request("POST", "/v1/records" + query, json.dumps(record).encode(),
                            {"Content-Type": "application/json"})

    def pages(self, path):
        """All items of a cursor-paged list."""
        cursor, seen = "", 0
        while True:
            mark = "&" if "?" in path else "?"
            status, page = self.request("GET", path + (mark + "cursor=" + cursor if cursor else ""))
            if status != 200:
                raise RuntimeError("GET %s: %s %s" % (path, status, page))
            yield from page["items"]
            seen += len(page["items"])
            cursor = page.get("next")
            if not cursor:
                return
            if seen > 100000:
                raise RuntimeError("GET %s does not end" % path)

    def settle(self, seconds=60):
        """Until nothing is due today."""
        until = time.monotonic() + seconds
        while True:
            left = psql(self.conninfo, "SELECT count(*) FROM due WHERE day <="
                                       " coalesce((SELECT day FROM ledger_state), 2147483647)")
            if left == "0":
                return
            if time.monotonic() > until:
                raise RuntimeError("%s entries are still due after %d s" % (left, seconds))
            time.sleep(0.03)


# What rebuild must reproduce: every projection, in an order of its own columns.
PROJECTIONS = ("statement", "organisation", "part", "lot", "lot_name", "custody", "link", "edge",
               "lot_mark", "mark", "flag", "own_view", "own_flag", "due", "offer", "price_figure", "market_figure", "seller_figure",
               "named_lots", "day_figure", "day_history")


def projections(conninfo):
    """Table -> its rows as text, sorted."""
    # What is shown of others' lots is taken anew the day after anything changed, and of all after a rebuild.
    shown = " WHERE t.kind NOT IN ('market', 'trader')"
    sql = ";".join("SELECT '%s ' || t::text FROM %s t%s" % (table, table, shown if table == "due" else "")
                   for table in PROJECTIONS)
    rows = {table: [] for table in PROJECTIONS}
    for line in psql(conninfo, sql).splitlines():
        table, _, row = line.partition(" ")
        if table in rows:
            rows[table].append(row)
    return {table: sorted(lines) for table, lines in rows.items()}


def compare_projections(before, after):
    """Readable differences, a few of each table."""
    told = []
    for table in PROJECTIONS:
        gone = sorted(set(before[table]) - set(after[table]))
        new = sorted(set(after[table]) - set(before[table]))
        if gone or new:
            told.append("table %s: %d rows differ after rebuild" % (table, max(len(gone), len(new))))
            for one, other in itertools.zip_longest(gone[:2], new[:2], fillvalue=""):
                # From where they part, with what stands before it.
                same = len(os.path.commonprefix([one, other]))
                at = max(0, same - 60) if same > 120 else 0
                for label, row in (("running", one), ("rebuilt", other)):
                    told.append("  %s: %s" % (label, row[:60] + " ... " * (at > 60) + row[max(at, 60):at + 200]
                                              if row else "-"))
    return told
