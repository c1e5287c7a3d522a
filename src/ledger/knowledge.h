/*
 * knowledge - what statements say: who is who, who may claim what, what is known of a part.
 *
 * Held in memory by the committer, made from the statement records alone, in any order of arrival.
 * Statements of several sources stand side by side; of one source the later `time` counts (then
 * key), member by member.  Who may say what decides whether a statement counts, not whether it
 * is kept (records.md 3 and 4).  Voids and `verified` answers live here too: both may come
 * before what they are about.
 *
 * Statements are listed under what they name as it is written; a look-up goes through all names
 * of what it asks for (names_of, part_keys_of).  So nothing is indexed anew when it turns out who
 * is who, and memory grows by what a statement says and no more.
 *
 *   knowledge.c  ids, statements, lists, voids      names.c     who is who
 *   standing.c   tiers, certificates                parts.c     part numbers, what is known of them
 *   reach.c      which lots a statement can change    spec.c  what a part is
 *   like.c       part numbers beside each other
 */
#pragma once

#include "figures.h"
#include "map.h"

#include "pedigree/base/digest.h"
#include "pedigree/base/error.h"
#include "pedigree/model/certificate.h"
#include "pedigree/model/pattern.h"
#include "pedigree/rules/rule.h"

/* What is kept of a statement record. */
struct statement {
    int64_t seq;
    const char *owner;   /* whose rights it carries, as written */
    bool by_operator;    /* an operator in its own name */
    uint8_t key[16];
    enum record_type type;
    struct when time;
    union { /* by `type` */
        const void *said;
        const struct organisation_statement *organisation;
        const struct authorization_statement *authorization;
        const struct certificate_statement *certificate;
        const struct part_statement *part;
        const struct notice_statement *notice;
        const struct alert_statement *alert;
        const struct snapshot_statement *snapshot;
        const struct review_statement *review;
        const struct verified_of *of; /* with `answer` */
        const struct policy_statement *policy;
        const struct bom_statement *bom;
        const struct decision_statement *decision;
        const struct allocation *allocation;
    };
    const char *answer;
    cert_set kinds;         /* of a certificate: what it is for */
    const char *number_key; /* and its number, as numbers are compared */
    bool voids;         /* what it names: voided, or redacted so far that no fact is left */
    int64_t target_seq; /* voided, redacted */
    const char *target_id;
    struct statement *next; /* same kind, newest seq first */
};

struct listed { /* a statement in a list */
    const struct statement *statement;
    const void *item; /* the notice_part, where one statement has many */
    struct listed *next;
};

/* What statements are listed by, as written in them. */
enum listed_by {
    BY_ORGANISATION,  /* organisation: whom it is about */
    BY_PREDECESSOR,   /* organisation; item: struct successor */
    BY_HOLDER,        /* authorization */
    BY_CERTIFIED,     /* certificate: its holder */
    BY_CERTIFICATE,   /* certificate: its number_key */
    BY_PRODUCT,       /* certificate: keys of what its product may be called */
    BY_PART,          /* part: its key */
    BY_OTHER_NUMBER,  /* part: keys of its aliases */
    BY_PART_BASE,     /* part: part_base() */
    BY_MAKER,         /* part: its manufacturer, as written */
    BY_NOTICE_PART,   /* notice: key; item: struct notice_part */
    BY_NOTICE,        /* notice: its number */
    BY_WITHDRAWN,     /* notice that takes back this number */
    BY_ALERT,         /* alert: its number */
    BY_ALERT_PART,    /* alert: key */
    BY_ALERT_BASE,    /* alert: part_base() */
    BY_ALERT_SUPPLIER,
    BY_ALERT_OWNER,   /* alert of one who is no operator */
    BY_DOCUMENT,      /* verified: number or hash */
    BY_CODES,         /* verified: part key */
    BY_BOM,           /* bom: its name */
    BY_BOM_PART,      /* bom: part key; item: struct bom_line */
    BY_DECIDED,       /* decision: decided_name() of what it is about */
    BY_ALLOCATED,     /* allocated: lot code */
    BY_CASE,          /* review: listed_name() of its owner and case */
    BY_REVIEWED,      /* review: listed_name() of a holder and a lot code */
    LISTED_BYS
};

struct org {
    int64_t id;
    const char *name;  /* normal */
    struct org *class_; /* who it is today */
    bool submits;      /* has custody records that stand */
    bool holds;        /* lots are named under it */
    bool deals;        /* source or seller of a hop */
    bool is_used;      /* named by a record, other than as whom an organisation record is about */
    bool is_new;       /* not in the database yet */
    bool changed;      /* `submits` or the class must be written */
    struct part_id *parts; /* that it makes */
    struct seller_figure *sold;   /* what statistics say of it; NULL: nothing */
    struct holder_figure *booked;
    int32_t figures_day;          /* it is in the queue for that day already */
};

