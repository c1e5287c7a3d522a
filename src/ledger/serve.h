/*
 * serve - what of a batch's reading stands on the shelf, and what must be asked for.
 *
 * A touched lot is served if all rows of its own are here; then what it leans on (links and marks that
 * share its keys, parents, records) is served or asked for by name.  So one round trip is enough:
 * what the server finds of lots that are asked for it follows by itself.
 */
#pragma once

#include "shelf.h"
#include "store.h"

/* Rows by what fills the space; those of one set in one array. */
struct read_rows {
    struct rows touched, lots, events, samples, links, subs, members, flags, own_links, own_edges,
        own_marks;
};

struct served {
    struct arena *arena;
    struct shelf *shelf; /* NULL: all is asked for */
    /* to be asked for */
    struct names names;
    struct keys due, link_keys, identities, traces, lots, seqs;
    struct keys shared; /* identities that several lots carry: who descends from whom is asked */
    /* there */
    struct keys kept_seqs; /* records */
    VEC(struct touched_row) touched;
    VEC(struct lot_row) lot_rows;
    VEC(struct event_row) events, samples;
    VEC(struct link_row) links, own_links;
    VEC(struct sub_row) subs;
    VEC(struct member_row) members;
    VEC(struct flag_row) flags;
    VEC(struct text_row) own_edges;
    VEC(struct own_mark_row) own_marks;
    struct map done[SHELF_SETS]; /* keys that were looked at */
};

void serve(struct served *v, struct arena *a, struct shelf *shelf, const struct asked *q);
/* Decodes the records that are there: there is time while PostgreSQL reads the others. */
void serve_records_decoded(struct served *v, struct db *db);
/* Puts what was served behind what was read; of a key that both have the rows read are taken. */
void serve_merge(struct served *v, struct read_rows *r);
