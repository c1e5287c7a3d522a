#!/bin/bash
# The client against a peer that misbehaves: busy, cut off in mid-answer, away, not a pedigreed.
#
#   tests/http/cli-peer.sh [build/debug/pedigree]
#
# Needs no daemon and no database: the peer is the Python program below.  Last line: N passed, N failed.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.." || exit

pedigree=$(readlink -f "${1:-build/debug/pedigree}")
work=$(mktemp -d)
peer=
trap '[[ -z $peer ]] || kill "$peer" 2>/dev/null; rm -rf "$work"' EXIT
export XDG_CONFIG_HOME=$work/config XDG_CACHE_HOME=$work/cache PEDIGREE_KEY=pk_peer_secret
unset PEDIGREE_URL
passed=0 failed=0

check() { # LABEL: the last command's status says it
    if [[ $? == 0 ]]; then
        passed=$((passed + 1))
        echo "ok $1"
    else
        failed=$((failed + 1))
        echo "not ok $1"
        sed 's/^/    /' "$work/out" "$work/err" 2>/dev/null | head -n 20
    fi
}

run() { # EXPECTED-STATUS ARGUMENT...
    local expected=$1 status
    shift
    timeout 120 "$pedigree" "$@" >"$work/out" 2>"$work/err"
    status=$?
    [[ $status == "$expected" ]] || { echo "status $status, expected $expected" >>"$work/err"; return 1; }
}

# Behaviours, one a request, from the file "plan"; without one it is honest.  It keeps what it was
# given in "ledger" (id -> first line) and each request's size in "requests".
cat >"$work/peer.py" <<'PEER'
import http.server, json, os, sys, time

work = sys.argv[1]
ledger = {}

def plan():
    path = os.path.join(work, "plan")
    steps = open(path).read().split("\n") if os.path.exists(path) else []
    steps = [s for s in steps if s]
    if not steps:
        return "honest"
    open(path, "w").write("\n".join(steps[1:]))
    return steps[0]

class Peer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_):
        pass
    def say(self, status, body, kind, headers=()):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def problem(self, status, headers=()):
        self.say(status, json.dumps({"title": "peer says %d" % status}).encode(),
                 "application/problem+json", headers)
    def result(self, n, line):
        record = json.loads(line)
        if record.get("type") == "bad":
            return {"line": n, "status": 422, "problem": {"title": "wrong", "detail": "no such type",
                                                          "pointer": "/type"}}
        if record["id"] in ledger:
            return {"line": n, "status": 200, "seq": ledger[record["id"]], "id": record["id"],
                    "duplicate": True}
        ledger[record["id"]] = len(ledger)
        return {"line": n, "status": 201, "seq": ledger[record["id"]], "id": record["id"], "duplicate": False}
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        step = plan()
        lines = body.splitlines()
        open(os.path.join(work, "requests"), "a").write("%d %d %s %s\n" % (len(lines), len(body), step, self.path))
        if step == "drop":
            self.close_connection = True
            return
        if step.isdigit():
            return self.problem(int(step), [("Retry-After", "1")] if step == "429" else [])
        if step == "html":
            return self.say(200, b"<html>", "text/html")
        if step == "slow":
            time.sleep(3)
        if step == "bare":  # refused, and nothing said
            return self.say(200, b"".join(b'{"line":%d,"status":422}\n' % (i + 1) for i in range(len(lines))),
                            "application/x-ndjson")
        results = [self.result(i + 1, line) for i, line in enumerate(lines)]
        if "atomic=true" in self.path and any(r["status"] == 422 for r in results):
            for r in results:
                if r["status"] != 422:
                    del ledger[r["id"]]
                    r.update(status=424, problem={"detail": "a neighbour failed"})
        if step == "some":  # every other is not decided
            results = [r if i % 2 else {"line": r["line"], "status": 503, "problem": {"detail": "queue full"}}
                       for i, r in enumerate(results)]
        answer = "".join(json.dumps(r) + "\n" for r in results).encode()
        if step == "cut":
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer[:len(answer) // 2])
            self.close_connection = True
            return
        self.say(200, answer, "application/x-ndjson")
    def do_GET(self):
        step = plan()
        open(os.path.join(work, "requests"), "a").write("GET %s %s\n" % (self.path, self.headers.get("Authorization")))
        if step.isdigit() and step.startswith("3"):
            return self.say(int(step), b"", "text/plain", [("Location", "http://127.0.0.1:1/elsewhere")])
        if step.isdigit():
            return self.problem(int(step))
        if step == "html":
            return self.say(200, b"<html>", "text/html")
        if step.startswith("{") or step.startswith("["):
            return self.say(200, step.encode(), "application/json")
        at = int(self.path.split("cursor=")[1]) if "cursor=" in self.path else 0
        flags = [{"rule": "CAP-%03d" % n, "severity": "low", "lot": {"organisation": "c:1", "code": "L"},
                  "title": "t", "message": "m\u001b[2J"} for n in range(at, min(at + 2, 5))]
        if step == "empty":
            flags, at = [], at - 2
        page = {"items": flags}
        if at + 2 < 5:
            page["next"] = str(at + 2)
        self.say(200, json.dumps(page).encode(), "application/json")

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Peer)
open(os.path.join(work, "port.new"), "w").write(str(server.server_address[1]))
os.rename(os.path.join(work, "port.new"), os.path.join(work, "port"))
server.serve_forever()
PEER
python3 "$work/peer.py" "$work" 2>"$work/peer.log" &
peer=$!
while [[ ! -f $work/port ]] && kill -0 $peer; do sleep 0.05; done
url=http://127.0.0.1:$(cat "$work/port")
export PEDIGREE_URL=$url

