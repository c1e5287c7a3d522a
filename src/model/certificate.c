/* certificate - terms and statuses of a certificate, and what follows for a day; see the header. */
#include "pedigree/model/certificate.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *word;
    int rank; /* of two that begin on one day the greater counts */
} STANDINGS[] = {
    [CERT_NOT_ISSUED] = {"not-issued", 0}, [CERT_ACTIVE] = {"active", 2},
    [CERT_EXPIRED] = {"expired", 0},       [CERT_SUSPENDED] = {"suspended", 2},
    [CERT_CANCELLED] = {"cancelled", 2},   [CERT_WITHDRAWN] = {"withdrawn", 2},
};
enum { RANK_ISSUE = 1 }; /* a certificate is active from its issue on */

const char *cert_standing_word(enum cert_standing s)
{
    return STANDINGS[s].word;
}

static enum cert_standing standing_of(const char *status)
{
    for (size_t i = 0; i < LENGTH(STANDINGS); i++)
        if (strcmp(STANDINGS[i].word, status) == 0)
            return (enum cert_standing)i;
    return CERT_ACTIVE;
}

static bool is_later(const struct certificate_word *a, const struct certificate_word *b)
{
    if (a->time.first_us != b->time.first_us)
        return a->time.first_us > b->time.first_us;
    int by_key = memcmp(a->key, b->key, 16);
    return by_key ? by_key > 0 : strcmp(a->owner, b->owner) > 0;
}

static bool same_source(const struct certificate_word *a, const struct certificate_word *b)
{
    return a->by_operator == b->by_operator && strcmp(a->owner, b->owner) == 0;
}

static bool has_dates(const struct certificate_word *w)
{
    return w->said->issued.text || w->said->expires.text;
}

/* ---- terms ---- */

struct words_of { /* all that is said of one certificate */
    const struct certificate_word *at;
    size_t len;
    bool dated; /* any of them gives a date of issue or expiry */
};

static bool source_has_issue(const struct words_of *all, const struct certificate_word *w)
{
    for (size_t i = 0; i < all->len; i++)
        if (all->at[i].said->issued.text && same_source(&all->at[i], w))
            return true;
    return false;
}

/* Whether the word stands for a term of its own. */
static bool is_term(const struct words_of *all, const struct certificate_word *w)
{
    if (w->said->issued.text)
        return true;
    return !all->dated || (w->said->expires.text && !source_has_issue(all, w));
}

static int32_t begins(const struct certificate_word *w)
{
    return w->said->issued.text ? w->said->issued.first_day : INT32_MIN;
}

/* A word that only tells an end tells that of the term that ran when it was said, else of the first. */
static int32_t term_meant(const struct words_of *all, const struct certificate_word *w)
{
    int32_t running = INT32_MIN, first = INT32_MAX;
    if (w->said->issued.text)
        return begins(w);
    for (size_t i = 0; i < all->len; i++) {
        const struct certificate_word *o = &all->at[i];
        if (!o->said->issued.text || !same_source(o, w))
            continue;
        int32_t day = begins(o);
        first = day < first ? day : first;
        running = day <= w->time.first_day && day > running ? day : running;
    }
    return running != INT32_MIN ? running : first == INT32_MAX ? INT32_MIN : first;
}

/* The word of its source that told the end of this term last; NULL: it has none. */
static const struct certificate_word *end_of(const struct words_of *all, const struct certificate_word *term)
{
    const struct certificate_word *best = NULL;
    for (size_t i = 0; i < all->len; i++) {
        const struct certificate_word *w = &all->at[i];
        if (w->said->expires.text && same_source(w, term) && term_meant(all, w) == begins(term) &&
            (!best || is_later(w, best)))
            best = w;
    }
    return best;
}

/* ---- status ---- */

struct event { /* what may change the status, on one day */
    enum cert_standing standing;
    int32_t from;
    int rank;
    const struct certificate_word *by;
};

static int32_t status_from(const struct certificate_word *w)
{
    return w->said->status_from.text ? w->said->status_from.first_day : w->time.first_day;
}

static bool counts_more(const struct event *a, const struct event *b)
{
    if (a->from != b->from)
        return a->from > b->from;
    return a->rank != b->rank ? a->rank > b->rank : is_later(a->by, b->by);
}

/* The last that began by that day; `by` NULL: none did. */
static struct event event_on(const struct words_of *all, int32_t day)
{
    struct event best = {.standing = CERT_ACTIVE};
    for (size_t i = 0; i < all->len; i++) {
        const struct certificate_word *w = &all->at[i];
        struct event said[2];
        size_t n = 0;
        if (w->said->status) {
            enum cert_standing s = standing_of(w->said->status);
            said[n++] = (struct event){s, status_from(w), STANDINGS[s].rank, w};
        }
        if (w->said->issued.text)
            said[n++] = (struct event){CERT_ACTIVE, begins(w), RANK_ISSUE, w};
        for (size_t k = 0; k < n; k++)
            if (said[k].from <= day && (!best.by || counts_more(&said[k], &best)))
                best = said[k];
    }
    return best;
}

/* ---- both ---- */

static struct words_of words_of(const struct certificate_word *words, size_t len)
{
    struct words_of all = {words, len, false};
    for (size_t i = 0; i < len; i++)
        all.dated |= has_dates(&words[i]);
    return all;
}

