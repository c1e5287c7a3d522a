/*
 * knowledge - what statements say: who is who, who may claim what, what is known of a part.
 *
 * Held in memory by the committer, made from the statement records alone, in any order of arrival.
 * Statements of several sources stand side by side; of one source the later `time` counts (then
 * key), member by member.  Who may say what decides whether a statement counts, not whether it
 * is kept (records.md 3 and 4).  Voids and `verified` answers live here too: both may come
 * before what they are about.
 */
#pragma once

#include "map.h"
#include "pedigree/base/error.h"
#include "pedigree/rules/facts.h"

struct statement {
    int64_t seq;
    const char *owner;   /* whose rights it carries, as written */
    bool by_operator;    /* an operator in its own name */
    uint8_t key[16];
    const struct record *record;
    struct statement *next; /* same kind, newest seq first */
};

struct org {
    int64_t id;
    const char *name; /* normal */
    bool submits;     /* has custody records in the log */
    bool is_new;      /* not in the database yet */
    bool changed;     /* `submits` must be written */
    bool laboratory;  /* role by an operator */
    struct org *next;
};

struct part_id {
    int64_t id;
    struct org *maker;
    const char *key, *manufacturer, *mpn;
    bool is_new;
    struct part_id *next;
};

/* Which lots a statement can change: a cursor for the re-assessment queue. */
struct cause {
    const char *kind; /* due.kind */
    int64_t target;
    int priority;
};

struct knowledge {
    struct arena arena;
    struct map orgs;       /* name -> struct org */
    struct map orgs_by_id; /* id -> struct org */
    struct map parts;      /* "maker id/key" -> struct part_id */
    struct map parts_by_id;
    struct statement *statements[REC_COUNT];
    struct map aliases;        /* alias name -> struct alias_entry list */
    struct map authorizations; /* holder's canonical name today -> list */
    struct map part_statements; /* part_key -> list */
    struct map voids;          /* "seq" or "owner\x1fkeyhex" -> list of struct statement */
    struct map answers;        /* target seq -> list */
    bool indexed;
    json_t *keep; /* array: bodies that records point into */
};

void knowledge_init(struct knowledge *kn);
void knowledge_done(struct knowledge *kn);

struct org *knowledge_org(struct knowledge *kn, const char *name); /* NULL: never named */
struct org *knowledge_org_add(struct knowledge *kn, const char *name, int64_t id);
struct part_id *knowledge_part(struct knowledge *kn, const struct org *maker, const char *key);
struct part_id *knowledge_part_add(struct knowledge *kn, struct org *maker, const char *key,
                                   const char *manufacturer, const char *mpn, int64_t id);

/* Takes a statement in (decodes `canonical` anew into the reference's own memory). */
bool knowledge_add(struct knowledge *kn, int64_t seq, const char *owner, bool by_operator,
                   const uint8_t key[16], const char *canonical, size_t len,
                   struct error *err);
/* What it can change; at most 512, else one "all". */
size_t knowledge_causes(struct knowledge *kn, struct arena *a, const struct record *r,
                        struct cause **out);
bool is_statement(enum record_type t);
/* What the statement is about, for the `statement` table. */
const char *statement_subject(struct arena *a, const struct record *r, const char *owner);

/* Canonical name of a party for a record of that time; `name` itself if nothing says otherwise. */
const char *party_resolve(struct knowledge *kn, const char *name, int64_t at_us);
bool is_voided(struct knowledge *kn, int64_t seq, const char *owner, const uint8_t key[16]);

struct tier_question {
    const char *party;  /* canonical; NULL: unknown */
    const char *maker;  /* canonical */
    const char *buyer;  /* canonical, who answers for T3 and T4 */
    const char *part_key;
    int64_t at_us;
};
struct tier_answer {
    enum tier tier;
    enum truth authorized; /* any authorization of the manufacturer, or the manufacturer */
    bool near;             /* one within 30 days */
    bool aftermarket, contract; /* may manufacture */
};
struct tier_answer tier_of(struct knowledge *kn, const struct tier_question *q);

struct certificate_answer {
    enum cert_status status;
    int64_t seq;
    const char *name;
};
struct certificate_answer certificate_of(struct knowledge *kn, struct arena *a,
                                         const char *party, int32_t day);

struct part_answer {
    int32_t introduced, end_of_production, last_ship;
    int64_t introduced_seq, end_seq, lifecycle_seq;
    bool discontinuance_withdrawn, trace_reuse;
    const char *lifecycle, *family, *package;
};
struct part_answer part_of(struct knowledge *kn, const char *maker, const char *part_key);
/* Canonical maker and key under which a part is compared: aliases of part numbers resolved. */
const char *part_resolve(struct knowledge *kn, const char *maker, const char *part_key);