plan() { printf '%s\n' "$@" >"$work/plan"; : >"$work/requests"; }
records() { # COUNT TAG
    local i
    for ((i = 1; i <= $1; i++)); do echo "{\"type\":\"described\",\"lot\":\"$2-$i\"}"; done
}
requests() { wc -l <"$work/requests"; }

# ---- submit ----
records 5000 A >"$work/a.ndjson"
plan
run 0 submit "$work/a.ndjson" && grep -q '5,000 accepted, 0 refused' "$work/out"
check "all of a file goes, in pieces"
[[ $(requests) == 3 && $(head -n 1 "$work/requests") == 2000\ * ]]
check "a request holds at most 2,000 records"
plan
run 0 submit "$work/a.ndjson" && grep -q '0 accepted, 5,000 were there already' "$work/out"
check "the same file again enters nothing twice"
[[ -z $(ls "$XDG_CACHE_HOME/pedigree" 2>/dev/null) ]]
check "no state is left of a file that is through"

records 100 B >"$work/b.ndjson"
plan 503 429 drop cut some
run 0 submit "$work/b.ndjson" && grep -q '100 accepted\|accepted, [0-9]* were there already' "$work/out" &&
    grep -q 'trying again' "$work/err"
check "busy, dropped, cut off, half decided: it goes on until all is decided"
[[ $(sed -n 4p "$work/requests") == 100\ * && $(sed -n 5p "$work/requests" | cut -d' ' -f1) -lt 100 ]]
check "what was decided is not sent again"
[[ $(awk '$3 == "honest" { print $1 }' "$work/requests") -lt 100 ]]
check "only what is undecided is sent again"

records 10 C >"$work/c.ndjson"
plan 503 503 503
run 3 submit --retries 1 "$work/c.ndjson" && grep -q 'Given up' "$work/err" && grep -q 'nothing is entered twice' "$work/err"
check "it gives up after --retries and says what to do"
run 3 submit --retries 0 --server http://127.0.0.1:1 "$work/c.ndjson"
check "status 3 when nobody is there"

records 5000 D >"$work/d.ndjson"
plan honest 503
run 3 submit --retries 0 "$work/d.ndjson"
check "an interrupted run stops"
plan
run 0 submit "$work/d.ndjson" && grep -q 'going on after 2,000' "$work/err" && grep -q '5,000 accepted' "$work/out" && [[ $(requests) == 2 ]]
check "the next goes on where it stopped"
plan honest 503
run 3 submit --retries 0 "$work/d.ndjson"
plan
run 0 submit --restart "$work/d.ndjson" && [[ $(requests) == 3 ]]
check "--restart sends all again"

records 3 E >"$work/e.ndjson"
sed -i '2s/described/bad/' "$work/e.ndjson"
plan
run 1 submit --refused "$work/mend.ndjson" "$work/e.ndjson" &&
    grep -q 'e.ndjson:2: /type: no such type (422)' "$work/err" && grep -q '2 accepted, 1 refused' "$work/out"
