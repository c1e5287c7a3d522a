/*
 * chain - the small summary of everything upstream that each lot keeps (architecture 1.4).
 *
 * Every inherited fact carries its distance in hops and dies at CHAIN_REACH.  A lot's summary is
 * a function of its own facts and its parents' summaries alone: the nearest of each kind wins,
 * ties by name, so there is one fixpoint whatever the order, circles and voids.
 */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/db/db.h"

#include <stdint.h>

enum { CHAIN_REACH = 64, CHAIN_ROOTS = 8, CHAIN_WARNERS = 16, CHAIN_SPILLS = 16, CHAIN_BROKERS = 8, CHAIN_BESIDE = 4, CHAIN_LISTED = 8, CHAIN_LAPSED = 8, CHAIN_NEVER = 255 };

enum root_kind { ROOT_MANUFACTURER, ROOT_AUTHORIZATION, ROOT_CLAIMED_AUTHORIZED, ROOT_CLAIMED,
                 ROOT_NONE, ROOT_KINDS };

struct root {
    uint8_t distance;
    uint8_t kind;      /* enum root_kind */
    uint8_t open;      /* came in from the open market there */
    int32_t day;       /* the day it came in there; INT32_MIN unknown */
    const char *name;  /* "holder code" of the lot where the chain ends */
};

struct upstream_party {
    uint8_t distance;
    const char *name;
};

struct failed { /* a lot that failed a test, as those know of it that came out of the same lot */
    uint8_t distance; /* to the lot that both came out of; 0: it came out of this one */
    uint8_t well;     /* found by a laboratory, the maker, or in the same hands as that lot */
    uint64_t lot;     /* chain_lot_of() it */
};

struct lapse { /* who handed the goods on without a valid certificate for nuclear safety (ISO 19443) */
    uint8_t distance;
    int32_t day; /* on which it did */
    const char *name;
};

struct chain {
    uint8_t depth;                    /* hops to the farthest ancestor, at most CHAIN_REACH */
    uint8_t nearest[ROOT_KINDS];      /* distance; CHAIN_NEVER: none */
    uint8_t uncorroborated[ROOT_KINDS]; /* hops on the way that are only consistent */
    uint8_t tier[8];                  /* distance to the nearest source of each tier */
    uint8_t aftermarket;              /* distance to a holder of an aftermarket authorization */
    uint8_t back;                     /* distance to a customer's return in the same hands */
    int32_t back_day, back_verified;  /* came back, and was found good; INT32_MAX never */
    uint8_t suspect;                  /* distance to the nearest lot that is suspect */
    struct { /* and to the nearest in the same hands */
        uint8_t distance;
        const char *code; /* ties by code */
    } suspect_here;
    uint8_t spills_len;               /* more than CHAIN_SPILLS: all that went out counts */
    uint64_t spills[CHAIN_SPILLS];    /* records that took pieces held as suspect along; in order */
    uint8_t failed_len;
    struct failed failed[CHAIN_BESIDE]; /* nearest first, then the better found, then by lot */
    uint8_t roots_len;
    struct root roots[CHAIN_ROOTS];   /* nearest first, then by name */
    uint8_t warners_len;
    struct upstream_party warners[CHAIN_WARNERS]; /* likewise: holders of ancestors who warn of what
                                                         they hold: their alerts reach this far */
    uint8_t brokers_len;
    struct upstream_party brokers[CHAIN_BROKERS]; /* likewise: who sold, without authorization */
    uint8_t listed_len;
    struct upstream_party listed[CHAIN_LISTED]; /* likewise: whom lists of parties name */
    uint8_t lapsed_len;
    struct lapse lapsed[CHAIN_LAPSED]; /* likewise, each party once */
    uint8_t uncertified;              /* distance to the nearest of whom no such certificate is known */
};

void chain_init(struct chain *c); /* knows nothing */
void chain_add_root(struct chain *c, enum root_kind kind, const char *name, bool open,
                    int32_t day);
void chain_add_tier(struct chain *c, int tier);
void chain_add_warner(struct chain *c, const char *name);
void chain_add_lapse(struct chain *c, const char *name, int32_t day);
void chain_add_listed(struct chain *c, const char *name);
bool chain_has_warner(const struct chain *c, const char *name);
void chain_add_broker(struct chain *c, const char *name);
/* A customer's return: of several the one that was verified last, if ever, then the nearest. */
void chain_add_return(struct chain *c, int32_t day, int32_t verified);
void chain_inherit_return(struct chain *c, const struct chain *parent); /* of the same holder */
/* The lot itself is suspect: by an inspection that binds it, or held whole as suspect. */
void chain_add_suspect(struct chain *c, const char *code);
void chain_inherit_suspect(struct chain *c, const struct chain *parent); /* of the same holder */
/* Some of its pieces are suspect, and the record with that key (16 bytes) took some of them along. */
void chain_add_spill(struct chain *c, const uint8_t *key);
/* What came by the record with that key (NULL: unknown) is suspect for it.  `code`: of the parent, if
 * it is of the same holder; else NULL. */
void chain_inherit_spill(struct chain *c, const struct chain *parent, const uint8_t *key, const char *code);
/* What comes over one hop from a parent.  Only what `goes_on` makes a chain deeper: a return into
 * the lot it left is no circle, nor are the left-overs of a kit back in their bin. */
void chain_inherit(struct chain *c, const struct chain *parent, bool corroborated, bool goes_on);
uint64_t chain_lot_of(const char *holder, const char *code);
void chain_add_failed(struct chain *c, uint64_t lot, bool well); /* that came out of this one */
/* `self`: what failed is no news to itself. */
void chain_inherit_failed(struct chain *c, const struct chain *parent, uint64_t self);
bool chain_shares_root(const struct chain *a, const struct chain *b);

struct bytes chain_encode(struct arena *a, const struct chain *c); /* same facts, same bytes */
bool chain_decode(struct arena *a, struct bytes b, struct chain *out);