/* The terms around a day: one that runs, the one that ended last, the next to come. */
struct around {
    const struct certificate_word *running, *ended, *coming;
    int32_t ended_on, comes_on;
};

/* Of two on one day the later word is told. */
static bool takes(const struct certificate_word *now, const struct certificate_word *w, int32_t nearer)
{
    return !now || nearer > 0 || (nearer == 0 && is_later(w, now));
}

static void add_around(const struct words_of *all, const struct certificate_word *w, int32_t day, struct around *out)
{
    const struct certificate_word *end = end_of(all, w);
    int32_t from = begins(w), to = end ? end->said->expires.last_day : INT32_MAX;
    if (from <= day && day <= to) {
        out->running = takes(out->running, w, 0) ? w : out->running;
    } else if (to < day && takes(out->ended, end, (to > out->ended_on) - (to < out->ended_on))) {
        out->ended = end;
        out->ended_on = to;
    } else if (from > day && takes(out->coming, w, (from < out->comes_on) - (from > out->comes_on))) {
        out->coming = w;
        out->comes_on = from;
    }
}

static struct around terms_around(const struct words_of *all, int32_t day)
{
    struct around out = {.ended_on = INT32_MIN, .comes_on = INT32_MAX};
    for (size_t i = 0; i < all->len; i++)
        if (is_term(all, &all->at[i]))
            add_around(all, &all->at[i], day, &out);
    return out;
}

static struct certificate_state state_on(const struct words_of *all, int32_t day)
{
    struct around terms = terms_around(all, day);
    struct event e = event_on(all, day);
    const struct certificate_word *by = e.by ? e.by : terms.running;
    enum cert_standing standing = e.standing;
    bool is_over = !terms.running && (e.standing == CERT_ACTIVE || !terms.ended);
    if (is_over) {
        standing = terms.ended ? CERT_EXPIRED : CERT_NOT_ISSUED;
        by = terms.ended ? terms.ended : terms.coming;
    }
    return (struct certificate_state){standing, by ? (size_t)(by - all->at) : 0};
}

struct certificate_state certificate_on(const struct certificate_word *words, size_t len, int32_t day)
{
    struct words_of all = words_of(words, len);
    return state_on(&all, day);
}

/* ---- intervals ---- */

static int by_day(const void *x, const void *y)
{
    const int32_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

/* Each day on which something may change. */
static size_t days_of(struct arena *a, const struct words_of *all, int32_t **out)
{
    int32_t *days = ARENA_ARRAY(a, int32_t, 3 * all->len + 1);
    size_t n = 0;
    days[n++] = INT32_MIN;
    for (size_t i = 0; i < all->len; i++) {
        const struct certificate_word *w = &all->at[i];
        if (w->said->issued.text)
            days[n++] = begins(w);
        if (w->said->expires.text)
            days[n++] = w->said->expires.last_day + 1;
        if (w->said->status)
            days[n++] = status_from(w);
    }
    qsort(days, n, sizeof *days, by_day);
    *out = days;
    return n;
}

const struct certificate_interval *certificate_intervals(struct arena *a, const struct certificate_word *words,
                                                         size_t len, size_t *out_len)
{
    struct words_of all = words_of(words, len);
    int32_t *days;
    size_t n = days_of(a, &all, &days), kept = 0;
    struct certificate_interval *out = ARENA_ARRAY(a, struct certificate_interval, n);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && days[i] == days[i - 1])
            continue;
        struct certificate_state state = state_on(&all, days[i]);
        if (kept > 0 && out[kept - 1].state.standing == state.standing)
            continue;
        if (kept > 0)
            out[kept - 1].to = days[i] - 1;
        out[kept++] = (struct certificate_interval){state, days[i], INT32_MAX};
    }
    *out_len = kept;
    return out;
}

/* ---- as told ---- */

static void tell(struct certificate_statement *to, const struct certificate_statement *from)
{
    struct {
        const char **to;
        const char *from;
    } texts[] = {
        {&to->scheme, from->scheme},     {&to->number, from->number},   {&to->holder, from->holder},
        {&to->body, from->body},         {&to->standard, from->standard}, {&to->scope, from->scope},
        {&to->product, from->product},   {&to->level, from->level},     {&to->profile, from->profile},
        {&to->kind, from->kind},         {&to->basis, from->basis},
    };
    for (size_t i = 0; i < LENGTH(texts); i++)
        if (texts[i].from)
            *texts[i].to = texts[i].from;
    if (from->methods.given)
        to->methods = from->methods;
    if (from->sites.given)
        to->sites = from->sites;
    if (from->issued.text)
        to->issued = from->issued;
    if (from->expires.text)
        to->expires = from->expires;
}

struct certificate_statement certificate_told(const struct certificate_word *words, size_t len)
{
    struct certificate_statement out = {0};
    const struct certificate_word *told = NULL;
    for (size_t n = 0; n < len; n++) { /* from the earliest to the latest; few */
        const struct certificate_word *next = NULL;
        for (size_t i = 0; i < len; i++)
            if ((!told || is_later(&words[i], told)) && (!next || is_later(next, &words[i])))
                next = &words[i];
        if (!next)
            break;
        tell(&out, next->said);
        told = next;
    }
    return out;
}
