/*
 * lot - one lot as a batch sees it: its events, its neighbours' events, what follows from them.
 *
 *   events --order--> description, balance, holds      (describe.c: the lot's own records alone)
 *          --links--> hops and moves                   (pair.c: both sides of each hop)
 *          --chain--> summary from the parents         (project.c)
 *          --facts--> findings, assessment             (facts.c, rules)
 *
 * A touched lot is projected anew from all its events, never patched.  Everything lives in the
 * batch's arena.
 */
#pragma once

#include "chain.h"
#include "knowledge.h"
#include "pedigree/codec/label.h"
#include "pedigree/rules/rule.h"

/* Ordinals of a record's events: which of its lots. */
enum { ORDINAL_MAIN = 0, ORDINAL_INPUT = 1, ORDINAL_OUTPUT = 1001 /* joints: -1, -2, .. */ };

struct keys {
    int64_t *at;
    size_t len, cap;
};

struct lot;
struct shelf;
struct lot_row;

struct event {
    int64_t seq;
    int32_t ordinal;
    const char *owner; /* whose rights the record carries, as written */
    const char *by;    /* the same, canonical at the record's time */
    const char *today; /* the same, as of today: whose lots are its own */
    bool by_operator;
    bool voided;
    bool is_new; /* of this batch */
    uint8_t key[16];
    const struct record *record;
    struct lot *lot;
};

/* Of a hop: shipper; receipt that is consistent, paired or only asserted.  SIDE_TO only finds what
 * was sent to a party.  Of a lot that failed a test, heard by those that it came out of: found by its
 * holder; by a laboratory or the maker. */
enum side { SIDE_SOURCE, SIDE_OPEN, SIDE_PAIRED, SIDE_TO, SIDE_ASSERTED, SIDE_DOUBTED, SIDE_FAILED };

struct link {
    int64_t key;
    enum side side;
    struct lot *lot;
    struct event *event; /* NULL: the lot itself, subscribed under its own name */
    struct link *next;   /* of the same key */
    struct link *next_receipt; /* likewise, but for those of shippers: a lot may have very many */
};

struct edge {
    struct lot *parent; /* NULL: a gap */
    int64_t seq, out_seq;
    int32_t ordinal;
    int64_t quantity;
    enum standing standing;
    enum tier tier;
    enum tier_why tier_why;
    int64_t tier_seq; /* the authorization that decides the tier, or misses; NONE */
    const char *source, *seller, *reason, *shipped, *received;
    int64_t price;        /* billionths a piece, on the first edge of a hop; NONE */
    const char *currency; /* NULL: no price */
    int32_t sold, known;  /* day of the sale, NO_DAY; ledger day of the receipt */
    const uint8_t *key; /* of the record that sent it, 16 bytes; NULL: none known */
};

struct lot_mark {
    int64_t key;
    const char *kind, *value, *sub;
    int64_t seq;
    const char *issuer;                /* documents */
    int64_t came, went, declared;      /* documents: pieces that came in or went out with it */
    const char *shipment;              /* packages, payloads: of the first sale that names it; NULL */
    bool again;                        /* likewise: another one does, too */
};

struct lot_label { /* decoded; `of` holds its payload */
    const struct event *event;
    const struct lot_description *of;
    struct label label;
    const char *canonical;
};

struct label_told { /* a date code, or only trace codes, that labels alone tell */
    const struct event *event;
    struct date_code_item item; /* .code NULL: trace codes alone */
};

struct hop_document { /* of the other side: it goes with what came in */
    const struct event *out;
    const struct document_ref *document;
    int64_t quantity; /* that came in */
};

struct stored_flag {
    const char *rule, *subject, *message, *evidence, *state;
    int32_t severity, version;
    int64_t since;
};

struct stored_mark {
    int64_t key;
    const char *kind, *sub;
};

struct stored_link {
    int64_t key, seq; /* seq -1: the lot itself */
    int32_t side;
};

struct balance {
    int64_t inflow, outflow, balance;
    int64_t overdrawn, overdrawn_seq;
    int64_t found, found_allowed, found_seq;
    int64_t conjured, conjured_seq; /* a transformation gave more pieces than it took */
    int32_t newest_day;
    bool has_inflow, is_held;
    bool is_held_suspect; /* all of it, for that reason */
    bool is_part_suspect; /* some of it is held for that reason */
};