struct part_id {
    int64_t id;
    struct org *maker;
    const char *key, *manufacturer, *mpn;
    bool has_lots;
    bool is_new; /* among `new_parts` */
    struct part_id *same_key, *same_base; /* of other makers; of other packings too */
    struct part_id *same_maker;
    struct part_market market;    /* what statistics say of it */
    int32_t figures_day;          /* as of struct org */
};

/* Which lots a statement can change: a cursor for the re-assessment queue. */
struct cause {
    const char *kind; /* due.kind */
    int64_t target;
    int priority;
};
struct causes {
    VEC(struct cause) list;
};

/* The catalogue under some policies, which stand in this order. */
struct kept_rules {
    const struct statement **policies;
    size_t len;
    struct rule_set base, set;
};

struct knowledge {
    struct arena arena;
    struct map orgs;       /* name -> struct org */
    struct map orgs_by_id; /* id -> struct org */
    struct map parts_by_id;
    struct map parts_by_key;  /* key -> struct part_id list */
    struct map parts_by_base; /* part_base() -> struct part_id list */
    struct map likes;         /* like.c */
    struct map patterns;      /* text -> struct pattern; NULL where it is none */
    struct statement *statements[REC_COUNT];
    struct map lists[LISTED_BYS];
    struct map names;      /* alias -> struct name_entry list */
    struct map names_of;   /* organisation -> struct name_entry list */
    uint64_t names_version; /* moves when what is in force may have changed */
    bool registers_known; /* what the snapshots say; asked anew if one comes */
    cert_set complete_registers;
    cert_set kinds_told;  /* of any certificate that ever came */
    bool has_claims;      /* of certificates, by others than operators */
    bool lists_asked, lists_known; /* whether an alert about parties is in force */
    struct map voids_by_seq, voids_by_key;     /* -> struct listed */
    struct map answers_by_seq, answers_by_key; /* `verified` of a record -> struct listed */
    struct map by_seq, by_key;                 /* statements themselves: -> struct listed */
    VEC(struct org *) holders; /* that hold lots */
    VEC(struct org *) shared;  /* those of them that are one with another today */
    bool shared_known;
    VEC(struct kept_rules) kept_rules; /* own.c: catalogues under policies, made once each */
    struct figures figures;
    bool has_shadows; /* lots are known by names of several holders, or were (regroup.c) */
    /* Since knowledge_written(). */
    VEC(struct org *) changed_orgs;    /* to be written */
    VEC(struct part_id *) new_parts;
};

/* ---- knowledge.c ---- */
void knowledge_init(struct knowledge *kn);
void knowledge_done(struct knowledge *kn);

struct org *knowledge_org(struct knowledge *kn, const char *name); /* NULL: never named */
struct org *knowledge_org_add(struct knowledge *kn, const char *name, int64_t id);
void knowledge_org_changed(struct knowledge *kn, struct org *o); /* will be written */
struct part_id *knowledge_part(struct knowledge *kn, const struct org *maker, const char *key);
struct part_id *knowledge_part_add(struct knowledge *kn, struct org *maker, const char *key,
                                   const char *manufacturer, const char *mpn, int64_t id);
void knowledge_part_new(struct knowledge *kn, struct part_id *p); /* will be written */
/* Of the ways in which a part is spelt the least stands for it, whoever came first. */
void knowledge_part_spelt(struct knowledge *kn, struct part_id *p, const char *manufacturer, const char *mpn);
void knowledge_holds(struct knowledge *kn, struct org *o); /* a lot is named under it */
/* Of two names of one party the one that stands for all goes before, else the least. */
bool org_leads(const struct org *a, const struct org *b);
void knowledge_share(struct knowledge *kn);                /* brings `shared` up to date */
void knowledge_written(struct knowledge *kn); /* what changed is in the database */

/* Takes a statement in (decodes `canonical` anew into the reference's own memory). */
bool knowledge_add(struct knowledge *kn, int64_t seq, const char *owner, bool by_operator,
                   const uint8_t key[16], const char *canonical, size_t len,
                   const struct statement **out, struct error *err);
bool is_statement(enum record_type t);
/* Whose rights a record carries: for whom it came, else who sent it. */
const char *record_owner(const char *submitter, const char *on_behalf);
/* An operator in its own name: what it says counts for everybody. */
bool is_by_operator(const char *role, const char *on_behalf);
/* What the statement is about, for the `statement` table. */
const char *statement_subject(struct arena *a, const struct record *r, const char *owner);
/* The key that a record with this `id` has. */
void key_of_id(const char *id, uint8_t out[16]);
/* And one without: of its digest, and of how many equal ones came before it in its request. */
void key_of_content(const uint8_t digest[static SHA256_LEN], int64_t ordinal, uint8_t out[16]);