check "a refused record is named by line, member and reason; status 1"
[[ $(wc -l <"$work/mend.ndjson") == 1 ]] && grep -q '"id":"sha256:' "$work/mend.ndjson"
check "--refused keeps it, with its id"
plan
run 1 submit --json "$work/e.ndjson" && [[ $(wc -l <"$work/out") == 3 ]] && grep -q '"line":2,"status":422' "$work/out"
check "--json prints the results on stdout"
plan
run 1 submit --atomic "$work/e.ndjson" && grep -q 'nothing was entered' "$work/out" && grep -q 'atomic=true' "$work/requests"
check "--atomic: one refused, nothing entered, the culprit alone is named"
[[ $(grep -c '(4' "$work/err") == 1 ]]
check "neighbours of the culprit are not reported"
records 10001 F >"$work/f.ndjson"
plan
run 2 submit --atomic "$work/f.ndjson" && [[ $(requests) == 0 ]]
check "--atomic past its limit sends nothing"

plan 401
run 1 submit "$work/b.ndjson" "$work/c.ndjson" && grep -q 'pedigreed key add' "$work/err" && [[ $(requests) == 1 ]]
check "401 says where keys come from and stops"
plan 403
run 1 submit --on-behalf-of cage:9X "$work/c.ndjson" && grep -q 'onBehalfOf=cage:9X' "$work/requests"
check "on behalf of another"
plan html
run 1 submit "$work/c.ndjson" && grep -q 'is this a pedigreed' "$work/err"
check "a server that is none"
plan
run 0 submit --format ndjson - <"$work/c.ndjson"
check "standard input"
plan
run 2 submit - <"$work/c.ndjson" && run 2 submit "$work/none.ndjson" && run 2 submit "$work/peer.py" && [[ $(requests) == 0 ]]
check "status 2: no format, no such file, no known name"
plan bare
run 1 submit "$work/c.ndjson" && grep -q 'c.ndjson:1: the server gave no reason (422)' "$work/err"
check "refused without a word"

# ---- what goes wrong on this side ----
cp "$work/e.ndjson" "$work/own.ndjson"
plan
run 2 submit --refused "$work/own.ndjson" "$work/own.ndjson" && grep -q 'one of the files to send' "$work/err" &&
    run 2 submit --refused "$work/own.ndjson" --format ndjson - <"$work/own.ndjson" &&
    cmp -s "$work/e.ndjson" "$work/own.ndjson" && [[ $(requests) == 0 ]]
check "--refused is no file that is sent"
plan
run 1 submit --refused /dev/full "$work/e.ndjson" && grep -q -e '--refused: cannot be written: No space' "$work/err"
check "--refused on a full disk is told"
plan
"$pedigree" submit --json "$work/a.ndjson" >/dev/full 2>"$work/err"
[[ $? == 1 ]] && grep -q -e '--json: cannot be printed: No space' "$work/err" && [[ $(requests) == 1 ]]
check "--json on a full disk stops before more is sent"
for command in 'submit c.ndjson' flags --help; do
    # shellcheck disable=SC2086 # several words
    (cd "$work" && plan && "$pedigree" $command >/dev/full 2>err; [[ $? == 1 ]] && grep -q 'standard output: No space' err)
    check "standard output on a full disk: $command"
done
rm -f "$work/closed"
plan
"$pedigree" submit --refused "$work/closed" "$work/e.ndjson" 2>&- >/dev/null
[[ $? == 1 && $(wc -l <"$work/closed") == 1 ]] && jq -e .id "$work/closed" >/dev/null
check "without standard error what is said gets into no file"
plan
"$pedigree" submit "$work/c.ndjson" <&- >&- 2>&-
[[ $? == 1 && $(requests) == 1 ]]
check "with nothing to read from nor print to"
plan slow
records 3 G >"$work/g.ndjson"
"$pedigree" submit "$work/g.ndjson" >"$work/out" 2>"$work/err" &
while [[ $(requests) == 0 ]] && kill -0 $!; do sleep 0.05; done
records 1 H >>"$work/g.ndjson"
wait $!
[[ $? == 1 ]] && grep -q 'g.ndjson was written to while it was sent' "$work/err"
check "a file that is written to while it is sent: status 1"
records 5000 I >"$work/i.ndjson"
plan honest 503
run 3 submit --retries 0 "$work/i.ndjson"
records 1 J >>"$work/i.ndjson"
plan
run 2 submit "$work/i.ndjson" && grep -q 'had dealt with 2,000 of its records' "$work/err" && [[ $(requests) == 0 ]] &&
    run 0 submit --restart "$work/i.ndjson" && grep -q '5,001 accepted' "$work/out"