struct held {
    const char *reason; /* NULL: not held */
    int64_t seq;        /* of the hold; NONE */
    bool whole;         /* all of the lot, nothing of it released */
};

enum { INHERITED_SCALARS = 12 };
struct distances {
    uint8_t *at;
    size_t len, cap;
};

/* From how many transformations away each fact of a description came; 0: it is the lot's own. */
struct inherited {
    uint8_t scalars[INHERITED_SCALARS];
    struct distances codes, traces; /* as in the description; shorter: its own from there on */
};

struct lot {
    int64_t id;
    struct part_id *part; /* NULL: not described */
    struct org *holder;
    const char *code; /* NULL: joint */
    bool is_new;      /* not in the database yet */
    bool touched;     /* all events are loaded; projected in this batch */
    bool ordered;
    bool is_named;    /* its name is in the database, though the lot is not */
    bool is_gone;     /* its name means another lot now; it goes out of the database */
    bool regrouped;   /* got events of another lot, or gave some away */
    bool declared_done; /* not touched: `description` is what is stored, not only the part */
    struct ancestors { /* by number (marks.c) */
        struct keys list;
        bool known;
    } ancestors, proven; /* all that are claimed; those of which both sides say so */

    VEC(struct event *) events; /* in custody order once ordered */
    int64_t first_us; /* of its earliest record: as of then its maker's name counts; INT64_MAX: none */
    struct lot_description description; /* own and inherited; untouched: what is stored */
    struct lot_description own;         /* what its own records state, merged */
    struct inherited inherited;
    bool has_description;
    const char *description_json;
    int64_t description_seq, contradiction_seq, own_contradiction_seq;
    struct balance balance;
    bool was_held; /* some record of it holds pieces */
    struct held held_now;
    struct held *held; /* what each of `events` found held; only if `was_held` */

    struct link *links; /* own link rows, of this projection */
    VEC(struct link *) own_links;
    struct map link_places; /* of a link's key, event and side */
    VEC(struct hop) hops;
    VEC(struct event *) hop_events;
    VEC(struct hop_document) hop_documents;
    VEC(struct move) moves;
    VEC(struct edge) edges;
    VEC(struct lot_label) labels;
    VEC(struct label_told) label_told; /* nothing of the kind is declared */
    VEC(struct lot_mark) marks;
    struct map mark_places; /* of a mark's key and sub, in `marks`, from 1 */
    struct rooted { /* pieces of which the recorded chain begins here; none of returns and loans */
        int64_t made, first_sold, open;
    } rooted;
    VEC(struct inspection_fact) inspections;
    VEC(struct event *) sample_inspections; /* of lots that are samples of this one */
    struct chain chain;
    bool chain_known;
    enum traced traced;

    /* As stored before this batch. */
    struct bytes stored_chain;
    int64_t stored_first_us;
    const char *stored_description, *stored_state, *stored_traced;
    int64_t stored_part, stored_quantity, stored_balance, stored_owner;
    int32_t stored_grade, stored_score, stored_coverage, stored_bad, stored_named; /* of a new lot: nothing */
    VEC(struct stored_flag) stored_flags;
    VEC(struct stored_link) stored_links;
    VEC(const char *) stored_edges;
    VEC(struct stored_mark) stored_marks;

    struct findings findings;
    struct assessment assessment;
    struct findings own_findings; /* as its holder sees it, where that differs (own.c) */
    struct assessment own_assessment;
    bool has_own;
    const char *state;

    /* As it is written by this batch. */
    struct lot_row *row;
    VEC(struct stored_flag) flags;
    VEC(const char *) edge_texts;
    struct { /* against what is stored; `upstream`: what descendants inherit */
        bool upstream, edges, summary;
    } changed;
};

struct own_view; /* own.c */

/* What a holder calls a lot.  Holders that are one call one lot so: all their names mean it. */
struct lot_name {
    struct org *holder; /* as written */
    const char *code;
    int64_t own; /* the lot that it means while no other name does */
    int64_t lot; /* the lot that it means */
    bool is_new, moved;
};

struct custody_row { /* an event that is another lot's now */
    int64_t lot, seq;
    int32_t ordinal;
};

