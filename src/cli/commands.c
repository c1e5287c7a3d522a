/* commands - the two tables of the program: COMMANDS and, from options.def, OPTIONS. */
#include "command.h"

#include "pedigree/base/cleanup.h"

#include <string.h>

const struct option_row OPTIONS[OPT_COUNT] = {
#define OPTION_ROW(symbol, name, value, words, help)                                     \
    [OPT_##symbol] = {name, value, words, help},
#include "options.def"
};

/* clang-format off */
const struct command COMMANDS[] = {
    {"submit", "FILE...", "Sends records to the ledger and says what was refused.",
     "A file is one JSON object, a JSON array, NDJSON, CSV or a maker's change notice (smartPCN,\n"
     "VDMA 24903), told by its name (.json .ndjson .jsonl .csv .xml) or --format; - is standard input.\n\n"
     "A record without `id` gets one made of the file's SHA-256 and its line, so that sending a\n"
     "file again, or going on after an interruption, never enters a record twice. An edited file\n"
     "is another file: send mended records alone (--refused collects them, with their ids).\n"
     "If the server is away or busy the records it has not answered are sent again, more and more\n"
     "slowly. Where a run stopped is kept in ~/.cache/pedigree until the file is through; if the\n"
     "file has changed by then it is not sent but with --restart.\n\n"
     "  pedigree submit receipts.csv\n"
     "  pedigree submit --refused mend.ndjson week-47.ndjson\n"
     "  zcat 2025.ndjson.gz | pedigree submit --format ndjson -\n"
     "  pedigree submit --on-behalf-of cage:1ABC5 --atomic transfer.json\n\n"
     "Refused records come on stderr, one a line: file:line: /member: why.\n"
     "Status: 0 all are in the ledger, 1 some were refused, 2 called wrongly, 3 the server could\n"
     "not be reached or is not able.\n",
     1, COMMAND_WORDS_MANY, false,
     {OPT_FORMAT, OPT_ON_BEHALF, OPT_ATOMIC, OPT_REFUSED, OPT_RETRIES, OPT_RESTART, OPT_SIGN_KEY},
     command_submit},
    {"sign", "[FILE...]", "Signs records with your key and prints them as NDJSON; without FILE, prints the public key.",
     "Each record gets a member `signature`: a detached JWS (RFC 7515) over its canonical JSON (RFC\n"
     "8785), which the ledger checks, keeps and names in the receipt. One that is signed already stays\n"
     "as it is; one without `id` gets one as from pedigree submit.\n\n"
     "  (umask 077; openssl genpkey -algorithm ed25519 -out sign.pem)\n"
     "  pedigree sign --sign-key sign.pem >sign.pub        for the operator: pedigreed signing-key add\n"
     "  pedigree sign --sign-key sign.pem week-47.csv >week-47.ndjson\n"
     "  pedigree submit --sign-key sign.pem week-47.csv    signs and sends\n\n"
     "Status: 0 all are signed, 1 some are no records, 2 called wrongly.\n",
     0, COMMAND_WORDS_MANY, true, {OPT_SIGN_KEY, OPT_FORMAT}, command_sign},
    {"lot", "ORG CODE", "Shows a lot: what it is, its balance, and its open flags with reasons.",
     "ORG is the holder as scheme:value (cage uei lei duns gln reg name), CODE its own lot code.\n\n"
     "  pedigree lot cage:1ABC5 R-88213\n"
     "  pedigree lot cage:1ABC5 R-88213 --json | jq .assessment.grade\n\n"
     "Coverage says how much could be checked: a lot without flags and with little coverage is\n"
     "not a clean lot, but an unknown one.\n",
     2, 2, false, {OPT_NONE}, command_lot},
    {"trace", "ORG CODE", "Draws the chain of a lot as a tree: where its parts came from, or went.",
     "Each lot stands below the one it fed (or, with --down, was fed by), with the pieces that\n"
     "went over, when, the tier of the source at that time, and whether both sides recorded the\n"
     "hop (corroborated), nothing contradicts it (consistent) or one side only says so (asserted).\n"
     "What is not known is drawn as a gap; where the trace was cut it says so.\n\n"
     "  pedigree trace cage:1ABC5 R-88213\n"
     "  pedigree trace cage:1ABC5 R-88213 --down\n"
     "  pedigree trace cage:1ABC5 R-88213 --dot | dot -Tsvg >chain.svg\n",
     2, 2, false, {OPT_UP, OPT_DOWN, OPT_BOTH, OPT_DOT, OPT_ASCII}, command_trace},
    {"records", "ORG CODE", "Lists everything recorded about a lot, in the order of time.",
     "Each line: place in the log, when it happened, what, how many, who said so.\n\n"
     "  pedigree records cage:1ABC5 R-88213 --all\n"
     "  pedigree records cage:1ABC5 R-88213 --json | jq '.items[].record'\n",
     2, 2, false, {OPT_ALL, OPT_LIMIT}, command_records},
    {"export", "[ORG CODE]", "Saves the whole chain of a lot, or one record, as one file that proves itself.",
     "The file holds the chain as trace draws it, the records behind it as far as you may see them,\n"
     "what proves each of them, the assessments with their evidence, and one signed checkpoint of the\n"
     "log. Whoever has it can check it years later, without the ledger. Give it to those alone who\n"
     "may see what it holds. With --pdf it is drawn for people instead: verdict, chain, gaps, flags.\n"
     "With --record it holds one record, as far as you may see it, and what proves that much.\n\n"
     "  pedigree export cage:1ABC5 R-88213 -o R-88213.json\n"
     "  pedigree export cage:1ABC5 R-88213 --pdf -o R-88213.pdf\n"
     "  pedigree export cage:1ABC5 R-88213 | jq '.chain.nodes[].organisation'\n"
     "  pedigree export --record 18841 -o record-18841.json\n",
     0, 2, false, {OPT_OUTPUT, OPT_PDF, OPT_RECORD}, command_export},
    {"render", "FILE", "Draws a pedigree file that was saved for people: a PDF.",
     "FILE is what pedigree export wrote. Drawing it checks nothing: pedigree verify does.\n\n"
     "  pedigree render R-88213.json -o R-88213.pdf\n",
     1, 1, true, {OPT_OUTPUT}, command_render},
    {"flags", "", "Lists what does not add up, each with its reason.",
     "Flags are suspect indicators, not verdicts. Options narrow the list together.\n\n"
     "  pedigree flags --severity critical\n"
     "  pedigree flags --holder cage:1ABC5 --state open --all\n"
     "  pedigree flags --rule CAP-044 --json --all | jq -r '.items[].lot.code'\n",
     0, 0, false,
     {OPT_SEVERITY, OPT_RULE, OPT_STATE, OPT_HOLDER, OPT_PART, OPT_ALL, OPT_LIMIT},
     command_flags},
    {"part", "MANUFACTURER MPN", "Shows a part: lifecycle, notices, alerts, stock, prices.",
     "MANUFACTURER is an organisation or a brand as it is printed.\n\n"
     "  pedigree part TI SN74HC00N\n"
     "  pedigree part cage:01295 SN74HC00N --json\n",
     2, 2, false, {OPT_NONE}, command_part},
    {"organisation", "ORG", "Shows an organisation's certificates: how they stood on a day, as known on another.",
     "ORG is scheme:value (cage uei lei duns gln reg name). Each line: how the certificate stood, what it\n"
     "is for, scheme and number, and since when; `claimed` says that only its holder tells of it.\n\n"
     "  pedigree organisation cage:1ABC5\n"
     "  pedigree organisation cage:1ABC5 --on 2024-06-03\n"
     "  pedigree organisation cage:1ABC5 --on 2024-06-03 --known 2024-07-01\n"
     "  pedigree organisation cage:1ABC5 --json | jq '.items[].statuses'\n",
     1, 1, false, {OPT_ON, OPT_KNOWN}, command_organisation},
    {"scorecard", "ORG", "Shows what became of what an organisation sold.",
     "The scorecard says what became of what it sold: lots found suspect, with the bounds that chance\n"
     "leaves, hops that both sides record, notices that came late, flags by rule and half year. Figures\n"
     "over others' lots need five organisations besides you, and change once a day.\n\n"
     "  pedigree scorecard cage:1ABC5\n"
     "  pedigree scorecard cage:1ABC5 --json | jq .scorecard.all\n",
     1, 1, false, {OPT_NONE}, command_scorecard},
    {"bom", "FILE", "Checks a bill of materials: what is going away, what is here, what to buy.",
     "FILE is a sheet with a header line, manufacturer,mpn and if you like perUnit, annualDemand, onHand,\n"
     "onOrder, safetyStock; or JSON, if its name ends so. Lines that stand worst come first. Clean stock is\n"
     "pieces in lots that are traced to the manufacturer and have no flag above info: yours, and of all,\n"
     "where five others have any. A grade says where to look first; it is no verdict.\n\n"
     "  pedigree bom radar.csv --support-until 2041 --units 40 --scrap 3\n"
     "  pedigree bom radar.csv --redesign-until 2028-06-30 --csv >checked.csv\n"
     "  pedigree bom radar.csv --json | jq '.lines[] | select(.grade == \"critical\").part.mpn'\n\n"
     "Status: 0 checked, 1 the bill was refused, 2 called wrongly, 3 no server.\n",
     1, 1, false, {OPT_SUPPORT, OPT_REDESIGN, OPT_UNITS, OPT_SCRAP, OPT_CSV}, command_bom},
    {"rules", "[ID]", "Lists the rules that are running; with an ID, all that is said of one.",
     "  pedigree rules\n"
     "  pedigree rules CAP-044\n",
     0, 1, false, {OPT_NONE}, command_rules},
    {"verify", "[FILE [RECORD-FILE]]", "Checks pedigree files, receipts, checkpoints, whole logs, without any server.",
     "FILE alone is a pedigree file (pedigree export): each record in it is held against the log, and\n"
     "the chain that it draws against the records; or the disclosure of one record. With RECORD-FILE it is a receipt, what the ledger\n"
     "answered the record with, or that answer itself, and the record is JSON, as it was sent (pedigree\n"
     "submit gives an id to records that have none) or as the ledger shows it (jq .record; a\n"
     "signed one: jq '.record + {signature: .signature.jws}', and --signer says by whom). Or two\n"
     "checkpoints with the proof that the newer grew out of the older. Or a whole log, entries, tiles\n"
     "and signature, from the directory of a mirror or over HTTP.\n\n"
     "  pedigree verify R-88213.json --key \"$PEDIGREE_LOG_VKEY\"\n"
     "  pedigree verify receipt.txt record.json --key \"$PEDIGREE_LOG_VKEY\"\n"
     "  pedigree verify receipt.txt record.json --signer maker.pub\n"
     "  pedigree verify receipt.txt --commitment 6888c30f...\n"
     "  pedigree verify --checkpoint today.txt --older 2024.txt --consistency proof.txt\n"
     "  pedigree verify --log https://ledger.example/log --older 2024.txt\n\n"
     "Keys come from --key, --keys or --policy, and without these from PEDIGREE_LOG_VKEY. Get them from\n"
     "whom you trust, and not from where the proof came. With a policy, its quorum of witnesses is needed.\n\n"
     "It prints what it proved and what it did not. Status: 0 proved, 1 refuted, 2 called wrongly,\n"
     "3 cannot tell: something is missing.\n",
     0, 2, true, {OPT_VKEY, OPT_KEYS, OPT_POLICY, OPT_COMMITMENT, OPT_CHECKPOINT, OPT_OLDER, OPT_CONSISTENCY, OPT_LOG, OPT_SIGNER},
     command_verify},
    {"label", "[decode] [PAYLOAD...]", "Decodes 2D labels of packages, field by field.",
     "PAYLOAD is what a scanner reads: ISO/IEC 15434 format 06 with the data identifiers of ANSI\n"
     "MH10.8.2, as EIGP 114 has it, or what distributors make of it. Headers and trailers that are cut\n"
     "and separators shown as other characters are understood, and said. Date codes are read in every\n"
     "way that their field leaves open. Escapes: \\x1d, \\u001d, \\035, \\\\; in files there are none.\n\n"
     "  pedigree label decode '[)>\\x1e06\\x1d1PXAF4444\\x1dQ3\\x1d10D1452\\x1d1TBF1103\\x1e\\x04'\n"
     "  pedigree label decode --file scans.txt --json | jq -r '.fields[] | select(.identifier == \"1P\").value'\n"
     "  pedigree label decode --base64 Wyk+HjA2HTFQWEFGNDQ0NB1RMx4E\n\n"
     "Status: 0 all are decoded, 1 some cannot be parted into fields, 2 called wrongly.\n",
     0, COMMAND_WORDS_MANY, true, {OPT_FILE, OPT_BASE64, OPT_JSON_LINES}, command_label},
    {"witness", "[LOG...]", "Watches over logs: signs that each only grew, for whoever asks.",
     "LOG is a log's verifier key (PEDIGREE_LOG_VKEY in quickstart's demo.env). A witness (C2SP\n"
     "tlog-witness) remembers the newest checkpoint of each log that it signed, and signs another\n"
     "only if a proof shows that the log grew out of that one: who checks for its signature cannot\n"
     "be shown a history that others are not shown. It prints its URL and its verifier key, which\n"
     "the log's operator sets in log_witnesses, and runs until it is told to end.\n\n"
     "  pedigree witness --dir /var/lib/witness --name witness.example/w1 \"$PEDIGREE_LOG_VKEY\"\n"
     "  pedigree witness --dir /var/lib/witness --policy logs.txt --listen 0.0.0.0:8471\n\n"
     "Never restore DIR from a backup: it would sign a history that contradicts what it signed.\n",
     0, COMMAND_WORDS_MANY, true, {OPT_DIR, OPT_NAME, OPT_LISTEN, OPT_POLICY}, command_witness},
    {"completion", "bash", "Prints the completion script for bash.",
     "  source <(pedigree completion bash)\n"
     "  pedigree completion bash >/etc/bash_completion.d/pedigree\n",
     1, 1, true, {OPT_NONE}, command_completion},
};
/* clang-format on */
const size_t COMMANDS_LEN = LENGTH(COMMANDS);

const struct command *command_named(const char *name)
{
    for (size_t i = 0; i < COMMANDS_LEN; i++)
        if (strcmp(COMMANDS[i].name, name) == 0)
            return &COMMANDS[i];
    return NULL;
}

bool command_takes(const struct command *c, enum option_id id)
{
    if (id == OPT_HELP)
        return true;
    if (id == OPT_SERVER || id == OPT_KEY || id == OPT_JSON)
        return !c->is_local; /* local ones have rows of these names of their own */
    for (size_t i = 0; c->options[i] != OPT_NONE; i++)
        if (c->options[i] == id)
            return true;
    return false;
}

const char *command_nearest(const char *name)
{
    const char *names[LENGTH(COMMANDS)];
    for (size_t i = 0; i < COMMANDS_LEN; i++)
        names[i] = COMMANDS[i].name;
    return text_nearest(name, names, COMMANDS_LEN);
}