check "a file that changed since an interruption is not sent, but with --restart"
plan honest 503
records 5000 K >"$work/k.ndjson"
run 3 submit --retries 0 "$work/k.ndjson"
sed -i 's/^accepted 2000/accepted 20/' "$XDG_CACHE_HOME"/pedigree/*
plan
run 0 submit "$work/k.ndjson" && grep -q '3,000 accepted, 2,000 were there already' "$work/out"
check "a state that does not add up is no state"
mkdir "$work/dir.ndjson" && mkfifo "$work/fifo.ndjson"
plan
run 2 submit "$work/dir.ndjson" && grep -q 'Is a directory' "$work/err"
check "a directory for a file"
cat "$work/c.ndjson" >"$work/fifo.ndjson" &
run 0 submit "$work/fifo.ndjson" && grep -q '10 were there already\|10 accepted' "$work/out"
check "a FIFO for a file"
cp "$work/e.ndjson" "$work/"$'\xff\x1b[2J.ndjson'
run 1 submit "$work/"$'\xff\x1b[2J.ndjson' && ! grep -q $'\x1b' "$work/out" "$work/err" && run 2 submit "$work/"$'\xfe\x1b[2J.ndjson' && ! grep -q $'\x1b' "$work/err"
check "names that are no text"

plan slow
"$pedigree" submit "$work/b.ndjson" >"$work/out" 2>"$work/err" &
while [[ $(requests) == 0 ]] && kill -0 $!; do sleep 0.05; done
kill -INT $!
wait $!
[[ $? == 130 ]] && grep -q 'Run the same command again' "$work/err"
check "Ctrl-C ends it with a word"

# ---- reading ----
plan
run 0 flags && [[ $(grep -c 'CAP-' "$work/out") == 2 ]] && grep -q -e '--all' "$work/err"
check "the first page, and that there is more"
run 0 flags --all && [[ $(grep -c 'CAP-' "$work/out") == 5 ]]
check "--all follows the pages"
run 0 flags --limit 3 && [[ $(grep -c 'CAP-' "$work/out") == 3 ]]
check "--limit ends in mid-page"
run 0 flags --json --all && [[ $(jq -r '.items[].rule' "$work/out" | wc -l) == 5 ]]
check "--json prints pages as they came"
plan empty
run 0 flags && grep -q 'CAP-' "$work/out"
check "an empty page with a next is no empty list"
plan
run 0 flags --part 'TI/X' --severity low && grep -q '^GET /v1/flags?severity=low&part=TI%2FX Bearer pk_peer_secret' "$work/requests"
check "filters and the key go along"
! grep -q $'\033' "$work/out"
check "no escape sequence of the server's, nor colours, reach a file"
plan 404
run 1 lot cage:1ABC5 'R/1 %' && grep -q '/v1/lots/cage:1ABC5/R%2F1%20%25' "$work/requests" && grep -q 'looks the same' "$work/err"
check "404, and codes with any characters"
plan 503
run 3 rules
check "503 is status 3"
plan html
run 1 part TI X && grep -q 'no JSON' "$work/err"
check "an answer that is no JSON"
others() { # ANSWER: every command hears it
    local command
    for command in flags 'flags --json' 'records cage:1ABC5 X' 'lot cage:1ABC5 X' 'trace cage:1ABC5 X' 'part TI X' rules; do
        plan "$1"
        # shellcheck disable=SC2086 # several words
        run 1 $command && grep -q 'the answer has no "[a-z]*": is this a pedigreed' "$work/err" && [[ ! -s $work/out ]] ||
            return 1
    done
}
others '{}' && others '[]' && others '{"items":1,"nodes":{},"assessment":[],"stock":null}'
check "JSON that is no answer of pedigreed's never reads as nothing found"
plan '{"items":[1,null,{},[]]}'
run 0 rules && ! grep -q null "$work/out"
check "entries that are none"
plan '{"items":[],"next":"2"}' '{"items":[],"next":"2"}'
run 1 flags --all && grep -q 'the same page' "$work/err"
check "a list that goes in a circle ends"
plan 302
run 1 records cage:1ABC5 X && grep -q 'points to http://127.0.0.1:1/elsewhere' "$work/err"
check "redirects are said, not followed"

# ---- settings ----
mkdir -p "$XDG_CONFIG_HOME"
printf 'url = %s\nkey = pk_file_key\n' "$url" >"$XDG_CONFIG_HOME/pedigree"
chmod 644 "$XDG_CONFIG_HOME/pedigree"
unset PEDIGREE_URL PEDIGREE_KEY
run 2 flags && grep -q 'chmod 600' "$work/err"
check "a key that others can read is refused"
chmod 600 "$XDG_CONFIG_HOME/pedigree"
plan
run 0 flags && grep -q 'Bearer pk_file_key' "$work/requests"
check "url and key from the file"
plan
run 0 flags --server "${url/127.0.0.1/localhost}" && grep -q ' None$' "$work/requests"
check "another server does not get the file's key"

# ---- a log ----
vkey=example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k
plan 503 503 503
run 3 verify --log "$url/log" --key $vkey && grep -q 'cannot tell: .*checkpoint: the server answers 503' "$work/out" && [[ $(requests) == 3 ]]
check "a log that is not to be had just now: status 3"
plan 302
run 3 verify --log "$url/log" --key $vkey && grep -q 'the server answers 302' "$work/out" && [[ $(requests) == 1 ]]
check "a log that is elsewhere is not followed"
plan html
run 1 verify --log "$url/log" --key $vkey && grep -q 'refuted: the log.s checkpoint is no signed note' "$work/out"
check "a page where a checkpoint should be: status 1"
plan 404
PEDIGREE_KEY=pk_peer_secret run 3 verify --log "$url/log" --key $vkey && [[ $(cat "$work/requests") == "GET /log/checkpoint None" ]]
check "no API key is sent to where a log is"

settings=$XDG_CONFIG_HOME/pedigree
plan
printf 'url = %s\n\0key = pk_file_key\n' "$url" >"$settings" && run 2 flags && grep -q 'no text' "$work/err" &&
    head -c 100000 /dev/zero | tr '\0' '\n' >"$settings" && run 2 flags && grep -q 'too long' "$work/err" &&
    rm "$settings" && mkdir "$settings" && run 2 flags && grep -q 'is no file' "$work/err" &&
    rmdir "$settings" && mkfifo "$settings" && run 2 flags && grep -q 'is no file' "$work/err" && [[ $(requests) == 0 ]]
check "settings that are no text, no file, or far too long"
rm -f "$settings"

[[ $("$pedigree" completion bash) == "$(cat scripts/completion/pedigree.bash)" ]]
check "scripts/completion/pedigree.bash is what pedigree completion bash prints"
bash -c '. scripts/completion/pedigree.bash; COMP_WORDS=(pedigree tr); COMP_CWORD=1; _pedigree; [[ ${COMPREPLY[*]} == trace ]] &&
    COMP_WORDS=(pedigree flags --severity c) COMP_CWORD=3 && _pedigree && [[ ${COMPREPLY[*]} == critical ]] &&
    COMP_WORDS=(pedigree trace --do) COMP_CWORD=2 && _pedigree && [[ ${COMPREPLY[*]} == "--down --dot" ]]'
check "bash completes commands, options and their words"
run 2 --server "$url" flags && grep -q 'the command comes first' "$work/err" && run 2 help bogus && grep -q 'no command "bogus"' "$work/err" &&
    run 2 flags --server '' && grep -q '"": is no server' "$work/err" && run 2 flags --server $'http://a\nb' && run 2 -- flags && run 2 ''
check "words in the wrong place"
run 0 --version && run 0 --help && run 0 trace --help && run 2 && run 2 sumbit x && grep -q 'did you mean submit' "$work/err"
check "help, version, and the nearest command"

echo "$passed passed, $failed failed"
[[ $failed == 0 ]]
