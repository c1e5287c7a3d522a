#!/bin/bash
# Every command of the client against a running daemon, and every exit status.
#
#   PEDIGREE_URL=... PEDIGREE_KEY=<an operator's> tests/http/cli.sh [build/debug/pedigree]
#
# Leaves records of invented organisations in the ledger; each run uses lot codes of its own.
# Last line: N passed, N failed.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.." || exit

: "${PEDIGREE_URL:?of a running daemon}" "${PEDIGREE_KEY:?of an operator}"
pedigree=$(readlink -f "${1:-build/debug/pedigree}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CONFIG_HOME=$work/config XDG_CACHE_HOME=$work/cache
passed=0 failed=0
tag=$(date +%s)$$ # lot codes of this run

check() { # LABEL: the last command's status says it
    if [[ $? == 0 ]]; then
        passed=$((passed + 1))
        echo "ok $1"
    else
        failed=$((failed + 1))
        echo "not ok $1"
        sed 's/^/    /' "$work/out" "$work/err" 2>/dev/null | head -n 30
    fi
}

run() { # EXPECTED-STATUS ARGUMENT...
    local expected=$1 status
    shift
    timeout 120 "$pedigree" "$@" >"$work/out" 2>"$work/err"
    status=$?
    [[ $status == "$expected" ]] || { echo "status $status, expected $expected" >>"$work/err"; return 1; }
}
out() { grep -qF -- "$1" "$work/out"; }
err() { grep -qF -- "$1" "$work/err"; }

maker=cage:9CLI1 seller=cage:9CLI2 broker=cage:9CLI3
part="{\"manufacturer\":\"$maker\",\"mpn\":\"CLI-$tag\"}"

# ---- submit: the four forms ----
cat >"$work/maker.json" <<JSON
[
  {
    "type": "manufactured",
    "time": "2026-01-05",
    "lot": {"code": "M-$tag", "part": $part, "quantity": 5000,
            "traceCodes": ["T$tag"], "dateCodes": ["2602"]}
  },
  {
    "type": "shipped", "time": "2026-02-01", "lot": "M-$tag", "quantity": 3000,
    "to": {"organisation": "$seller"}, "reference": {"shipment": "PS-$tag"}
  }
]
JSON
run 0 submit --on-behalf-of "$maker" "$work/maker.json" && out '2 accepted, 0 refused'
check "a JSON array, on behalf of another"
run 0 submit --on-behalf-of "$maker" "$work/maker.json" && out '0 accepted, 2 were there already'
check "the same again enters nothing twice"

cat >"$work/seller.csv" <<CSV
type,time,lot.code,lot.part.manufacturer,lot.part.mpn,lot.quantity,lot.dateCodes,lot.traceCodes,from.organisation,from.lot,reference.shipment
received,2026-02-03,R-$tag,$maker,CLI-$tag,3000,2602,T$tag,$maker,M-$tag,PS-$tag
CSV
run 0 submit --on-behalf-of "$seller" "$work/seller.csv" && out '1 accepted'
check "CSV"
run 0 submit --on-behalf-of "$seller" "$work/seller.csv" && out '1 were there already'
check "CSV rows get ids too"

echo "{\"type\":\"received\",\"time\":\"2026-03-03\",\"lot\":{\"code\":\"B-$tag\",\"part\":$part,\"quantity\":10},\"seller\":\"name:zz/nobody\"}" >"$work/broker.ndjson"
run 0 submit --format ndjson --on-behalf-of "$broker" - <"$work/broker.ndjson" && out '1 accepted'
check "NDJSON from standard input"

cat >"$work/mixed.ndjson" <<NDJSON
{"type":"counted","time":"2026-03-04","lot":"R-$tag","quantity":3000,"book":3000}
{"type":"gossip","time":"2026-03-04"}
rubbish
{"type":"described","time":"2026-03-05","lot":"R-$tag","note":"fine"}
NDJSON
run 1 submit --on-behalf-of "$seller" --refused "$work/mend.ndjson" "$work/mixed.ndjson" && out '2 accepted, 2 refused' &&
    err 'mixed.ndjson:2: ' && err 'mixed.ndjson:3: '
check "a bad record stops no neighbour and is named by its line; status 1"
[[ -s $work/mend.ndjson ]] && grep -q gossip "$work/mend.ndjson"
check "--refused keeps what was refused"
cat >"$work/atomic.ndjson" <<NDJSON
{"type":"described","time":"2026-03-06","lot":"R-$tag","note":"all or nothing"}
{"type":"gossip","time":"2026-03-04"}
NDJSON
run 1 submit --atomic --on-behalf-of "$seller" "$work/atomic.ndjson" && out 'nothing was entered' && err 'atomic.ndjson:2: ' && ! err 'atomic.ndjson:1: '
check "--atomic enters all or nothing, and names the culprit"
sed -i 2d "$work/atomic.ndjson"
run 0 submit --atomic --on-behalf-of "$seller" "$work/atomic.ndjson" && out '1 accepted'
check "--atomic enters all"
run 0 submit --json --on-behalf-of "$seller" "$work/atomic.ndjson" && [[ $(jq -c '[.line, .status, .duplicate]' "$work/out") == '[1,200,true]' ]]
check "--json prints the server's results"
for ((i = 1; i <= 2500; i++)); do
    echo "{\"type\":\"described\",\"time\":\"2026-03-07\",\"lot\":\"R-$tag\",\"note\":\"$i\"}"
done >"$work/many.ndjson"
run 0 submit --on-behalf-of "$seller" "$work/many.ndjson" && out '2,500 accepted, 0 refused'
check "a file of several requests"

# ---- verifying: what the daemon hands out holds without it ----
echo "{\"type\":\"described\",\"id\":\"verify/$tag\",\"time\":\"2026-03-08\",\"lot\":\"B-$tag\",\"note\":\"to be proved\"}" >"$work/record.json"
ask() { curl -sS --fail-with-body -H "Authorization: Bearer $PEDIGREE_KEY" "$@"; }
ask "$PEDIGREE_URL/log/checkpoint" >"$work/older" 2>"$work/err" &&
    ask -H 'Content-Type: application/json' --data-binary @"$work/record.json" "$PEDIGREE_URL/v1/records?onBehalfOf=$broker" >"$work/answer" 2>"$work/err"
check "a record to be proved"
run 0 verify "$work/answer" "$work/record.json" && out 'exactly as it is' && out "on behalf of $broker"
check "verify: the answer's receipt"
ask "$PEDIGREE_URL/v1/records/$(jq .seq "$work/answer")/receipt" >"$work/receipt" && run 0 verify "$work/receipt" "$work/record.json" && out 'exactly as it is'
check "verify: a receipt that was asked for later"
ask "$PEDIGREE_URL/v1/records/$(jq .seq "$work/answer")" | jq .record >"$work/shown" && run 0 verify "$work/receipt" "$work/shown" && out 'exactly as it is'
check "verify: the record as the ledger shows it"
run 1 verify "$work/receipt" "$work/broker.ndjson" && out 'refuted: '
check "verify: another record is refuted; status 1"
ask "$PEDIGREE_URL/log/checkpoint" >"$work/newer" &&
    ask "$PEDIGREE_URL/v1/log/consistency?from=$(sed -n 2p "$work/older")&to=$(sed -n 2p "$work/newer")" >"$work/proof" &&
    run 0 verify --checkpoint "$work/newer" --older "$work/older" --consistency "$work/proof" && out 'none was altered'
check "verify: growth"
run 0 verify --log "$PEDIGREE_URL/log" --older "$work/older" && out 'all tiles over them come to the root' && out 'the log grew out of'
check "verify: the whole log over HTTP"
run 3 verify --log "$PEDIGREE_URL/gone" && out 'the log is not all there'
check "verify: no log there; status 3"
run 2 verify "$work/receipt"
check "verify: called wrongly; status 2"

# ---- reading ----
run 0 lot "$seller" "R-$tag" && out "$seller R-$tag" && out "CLI-$tag" && out 'grade' && out 'coverage'
check "lot"
run 0 lot "$seller" "R-$tag" --json && [[ $(jq -r '.code // .lot.code' "$work/out") == "R-$tag" ]]
check "lot --json"
run 0 trace "$seller" "R-$tag" && out '└─ ' && out "$maker M-$tag" && out '3,000 pieces' && out 'corroborated'
check "trace: the maker's lot below the seller's"
run 0 trace "$maker" "M-$tag" --down && out "$seller R-$tag"
check "trace --down"
run 0 trace "$maker" "M-$tag" --both && out 'Where it came from' && out 'Where it went'
check "trace --both"
run 0 trace "$broker" "B-$tag" && out 'gap: '
check "trace: what is not known is drawn as a gap"
run 0 trace "$seller" "R-$tag" --dot && out 'digraph'
check "trace --dot"
run 0 trace "$seller" "R-$tag" --ascii && ! grep -q '└' "$work/out" && ! grep -q $'\033' "$work/out"
check "trace --ascii, without colours into a file"
run 0 trace "$seller" "R-$tag" --json && jq -e '.nodes | length >= 2' "$work/out" >/dev/null
check "trace --json"
run 0 records "$seller" "R-$tag" --limit 60 && [[ $(wc -l <"$work/out") == 60 ]]
check "records --limit over more than a page"
run 0 records "$seller" "R-$tag" && err '--all'
check "records says that there is more"
run 0 records "$seller" "R-$tag" --all && [[ $(wc -l <"$work/out") == 2504 ]] && out received && out counted
check "records --all"
run 0 flags --holder "$broker" && { out CAP- || out 'No flags.'; }
check "flags of one holder"
run 0 flags --holder "$broker" --part "$maker/CLI-$tag" --severity high --state open --rule CAP-001 --json && jq -e .items "$work/out" >/dev/null
check "flags with every filter"
run 0 part "$maker" "CLI-$tag" && out "CLI-$tag"
check "part"
run 0 rules && out CAP-001
check "rules"
run 0 rules cap-001 && out title
check "one rule"
run 0 rules --json && jq -e '.items | length > 10' "$work/out" >/dev/null
check "rules --json"

# ---- label ----
label='[)>\x1e06\x1dPQ1045-ND\x1d1P364019-01\x1d9D231013\x1dQ3\x1d20Z000'
run 0 label decode "$label" && out '364019-01' && out '2023-10-13' && out 'has no trailer'
check "a label with escapes"
run 0 label "$label" --json && jq -e '.fields[] | select(.identifier == "9D").days == [{"first": "2023-10-13", "last": "2023-10-13"}]' "$work/out" >/dev/null
check "label --json, without the word decode"
run 0 label decode '[)>\x1e06\0351PX\\1\u001dQ12\t' && out 'X\1' && out 12
check "label: every kind of escape"
run 0 label decode --base64 Wyk+HjA2HTFQWEFGNDQ0NB1RMx4E --json && jq -e '.fields[1].pieces == 3' "$work/out" >/dev/null
check "label --base64"
printf '[)>\x1e06\x1d1PX-1\x1dQ3\x1e\x04\r\n\n{pbn:P1,pm:X-2,qty:2}\n' >"$work/labels"
run 0 label decode --file "$work/labels" --json && [[ $(jq -rs 'map(.fields[].value) | join(" ")' "$work/out") == "X-1 3 P1 X-2 2" ]]
check "label --file: one a line"
run 0 label decode --file - <"$work/labels" && out X-2
check "labels on standard input"
echo '[)>06PX11PX-3Q3' >>"$work/labels"
run 1 label decode --file "$work/labels" && out 'separators were lost' && out X-2
check "label: what cannot be parted: status 1, after all the others"
run 2 label && err 'is missing' && run 2 label decode '\q' && err 'is no escape' && run 2 label decode '\x00' &&
    run 2 label --base64 '!' && err 'no base64' && run 2 label '\xff' && err 'UTF-8' && run 2 label --file "$work/none" && err 'cannot be read'
check "label: called wrongly: status 2"
printf 'Q\xff\n' >"$work/labels"
run 2 label --file "$work/labels" && err labels:1
check "label: the line that is no text is named"

# ---- export ----
run 0 export "$seller" "R-$tag" && jq -e '.format == "pedigree-file/1" and (.records | length > 0)' "$work/out" >/dev/null
check "a pedigree file on standard output"
cp "$work/out" "$work/first"
run 0 export "$seller" "R-$tag" -o "$work/R.json" && cmp -s "$work/first" "$work/R.json"
check "the same into a file"
run 2 export "$seller" "R-$tag" --output "$work/R.json" && err 'is there already'
check "a file that is there is not overwritten"
run 0 verify "$work/R.json" && out 'the file is as the ledger' && out 'as records here tell'
check "verify: a pedigree file"
sed 's/"quantity":3000/"quantity":3001/' "$work/R.json" >"$work/R-more.json"
run 1 verify "$work/R-more.json" && out 'changed after it was sealed'
check "verify: an altered one is refuted"
run 0 export "$seller" "R-$tag" --pdf -o "$work/R.pdf" && [[ $(head -c 5 "$work/R.pdf") == %PDF- ]] &&
    run 0 render "$work/R.json" --output "$work/again.pdf" && cmp -s "$work/R.pdf" "$work/again.pdf"
check "a PDF of the lot, and the same of the saved file"
run 2 render "$work/R-more.json" -o "$work/R.pdf" && err 'is there already'
check "render: nothing is overwritten"
run 2 render "$work/maker.json" && err 'no object'
check "render: what is no pedigree file"
run 1 export "$seller" "no-such-$tag" -o "$work/none.json" && [[ ! -e $work/none.json ]]
check "no file of what may not be seen"

# ---- what goes wrong ----
run 1 lot "$seller" "never-$tag" && err 'looks the same'
check "404: status 1, and why it may be"
run 1 rules CAP-999
check "no such rule: status 1"
run 1 flags --rule CAP-999 && err 'is no rule' && run 1 flags --rule cap-001 && err 'did you mean CAP-001'
check "flags of no such rule are not none"
run 1 lot "$seller" "$(head -c 100000 /dev/zero | tr '\0' x)" && err 'what the command line became' &&
    PEDIGREE_KEY=$(head -c 100000 /dev/zero | tr '\0' x) run 1 flags && err 'what PEDIGREE_KEY'
check "arguments and keys that are far too long"
PEDIGREE_KEY='' run 1 flags && err 'pedigreed key add'
check "no key: status 1, and where keys come from"
PEDIGREE_KEY=pk_none_none run 1 submit "$work/atomic.ndjson" && err 'pedigreed key add'
check "a wrong key"
run 1 flags --holder nonsense && err 'holder'
check "a wrong filter is named"
run 2 flags --severity urgent && run 2 lot x && run 2 submit && run 2 bogus && run 2 submit "$work/none.csv"
check "called wrongly: status 2"
run 3 flags --server http://127.0.0.1:1 && err 'Is pedigreed running'
check "nobody there: status 3"
run 3 submit --retries 0 --server http://127.0.0.1:1 "$work/atomic.ndjson"
check "nobody there for submit: status 3"

echo "$passed passed, $failed failed"
[[ $failed == 0 ]]