struct relation { /* an edge above lots that share an identity mark */
    int64_t lot, parent;
    bool proven; /* the parent's side says so too */
};

enum { SUBS_MAX = 256 }; /* distinct subs of a mark that are read: what they say does not change with more */

struct mark_sub { /* one distinct sub of a mark, as stored */
    int64_t key, lots;
    int64_t stored; /* lots before this batch */
    const char *sub;
    struct mark_sub *next;
};

struct member { /* a lot that carries an identity mark */
    int64_t key;
    struct lot *lot;
    const char *sub;
    struct member *next;
    enum { PLACE_UNKNOWN, PLACE_TOP, PLACE_BELOW } place; /* among those of its set */
};

struct known_part {
    struct part_answer answer;
    const struct part_facts *spec;
    struct takeover takeover; /* of its maker */
    const struct date_form *forms;
    size_t forms_len;
    struct pattern *trace_pattern; /* NULL: none, or none that is fine */
};

struct known_holder {
    bool avionics; /* by a role that an operator gave */
    const char *country;
};

struct whole { /* keys of which all lots are here, or all that the set says */
    struct map links, identities, traces;
};

struct space { /* what one batch works on */
    struct arena *arena;
    struct knowledge *kn;
    struct shelf *shelf; /* rows of batches before; NULL: none */
    json_t *keep; /* array: bodies that records point into */
    int32_t today;
    struct map lots;    /* id -> struct lot */
    struct map names;   /* "holder's class/code" -> struct lot */
    struct map joints;  /* seq of the transformation -> struct lot */
    struct map name_rows; /* "holder id/code" -> struct lot_name, where several may mean one lot */
    VEC(struct lot_name *) name_list;
    VEC(struct custody_row) moved;
    struct map links;   /* key -> struct link list */
    struct map receipts; /* key -> those of them that are no shipper's */
    struct map subs;    /* mark key -> struct mark_sub list */
    struct map numbers; /* "maker\x1fwritten part number" -> struct number_fact, likewise */
    struct map holders; /* canonical holder -> struct known_holder, likewise */
    struct map parts;   /* "maker\x1fpart key" -> struct known_part: what is known, once all is learnt */
    struct map members; /* mark key -> struct member list */
    const struct relation *relations; /* as stored; sorted by lot, then parent */
    size_t relations_len;
    VEC(struct lot *) all;
    struct whole whole; /* known once all is projected */
    struct rule_set rules; /* under the operators' policy; none: not asked for yet */
    struct map own_views; /* class id -> struct own_view */
};

/* Sums of pieces end where a number in JSON is exact no more; no lot has as many. */
static inline int64_t pieces_sum(int64_t a, int64_t b)
{
    const int64_t most = INT64_C(1) << 53;
    int64_t sum = a + b; /* neither is beyond `most` */
    return sum > most ? most : sum < -most ? -most : sum;
}

/* Of identities all lots that carry them are looked at, of trace codes only what the set says. */
struct mark_keys {
    struct keys identities, traces;
};

/* describe.c */
int event_order(const struct event *a, const struct event *b); /* custody order: <0, 0, >0 */
void lot_describe(struct space *s, struct lot *l);   /* what it states itself, balance */
/* What the last rework in this lot states of the finish counts from then on: no contradiction, but other goods. */
void lot_refinish(struct lot *l);
const struct event *lot_reworked(const struct lot *l); /* the last; NULL: none */
bool is_own(const struct lot *l, const struct event *e); /* by the lot's holder */
const struct lot_description *output_of(const struct event *e); /* NULL: no output */
void words_merge(struct space *s, struct words *to, const struct words *from);
const char *code_name(struct space *s, const struct date_code_item *c); /* what makes it another */
/* A reel is bought as such and booked, or parted, under the number of the bare part; or the reverse. */
bool same_but_packing(struct space *s, const struct part_name *a, const struct part_name *b);
bool same_part_at(struct space *s, const struct event *e, const struct part_name *a,
                  const struct part_name *b); /* at the time of the event */