const struct listed *listed_by(const struct knowledge *kn, enum listed_by by, const char *name);
/* What a case, or a lot, is listed under: whose it is, as written, and what he calls it. */
const char *listed_name(struct arena *a, const char *party, const char *code);
const struct listed *answers_by_seq(const struct knowledge *kn, int64_t seq);
const struct listed *answers_by_key(const struct knowledge *kn, const uint8_t key[16]);
/* Whether any alert but this one is in force. */
bool other_alerts(struct knowledge *kn, const struct statement *but);
/* Names parties, not parts: who is listed; and whether any such but this one is in force. */
bool lists_parties(const struct alert_statement *a);
bool other_lists(struct knowledge *kn, const struct statement *but);
bool has_lists(struct knowledge *kn); /* the same of all, remembered */
/* Any alert that stands and lists parties names this one. */
bool is_listed_party(struct knowledge *kn, struct arena *a, const char *party);
/* The statement that a void takes out; NULL: none that has come. */
const struct statement *void_target(struct knowledge *kn, const struct statement *v);
bool is_voided(struct knowledge *kn, int64_t seq, const char *owner, const uint8_t key[16]);
bool stands(struct knowledge *kn, const struct statement *st); /* is not voided */
bool is_later(const struct statement *a, const struct statement *b); /* by time, then key */
bool same_source(const struct statement *a, const struct statement *b);

/* What a decision is about, of several things the first: as it is listed. */
const char *decided_name(struct arena *a, const char *what, const char *name);

/* ---- names.c ---- */
void names_add(struct knowledge *kn, const struct statement *st); /* an operator's organisation */
void names_changed(struct knowledge *kn, const struct statement *st); /* it came, or is voided */
/* Canonical name of a party for a record of that time (INT64_MAX: as of today, names without an
 * end); `name` itself if nothing says otherwise. */
const char *party_resolve(struct knowledge *kn, const char *name, int64_t at_us);
const char *party_today(struct knowledge *kn, const char *name);
bool same_party(struct knowledge *kn, const char *a, const char *b); /* today */
/* A statement's name for somebody means `party`: as of the statement, or today. */
bool may_mean(struct knowledge *kn, const char *name, int64_t at_us, const char *party);
/* All names that may ever mean this party, itself first. */
struct words names_of(struct knowledge *kn, struct arena *a, const char *party);
const char *group_of(struct knowledge *kn, struct arena *a, const char *party); /* topmost parent */
bool has_role(struct knowledge *kn, struct arena *a, const char *party, const char *role);
bool party_submits(struct knowledge *kn, struct arena *a, const char *party); /* by any of its names */
const char *country_of(struct knowledge *kn, struct arena *a, const char *party);
/* The statement tells the party's sites, and its source has not told them anew since. */
bool sites_count(struct knowledge *kn, const struct statement *st, const char *party);
/* The maker, or one who took over its business before. */
bool is_maker(struct knowledge *kn, struct arena *a, const char *party, const char *maker,
              int64_t at_us);
struct takeover {
    int32_t day; /* INT32_MAX: none */
    int64_t seq;
    const char *heir;
};
struct takeover takeover_of(struct knowledge *kn, struct arena *a, const char *maker);

/* ---- standing.c ---- */
struct tier_question {
    const char *party;  /* canonical; NULL: unknown */
    const char *maker;  /* canonical */
    const char *buyer;  /* canonical, who answers for T3 and T4 */
    const char *part_key;
    int64_t at_us;
};
struct grant {
    enum tier tier;
    const struct statement *by; /* NULL: none */
};
struct tier_answer {
    enum tier tier;       /* exclusive trace taken at its word */
    enum truth authorized; /* any authorization of the manufacturer, or the manufacturer;
                              UNKNOWN: the scope of one cannot be checked */
    bool near;             /* one within 30 days */
    bool aftermarket, contract; /* may manufacture */
    enum tier_why why;     /* and by which statement it is so; NONE */
    int64_t seq;
    bool is_exclusive;     /* it rests on exclusive trace: without that it is `otherwise` */
    enum tier otherwise;
    enum tier_why otherwise_why;
    int64_t otherwise_seq;
    struct grant best, exclusive; /* while it is gathered */
    enum tier_why missed;
    const struct statement *missed_by;
};
struct tier_answer tier_of(struct knowledge *kn, struct arena *a, const struct tier_question *q);

