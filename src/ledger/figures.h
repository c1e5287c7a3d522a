/*
 * figures - what statistics over many lots say (migrations/0018), as the committer holds them.
 *
 * Taken set-wise by PostgreSQL, a part or an organisation at a time, on the ledger day after something new
 * was recorded of it (or at once where what was known before has changed): entries `market` and `trader` of
 * the re-assessment queue.  Where an answer of a rule may change with a figure the lots that it concerns are
 * queued, as cursors.  Figures are rounded, and messages do not tell those that move every day, so that
 * little is looked at again.
 *
 * Statistics inside a rule are of others' lots: they count if five organisations besides the lot's holder and
 * owner are in them (records.md 7).
 */
#pragma once

#include "map.h"
#include "pedigree/base/error.h"
#include "pedigree/db/db.h"

enum { FIGURE_HOLDERS = 8, FIGURE_OTHERS = 5 };

struct org;
struct knowledge;
struct causes;
struct space;
struct lot;
struct changes;
struct part_id;

struct price_figure {
    const char *currency;
    int32_t band, half;
    int64_t floor, list; /* NONE */
    const char *holders; /* names, a line each; "": offers alone */
    struct price_figure *next;
    bool stands; /* false: it is gone */
};
struct market_figure {
    int32_t half;
    int64_t lead_weeks, glut, typical; /* NONE */
    const char *holders; /* of `typical` */
    const char *owners;  /* of `made` and `entered` */
    int64_t offered, made, entered;
    bool is_proven, stands;
    struct market_figure *next;
};
struct part_market { /* of struct part_id */
    struct price_figure *prices;
    struct market_figure *halves;
};

struct seller_pair { /* what one holder bought of one seller */
    struct org *holder;
    int64_t lots, adverse;
    int32_t first_sold;
    struct seller_pair *next;
};
struct seller_figure { /* of struct org */
    struct seller_pair *pairs;
    struct map by_holder;
    int64_t lots, adverse;
    int32_t first_sold; /* NO_DAY */
    int holders;        /* that bought any, up to FIGURE_HOLDERS */
    bool is_adverse;    /* more often than others */
};
struct day_figure {
    int32_t day;
    int64_t lots, usual;
    struct day_figure *next;
};
struct holder_figure { /* of struct org */
    int64_t bought;      /* lots, of all sellers */
    int32_t known_after; /* NO_DAY: too few days */
    struct day_figure *days;
};

struct ledger_day { /* records from this one on came on that day */
    int64_t first;
    int32_t day;
};
struct figures { /* of the knowledge */
    VEC(struct ledger_day) days;
    VEC(struct org *) sellers;
    int64_t lots, adverse; /* over all sellers */
};

/* From the database, when the knowledge is loaded; a rebuild needs the days alone. */
bool figures_load(struct db *db, struct knowledge *kn, struct error *err);
bool figures_load_days(struct db *db, struct knowledge *kn, struct error *err);
/* Records from `first` on come on that ledger day. */
void figures_day(struct knowledge *kn, int64_t first, int32_t day);
int32_t known_day(const struct knowledge *kn, int64_t seq);

/* Takes those anew that are due; what it changes goes into the knowledge, and lots that it concerns into *out. */
struct figures_due {
    struct arena *arena;
    VEC(int64_t) parts;
    VEC(int64_t) traders;
    int32_t today;
};
bool figures_take(struct db *db, struct knowledge *kn, const struct figures_due *due, struct causes *out, struct error *err);

/* Of one lot, for its facts: one a hop. */
struct hop_figures;
struct part_figures;
struct day_figures;
struct hop_figures *figures_of_hops(struct space *s, const struct lot *l, const char *lifecycle);
void figures_of_part(struct space *s, const struct lot *l, int32_t last_ship, struct part_figures *out);
void figures_of_naming(struct space *s, const struct lot *l, struct day_figures *out);
int64_t figures_bought(const struct lot *l);

/* The day on which it was first found suspect; NO_DAY. */
int32_t lot_bad_day(struct space *s, const struct lot *l);
/* The ledger day on which its holder first named it, else anybody; NO_DAY: a joint lot, or all was voided. */
int32_t lot_named_day(struct space *s, const struct lot *l);
/* What is due because of what changed with a touched lot, once its edges and verdict are known. */
void figures_changed(struct space *s, struct changes *c, struct lot *l, bool row_differs);