const char *description_json(struct arena *a, const struct lot_description *d);
/* All that is declared of a lot; of one that is not touched only the part is there before. */
const struct lot_description *lot_declared(struct space *s, struct lot *l);
const struct lot_description *event_description(const struct event *e); /* as it states it; NULL */
int64_t event_inflow(const struct lot *l, const struct event *e);  /* pieces, 0 if none */
int64_t event_outflow(const struct lot *l, const struct event *e);
int64_t event_stayed(const struct lot *l, const struct event *e); /* of both: in place */
bool is_opening(const struct lot *l, const struct event *e);
size_t event_documents(const struct event *e); /* how many of its record speak of its lot */

/* holds.c */
void lot_holds(struct space *s, struct lot *l); /* needs order and balance */
/* Why pieces that the move takes were held then; reason NULL: enough others were free. */
struct held held_at(const struct lot *l, const struct event *move);

/* inherit.c */
bool lot_inherits(const struct lot *l);              /* whether it is made of others */
bool lot_inherit(struct space *s, struct lot *l);    /* from its inputs as they are; true if it changed */
struct bytes summary_encode(struct space *s, const struct lot *l);
bool summary_decode(struct space *s, struct bytes b, struct lot *out);

/* pair.c */
void space_link(struct space *s, struct link *k); /* it is one of its key's */
/* Each step needs the one before of every lot. */
void lot_link(struct space *s, struct lot *l);   /* registers what it sent */
void lot_hops(struct space *s, struct lot *l);   /* pairs what came in, and registers it */
void lot_moves(struct space *s, struct lot *l);  /* pairs what went out; registers loans and returns */
void lot_settle(struct space *s, struct lot *l); /* claims and returns, over the parties */

/* beside.c */
void lot_tell(struct space *s, struct lot *l); /* needs hops and moves; registers that it failed a test */
void lot_hear(struct space *s, struct lot *l); /* into its chain: what came out of it that did */

void lot_add_link(struct space *s, struct lot *l, int64_t key, enum side side, struct event *e);
int64_t link_key_lot(const char *holder, const char *code); /* claims on that lot */
int64_t link_key_to(const char *party); /* of everything sent to that party */
void link_keys_of(struct space *s, const struct event *e, struct keys *out);

/* project.c */
const char *lot_maker(struct space *s, const struct lot *l); /* canonical; "" if undescribed */
bool lot_made_by(struct space *s, const struct lot *l, const char *party, int64_t at_us);
const char *lot_holder(struct space *s, const struct lot *l);
const char *lot_part(struct space *s, const struct lot *l); /* key it is compared under; NULL */
struct lot *space_lot(struct space *s, const struct org *holder, const char *code);
void space_name(struct space *s, struct lot *l, const char *code); /* it is the lot of that name */
void space_rename(struct space *s); /* who is who has changed: what each name means of the lots at hand */
bool lot_chain(struct space *s, struct lot *l);      /* edges and summary; true if it changed */
enum traced lot_traced(const struct lot *l);         /* as its summary tells */

/* regroup.c */
const struct lot_name *space_lot_name(struct space *s, const struct org *holder, const char *code);
struct lot_name *space_lot_name_add(struct space *s, struct lot_name n);
void regroup(struct space *s);

/* labels.c */
/* Needs the description, inherited and all: reads the labels, each payload once. */
void lot_read_labels(struct space *s, struct lot *l);
/* Who gives packages of this description their ids; NULL: its maker is not told. */
const char *package_issuer(struct space *s, const struct event *e, const struct lot_description *d, const char *maker);
/* The lot codes on a label: the supplier's, on a maker's label the maker's. */
struct words label_lots(struct arena *a, const struct label *label);
bool label_is_package(const struct label_field *f);

/* facts.c */
void lot_mark_all(struct space *s, struct lot *l);
void mark_keys_of(struct space *s, const struct event *e, struct mark_keys *out);
void lot_assess(struct space *s, struct lot *l);
/* own.c */
struct rule_set space_rules(struct space *s); /* for everybody */
/* What the holder's own policy and what it keeps for itself make of the lot, whose facts these are for everybody. */
void lot_assess_own(struct space *s, struct lot *l, const struct facts *f);
bool keeps_for_itself(const struct knowledge *kn); /* anybody: else there are no own views */

bool is_binding(struct space *s, const struct lot *l, const struct event *e); /* may speak of it */
bool mark_is_identity(const char *kind);
bool mark_is_compared(const char *kind); /* with other lots: identities and trace codes */