struct certificate_question {
    const char *party; /* canonical; NULL: unknown */
    cert_set kinds;    /* any of them will do */
    int32_t day;
    const struct words *methods; /* that it must cover; NULL: none */
};
struct certificate_answer {
    enum cert_status status;
    enum cert_standing standing; /* if there is one */
    enum truth methods;          /* UNKNOWN: it lists none */
    int64_t seq;                 /* the statement that decides; NONE */
    const char *name;            /* "scheme number"; NULL: there is none */
    cert_set kinds;
    struct certificate_statement told;
    int32_t back_day;            /* of a valid one: taken back on this day after; NO_DAY */
};
struct certificate_answer certificate_of(struct knowledge *kn, struct arena *a, const struct certificate_question *q);

/* What certifying sources tell of a certificate for a product, as of the day; false: none of them tells. */
bool certificate_product(struct knowledge *kn, struct arena *a, const struct statement *st, int32_t day,
                         struct product_fact *out);

struct claim_facts {
    struct claim_fact *at;
    size_t len, cap;
};
/* Certificates that the party says it holds, each against what registers say. */
void certificate_claims(struct knowledge *kn, struct arena *a, const char *party, struct claim_facts *out);

struct place { /* where something was shipped from, or done */
    const char *site;    /* the party's code of it; NULL: not told */
    const char *country; /* NULL likewise */
};
/* Whether the place is one of the party's on that day; UNKNOWN: nobody lists its sites. */
enum truth site_is_of(struct knowledge *kn, struct arena *a, const char *party, const struct place *at, int32_t day);
/* Whether what a certificate of the party covers has that place. */
enum truth sites_cover(struct knowledge *kn, struct arena *a, const char *party, const struct words *covered,
                       const struct place *at, int32_t day);

/* ---- parts.c ---- */
struct part_answer {
    int32_t introduced, end_of_production, last_ship;
    int64_t introduced_seq, end_seq, lifecycle_seq;
    bool discontinuance_withdrawn, trace_reuse;
    const char *lifecycle, *family, *package;
    /* OBS-005, -006, -007, -011 */
    const char *lifecycle_source, *lifecycle_best, *lifecycle_best_source;
    int64_t lifecycle_best_seq;
    int32_t lifecycle_day;
    int lifecycle_sources, lifecycle_known;
    VEC(struct notice_fact) notices; /* in force */
};
struct part_answer part_of(struct knowledge *kn, struct arena *a, const char *maker,
                           const char *part_key);
/* Whether the maker made the part on that day, and might be bought from; and who says so (NONE). */
enum truth part_produced_on(struct knowledge *kn, struct arena *a, const char *maker, const char *part_key,
                            int32_t day, int64_t *seq);
/* Key under which a part is compared: aliases of part numbers resolved. */
const char *part_resolve(struct knowledge *kn, struct arena *a, const char *maker,
                         const char *part_key);
/* All keys that may mean this part, itself first. */
struct words part_keys_of(struct knowledge *kn, struct arena *a, const char *maker,
                          const char *part_key);
/* The statement stands, speaks for the maker, and its manufacturer, as of the statement or today, is
 * this one. */
bool part_is_about(struct knowledge *kn, struct arena *a, const struct statement *st,
                   const struct part_name *name, const char *maker);

/* ---- spec.c ---- */
/* What the part is; NOTHING_SAID of one that nobody states. */
const struct part_facts *spec_of(struct knowledge *kn, struct arena *a, const char *maker,
                                 const char *part_key);

/* ---- marks.c ---- */
/* Key of the mark that lots tested by this laboratory carry (name as written). */
int64_t laboratory_key(const char *name);
/* Likewise of the mark that lots carry with certificates by this issuer, or that rest on its. */
int64_t issuer_key(const char *name);

/* Compiled once; NULL: there is none. */
struct pattern *pattern_of(struct knowledge *kn, const char *text);

/* ---- like.c ---- */
struct likeness {
    const char *key;
    bool alike; /* they look the same; else they are one slip apart */
};
struct likes {
    struct likeness *at;
    size_t len, cap;
};
void likes_add(struct knowledge *kn, const char *key); /* keeps it */
/* Keys beside this one that anybody ever named. */
struct likes likes_of(const struct knowledge *kn, struct arena *a, const char *key);
/* How a part number, as it is written, stands to the catalogue of its maker (canonical). */
struct number_fact number_of(struct knowledge *kn, struct arena *a, const char *maker,
                             const struct part_name *part);

/* ---- reach.c ---- */
/* What a statement that came, or that was voided, can change. */
void knowledge_causes(struct knowledge *kn, struct arena *a, const struct statement *st,
                      struct causes *out);
/* What news of a party can change: lots that it holds, and those that it handed on. */
void party_causes(struct knowledge *kn, struct arena *a, const char *party, struct causes *out);
