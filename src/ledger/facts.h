/*
 * facts - the parts of a lot's facts, while they are gathered (facts.c) from its own records, its marks
 * (marks.c) and what others say (heard.c).  Everything lives in the batch's arena.
 */
#pragma once

#include "lot.h"

struct facts_space {
    int32_t reading_day;
    int64_t answers_ours, answers_open;
    VEC(struct code_fact) codes;
    VEC(struct trace_fact) traces;
    VEC(struct origin_fact) origins;
    const struct known_part *part;
    VEC(struct mark_fact) marks;
    VEC(struct document_fact) documents;
    VEC(struct inspection_fact) inspections;
    VEC(struct denial_fact) denials;
    VEC(struct alert_fact) alerts;
    VEC(struct merge_fact) merges;
    VEC(struct recode_fact) recodes;
    VEC(struct label_fact) labels;
    VEC(struct pack_fact) packs;
    VEC(struct seal_fact) seals;
    VEC(struct listing_fact) listings;
    struct claim_facts claims;
    VEC(struct product_fact) products;
    VEC(struct lapse_fact) lapses;
};

/* What is known of the lot's part; asked once a batch, when all that it brings is known. */
const struct known_part *known_part(struct space *s, const struct lot *l);
/* A date code of the lot, as its maker marks them. */
struct date_code lot_code(const struct known_part *p, const char *code, int32_t day);
/* Date codes are read as of the lot's first day. */
int32_t reading_day(const struct lot *l);
int64_t document_pieces(const struct lot *l, const struct event *e);
const char *document_issuer(struct space *s, const struct event *e, const struct document_ref *d);
/* With one receipt it may be told by both sides: then the receiver's word counts. */
bool is_told_twice(const struct lot *l, const struct document_ref *d);
/* Of a mark that is compared; `reuse`: the maker declares that it re-uses trace codes. */
struct mark_fact mark_fact_of(struct space *s, const struct lot *l, const struct lot_mark *m, bool reuse);

/* papers.c */
struct document_fact paper_fact_of(struct space *s, const struct lot *l, const struct event *e,
                                      const struct document_ref *d, int64_t quantity);
/* duties.c */
/* NULL: nobody who may say so holds the lot for suspect. */
const struct duty_facts *duties_of(struct space *s, const struct lot *l, const struct facts_space *fs, int32_t seen_day);
void add_releases(struct space *s, const struct lot *l, struct facts *f);
struct storage_fact storage_of(struct space *s, const struct lot *l);

/* True if there is any alert to match against. */
bool add_alerts(struct space *s, const struct lot *l, struct facts_space *fs);
void add_merges(struct space *s, const struct lot *l, struct facts_space *fs);
void add_labels(struct space *s, const struct lot *l, struct facts_space *fs); /* labels, packs, seals */
/* True if there is any list of parties to match against. */
bool add_listings(struct space *s, const struct lot *l, struct facts_space *fs);
void add_answers(struct space *s, const struct lot *l, struct facts_space *fs);

/* shown.c: what parties show of themselves. */
void show_laboratory(struct space *s, const struct lot *l, const struct event *e, struct inspection_fact *x);
void show_production(struct space *s, struct lot *l); /* of the part, on the day of each sale */
void add_claims(struct space *s, const struct lot *l, struct facts_space *fs);
void add_products(struct space *s, const struct lot *l, struct facts_space *fs);
void add_lapses(struct space *s, const struct lot *l, struct facts_space *fs);
void show_substances(struct space *s, const struct lot *l, struct facts *f);
void show_isms(struct space *s, const struct lot *l, struct facts *f);
