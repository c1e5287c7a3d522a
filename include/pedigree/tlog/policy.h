/*
 * policy - which logs and witnesses count, and how many of these (C2SP tlog-policy), as a text file:
 *
 *   log <verifier key> [<URL>]
 *   witness <name> <verifier key> [<URL>]
 *   group <name> all|any|<number> <name>...
 *   quorum <name>|none
 *   # ...                                   and empty lines
 *
 * A name is defined before it is used, and is a member of one group at most.  A file without a quorum line has none;
 * the specification asks for one, which policy_parse() leaves to its caller.
 */
#pragma once

#include "pedigree/tlog/note.h"

enum { POLICY_MAX = 65536, POLICY_LINE = 1024, POLICY_NAMES = 128, POLICY_LOGS = 64 };

struct policy_log {
    struct note_verifier verifier;
    const char *url; /* NULL: none */
};
struct policy_name { /* a witness, or a group of such names */
    const char *name;
    bool is_group, has_group; /* has_group: is a member of one */
    struct note_verifier verifier; /* of a witness */
    const char *url;               /* NULL: none */
    const size_t *members;         /* of a group: indices of `names` */
    size_t members_len, needed;
};
struct policy {
    struct policy_log *logs;
    size_t logs_len;
    struct policy_name *names;
    size_t names_len;
    bool has_quorum;
    const struct policy_name *quorum; /* NULL: none is needed */
};

/* All in the arena.  The error names the line. */
bool policy_parse(struct arena *a, const char *text, size_t len, struct policy *out, struct error *err);
/* Whether the witnesses that cosigned the note are a quorum, no line of theirs being forged; the log's own signature is
 * the caller's to check.  `cosigned` (may be NULL): how many witnesses did. */
bool policy_is_met(const struct policy *p, const struct note *n, size_t *cosigned);
