/* chain - see chain.h. */
#include "chain.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/digest.h"
#include "pedigree/base/text.h"

#include <assert.h>
#include <string.h>

enum { CHAIN_VERSION = 1, NAME_MAX_LEN = 400 };

void chain_init(struct chain *c)
{
    *c = (struct chain){.aftermarket = CHAIN_NEVER, .back = CHAIN_NEVER, .suspect = CHAIN_NEVER,
                        .suspect_here = {CHAIN_NEVER, NULL}, .uncertified = CHAIN_NEVER};
    memset(c->nearest, CHAIN_NEVER, sizeof c->nearest);
    memset(c->tier, CHAIN_NEVER, sizeof c->tier);
}

/* Total order: nearer first, then name, kind, open, day. */
static int root_compare(const struct root *a, const struct root *b)
{
    if (a->distance != b->distance)
        return a->distance < b->distance ? -1 : 1;
    int by_name = strcmp(a->name, b->name);
    if (by_name != 0)
        return by_name;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->open != b->open)
        return a->open < b->open ? -1 : 1;
    return a->day < b->day ? -1 : a->day > b->day;
}

static bool root_is_known(struct chain *c, const struct root *r)
{
    for (size_t i = 0; i < c->roots_len; i++) {
        struct root *k = &c->roots[i];
        if (k->kind != r->kind || k->open != r->open || k->day != r->day ||
            strcmp(k->name, r->name) != 0)
            continue;
        if (k->distance <= r->distance)
            return true;
        memmove(k, k + 1, (size_t)(c->roots_len - i - 1) * sizeof *k);
        c->roots_len--;
        return false;
    }
    return false;
}

static void root_insert(struct chain *c, struct root r)
{
    if (root_is_known(c, &r))
        return;
    size_t at = 0;
    while (at < c->roots_len && root_compare(&c->roots[at], &r) < 0)
        at++;
    if (at == CHAIN_ROOTS)
        return;
    size_t kept = c->roots_len < CHAIN_ROOTS ? c->roots_len : CHAIN_ROOTS - 1;
    memmove(&c->roots[at + 1], &c->roots[at], (kept - at) * sizeof r);
    c->roots[at] = r;
    c->roots_len = (uint8_t)(kept + 1);
}

void chain_add_root(struct chain *c, enum root_kind kind, const char *name, bool open,
                    int32_t day)
{
    c->nearest[kind] = 0;
    c->uncorroborated[kind] = 0;
    root_insert(c, (struct root){0, (uint8_t)kind, open, day, name});
}

void chain_add_tier(struct chain *c, int tier)
{
    c->tier[tier] = 0;
}

static int party_compare(const struct upstream_party *a, const struct upstream_party *b)
{
    return a->distance != b->distance ? (a->distance < b->distance ? -1 : 1)
                                      : strcmp(a->name, b->name);
}

/* Each once, at its nearest; past `most` the farthest makes room. */
static void party_insert(struct upstream_party *all, uint8_t *len, size_t most, struct upstream_party p)
{
    size_t at = 0, last = *len;
    for (size_t i = 0; i < *len; i++)
        if (strcmp(all[i].name, p.name) == 0)
            last = i;
    if (last < *len && all[last].distance <= p.distance)
        return;
    while (at < last && party_compare(&all[at], &p) < 0)
        at++;
    if (at == most)
        return;
    if (last == most)
        last--;
    memmove(&all[at + 1], &all[at], (last - at) * sizeof p);
    all[at] = p;
    *len = (uint8_t)(last + 1 > *len ? last + 1 : *len);
}

void chain_add_warner(struct chain *c, const char *name)
{
    party_insert(c->warners, &c->warners_len, CHAIN_WARNERS, (struct upstream_party){0, name});
}

void chain_add_broker(struct chain *c, const char *name)
{
    party_insert(c->brokers, &c->brokers_len, CHAIN_BROKERS, (struct upstream_party){0, name});
}

void chain_add_listed(struct chain *c, const char *name)
{
    party_insert(c->listed, &c->listed_len, CHAIN_LISTED, (struct upstream_party){0, name});
}

static int lapse_compare(const struct lapse *a, const struct lapse *b)
{
    if (a->distance != b->distance)
        return a->distance < b->distance ? -1 : 1;
    int by_name = strcmp(a->name, b->name);
    return by_name ? by_name : (a->day > b->day) - (a->day < b->day);
}

/* Each party once, at its first place. */
static void lapse_insert(struct chain *c, struct lapse p)
{
    size_t at = 0, last = c->lapsed_len;
    for (size_t i = 0; i < c->lapsed_len; i++)
        if (strcmp(c->lapsed[i].name, p.name) == 0)
            last = i;
    if (last < c->lapsed_len && lapse_compare(&c->lapsed[last], &p) <= 0)
        return;
    while (at < last && lapse_compare(&c->lapsed[at], &p) < 0)
        at++;
    if (at == CHAIN_LAPSED)
        return;
    if (last == CHAIN_LAPSED)
        last--;
    memmove(&c->lapsed[at + 1], &c->lapsed[at], (last - at) * sizeof p);
    c->lapsed[at] = p;
    c->lapsed_len = (uint8_t)(last + 1 > c->lapsed_len ? last + 1 : c->lapsed_len);
}

void chain_add_lapse(struct chain *c, const char *name, int32_t day)
{
    lapse_insert(c, (struct lapse){0, day, name});
}

bool chain_has_warner(const struct chain *c, const char *name)
{
    for (size_t i = 0; i < c->warners_len; i++)
        if (strcmp(c->warners[i].name, name) == 0)
            return true;
    return false;
}

static uint8_t one_more(uint8_t distance)
{
    return distance >= CHAIN_REACH ? CHAIN_NEVER : (uint8_t)(distance + 1);
}

static void take_return(struct chain *c, uint8_t distance, int32_t day, int32_t verified)
{
    bool weighs = c->back == CHAIN_NEVER || verified > c->back_verified ||
                  (verified == c->back_verified &&
                   (distance < c->back || (distance == c->back && day < c->back_day)));
    if (distance == CHAIN_NEVER || !weighs)
        return;
    c->back = distance;
    c->back_day = day;
    c->back_verified = verified;
}

void chain_add_return(struct chain *c, int32_t day, int32_t verified)
{
    take_return(c, 0, day, verified);
}

void chain_inherit_return(struct chain *c, const struct chain *parent)
{
    if (parent->back != CHAIN_NEVER)
        take_return(c, one_more(parent->back), parent->back_day, parent->back_verified);
}

static void take_suspect(struct chain *c, uint8_t distance, const char *code)
{
    bool nearer = distance < c->suspect_here.distance ||
                  (distance == c->suspect_here.distance && distance != CHAIN_NEVER &&
                   strcmp(code, c->suspect_here.code) < 0);
    if (!nearer)
        return;
    c->suspect_here.distance = distance;
    c->suspect_here.code = code;
}

void chain_add_suspect(struct chain *c, const char *code)
{
    c->suspect = 0;
    take_suspect(c, 0, code);
}

void chain_inherit_suspect(struct chain *c, const struct chain *parent)
{
    if (parent->suspect_here.distance != CHAIN_NEVER)
        take_suspect(c, one_more(parent->suspect_here.distance), parent->suspect_here.code);
}

static uint64_t spill_of(const uint8_t *key)
{
    uint64_t n;
    memcpy(&n, key, sizeof n);
    return n;
}

static bool has_spilt(const struct chain *c, uint64_t spill)
{
    bool has = c->spills_len > CHAIN_SPILLS;
    for (size_t i = 0; !has && i < c->spills_len; i++)
        has = c->spills[i] == spill;
    return has;
}

void chain_add_spill(struct chain *c, const uint8_t *key)
{
    uint64_t spill = spill_of(key);
    size_t at = c->spills_len;
    if (has_spilt(c, spill))
        return;
    if (c->spills_len++ == CHAIN_SPILLS) {
        memset(c->spills, 0, sizeof c->spills);
        return;
    }
    for (; at > 0 && c->spills[at - 1] > spill; at--)
        c->spills[at] = c->spills[at - 1];
    c->spills[at] = spill;
}

void chain_inherit_spill(struct chain *c, const struct chain *parent, const uint8_t *key, const char *code)
{
    if (!key || !has_spilt(parent, spill_of(key)))
        return;
    c->suspect = c->suspect > 1 ? 1 : c->suspect;
    if (code)
        take_suspect(c, 1, code);
}

static void inherit_parties(struct upstream_party *all, uint8_t *len, size_t most,
                            const struct upstream_party *from, size_t from_len)
{
    for (size_t i = 0; i < from_len; i++) {
        struct upstream_party p = from[i];
        p.distance = one_more(p.distance);
        if (p.distance != CHAIN_NEVER)
            party_insert(all, len, most, p);
    }
}

static void inherit_lapses(struct chain *c, const struct chain *parent)
{
    for (size_t i = 0; i < parent->lapsed_len; i++) {
        struct lapse p = parent->lapsed[i];
        p.distance = one_more(p.distance);
        if (p.distance != CHAIN_NEVER)
            lapse_insert(c, p);
    }
    if (parent->uncertified != CHAIN_NEVER && one_more(parent->uncertified) < c->uncertified)
        c->uncertified = one_more(parent->uncertified);
}

uint64_t chain_lot_of(const char *holder, const char *code)
{
    struct span spans[] = {{holder, strlen(holder)}, {"\x1f", 1}, {code, strlen(code)}};
    return (uint64_t)digest_key(spans, LENGTH(spans));
}

static int failed_compare(const struct failed *a, const struct failed *b)
{
    if (a->distance != b->distance)
        return a->distance < b->distance ? -1 : 1;
    if (a->well != b->well)
        return a->well ? -1 : 1;
    return (a->lot > b->lot) - (a->lot < b->lot);
}

/* Each lot once, at its first place. */
static void failed_insert(struct chain *c, struct failed f)
{
    size_t at = 0, last = c->failed_len;
    for (size_t i = 0; i < c->failed_len; i++)
        if (c->failed[i].lot == f.lot)
            last = i;
    if (last < c->failed_len && failed_compare(&c->failed[last], &f) <= 0)
        return;
    while (at < last && failed_compare(&c->failed[at], &f) < 0)
        at++;
    if (at == CHAIN_BESIDE)
        return;
    if (last == CHAIN_BESIDE)
        last--;
    memmove(&c->failed[at + 1], &c->failed[at], (last - at) * sizeof f);
    c->failed[at] = f;
    c->failed_len = (uint8_t)(last + 1 > c->failed_len ? last + 1 : c->failed_len);
}

void chain_add_failed(struct chain *c, uint64_t lot, bool well)
{
    failed_insert(c, (struct failed){0, well, lot});
}

void chain_inherit_failed(struct chain *c, const struct chain *parent, uint64_t self)
{
    for (size_t i = 0; i < parent->failed_len; i++) {
        struct failed f = parent->failed[i];
        f.distance = one_more(f.distance);
        if (f.distance != CHAIN_NEVER && f.lot != self)
            failed_insert(c, f);
    }
}

void chain_inherit(struct chain *c, const struct chain *parent, bool corroborated,
                   bool goes_on)
{
    uint8_t depth = parent->depth >= CHAIN_REACH ? CHAIN_REACH : (uint8_t)(parent->depth + 1);
    c->depth = depth > c->depth && goes_on ? depth : c->depth;
    for (size_t k = 0; k < ROOT_KINDS; k++) {
        uint8_t d = one_more(parent->nearest[k]);
        if (parent->nearest[k] == CHAIN_NEVER || d == CHAIN_NEVER)
            continue;
        uint8_t u = (uint8_t)(parent->uncorroborated[k] + (corroborated ? 0 : 1));
        if (d < c->nearest[k] || (d == c->nearest[k] && u < c->uncorroborated[k])) {
            c->nearest[k] = d;
            c->uncorroborated[k] = u;
        }
    }
    for (size_t t = 0; t < sizeof c->tier; t++)
        if (parent->tier[t] != CHAIN_NEVER && one_more(parent->tier[t]) < c->tier[t])
            c->tier[t] = one_more(parent->tier[t]);
    if (parent->aftermarket != CHAIN_NEVER && one_more(parent->aftermarket) < c->aftermarket)
        c->aftermarket = one_more(parent->aftermarket);
    if (parent->suspect != CHAIN_NEVER && one_more(parent->suspect) < c->suspect)
        c->suspect = one_more(parent->suspect);
    for (size_t i = 0; i < parent->roots_len; i++) {
        struct root r = parent->roots[i];
        r.distance = one_more(r.distance);
        if (r.distance != CHAIN_NEVER)
            root_insert(c, r);
    }
    inherit_parties(c->warners, &c->warners_len, CHAIN_WARNERS, parent->warners, parent->warners_len);
    inherit_parties(c->brokers, &c->brokers_len, CHAIN_BROKERS, parent->brokers, parent->brokers_len);
    inherit_parties(c->listed, &c->listed_len, CHAIN_LISTED, parent->listed, parent->listed_len);
    inherit_lapses(c, parent);
}

bool chain_shares_root(const struct chain *a, const struct chain *b)
{
    for (size_t i = 0; i < a->roots_len; i++)
        for (size_t k = 0; k < b->roots_len; k++)
            if (strcmp(a->roots[i].name, b->roots[k].name) == 0)
                return true;
    return false;
}

/* Behind the roots comes what few lots have: warners, which begin with their distance, and what begins
 * with a mark that is no distance. */
enum { DAY_LEN = 4, RETURN_LEN = 1 + 2 * DAY_LEN, MARK_RETURN = CHAIN_NEVER, MARK_SUSPECT = 254,
       MARK_SUSPECT_HERE = 253, MARK_SPILLS = 252, MARK_BROKERS = 251, MARK_FAILED = 250, MARK_LISTED = 249,
       MARK_LAPSED = 248, MARK_UNCERTIFIED = 247,
       FAILED_LEN = 2 + sizeof(uint64_t) };

static size_t put_day(uint8_t *out, int32_t day)
{
    for (int i = 0; i < DAY_LEN; i++)
        out[i] = (uint8_t)((uint32_t)day >> (8 * (DAY_LEN - 1 - i)));
    return DAY_LEN;
}

static int32_t get_day(const uint8_t *in)
{
    return (int32_t)((uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3]);
}

static size_t put_parties(uint8_t *out, const struct upstream_party *all, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        size_t name_len = strnlen(all[i].name, NAME_MAX_LEN);
        uint8_t head[] = {all[i].distance, (uint8_t)(name_len >> 8), (uint8_t)name_len};
        memcpy(out + n, head, sizeof head);
        n += sizeof head;
        memcpy(out + n, all[i].name, name_len);
        n += name_len;
    }
    return n;
}

/* The next of a list at b.at + *n; false: not whole. */
static bool get_party(struct arena *a, struct bytes b, size_t *n, struct upstream_party *out)
{
    if (*n + 3 > b.len)
        return false;
    const uint8_t *h = b.at + *n;
    size_t len = (size_t)h[1] << 8 | h[2];
    *n += 3;
    if (*n + len > b.len)
        return false;
    *out = (struct upstream_party){h[0], arena_strndup(a, (const char *)b.at + *n, len)};
    *n += len;
    return true;
}

static size_t put_lapses(uint8_t *out, const struct chain *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->lapsed_len; i++) {
        n += put_day(out + n, c->lapsed[i].day);
        n += put_parties(out + n, &(struct upstream_party){c->lapsed[i].distance, c->lapsed[i].name}, 1);
    }
    return n;
}

static bool get_lapse(struct arena *a, struct bytes b, size_t *n, struct lapse *out)
{
    struct upstream_party p;
    if (*n + DAY_LEN > b.len)
        return false;
    int32_t day = get_day(b.at + *n);
    *n += DAY_LEN;
    if (!get_party(a, b, n, &p))
        return false;
    *out = (struct lapse){p.distance, day, p.name};
    return true;
}

struct bytes chain_encode(struct arena *a, const struct chain *c)
{
    uint8_t *out = arena_alloc(a, 256 + ((size_t)c->roots_len + c->warners_len + c->brokers_len + c->listed_len + c->lapsed_len + 1) * (NAME_MAX_LEN + 16));
    size_t n = 0;
    out[n++] = CHAIN_VERSION;
    out[n++] = c->depth;
    memcpy(out + n, c->nearest, sizeof c->nearest);
    n += sizeof c->nearest;
    memcpy(out + n, c->uncorroborated, sizeof c->uncorroborated);
    n += sizeof c->uncorroborated;
    memcpy(out + n, c->tier, sizeof c->tier);
    n += sizeof c->tier;
    out[n++] = c->aftermarket;
    out[n++] = c->roots_len;
    for (size_t i = 0; i < c->roots_len; i++) {
        const struct root *r = &c->roots[i];
        size_t len = strnlen(r->name, NAME_MAX_LEN);
        uint8_t head[] = {r->distance, r->kind, r->open};
        memcpy(out + n, head, sizeof head);
        n += sizeof head;
        n += put_day(out + n, r->day);
        out[n++] = (uint8_t)(len >> 8);
        out[n++] = (uint8_t)len;
        memcpy(out + n, r->name, len);
        n += len;
    }
    n += put_parties(out + n, c->warners, c->warners_len);
    if (c->listed_len) {
        out[n++] = MARK_LISTED;
        out[n++] = c->listed_len;
        n += put_parties(out + n, c->listed, c->listed_len);
    }
    if (c->suspect != CHAIN_NEVER) {
        out[n++] = MARK_SUSPECT;
        out[n++] = c->suspect;
    }
    if (c->suspect_here.distance != CHAIN_NEVER) {
        size_t len = strnlen(c->suspect_here.code, NAME_MAX_LEN);
        uint8_t head[] = {MARK_SUSPECT_HERE, c->suspect_here.distance, (uint8_t)(len >> 8), (uint8_t)len};
        memcpy(out + n, head, sizeof head);
        n += sizeof head;
        memcpy(out + n, c->suspect_here.code, len);
        n += len;
    }
    if (c->spills_len) {
        out[n++] = MARK_SPILLS;
        out[n++] = c->spills_len;
        memcpy(out + n, c->spills, sizeof c->spills);
        n += sizeof c->spills;
    }
    if (c->brokers_len) {
        out[n++] = MARK_BROKERS;
        out[n++] = c->brokers_len;
        n += put_parties(out + n, c->brokers, c->brokers_len);
    }
    if (c->failed_len) {
        out[n++] = MARK_FAILED;
        out[n++] = c->failed_len;
        for (size_t i = 0; i < c->failed_len; i++, n += FAILED_LEN) {
            out[n] = c->failed[i].distance;
            out[n + 1] = c->failed[i].well;
            memcpy(out + n + 2, &c->failed[i].lot, sizeof c->failed[i].lot);
        }
    }
    if (c->lapsed_len) {
        out[n++] = MARK_LAPSED;
        out[n++] = c->lapsed_len;
        n += put_lapses(out + n, c);
    }
    if (c->uncertified != CHAIN_NEVER) {
        out[n++] = MARK_UNCERTIFIED;
        out[n++] = c->uncertified;
    }
    if (c->back != CHAIN_NEVER) {
        out[n++] = MARK_RETURN;
        out[n++] = c->back;
        n += put_day(out + n, c->back_day);
        n += put_day(out + n, c->back_verified);
    }
    return (struct bytes){out, n};
}

bool chain_decode(struct arena *a, struct bytes b, struct chain *out)
{
    struct chain c;
    size_t fixed = 2 + sizeof c.nearest + sizeof c.uncorroborated + sizeof c.tier + 2;
    chain_init(&c);
    if (!b.at || b.len < fixed || b.at[0] != CHAIN_VERSION) {
        *out = c;
        return b.at == NULL || b.len == 0;
    }
    size_t n = 1;
    c.depth = b.at[n++];
    memcpy(c.nearest, b.at + n, sizeof c.nearest);
    n += sizeof c.nearest;
    memcpy(c.uncorroborated, b.at + n, sizeof c.uncorroborated);
    n += sizeof c.uncorroborated;
    memcpy(c.tier, b.at + n, sizeof c.tier);
    n += sizeof c.tier;
    c.aftermarket = b.at[n++];
    size_t roots = b.at[n++];
    for (size_t i = 0; i < roots && i < CHAIN_ROOTS && n + 9 <= b.len; i++) {
        const uint8_t *h = b.at + n;
        size_t len = (size_t)h[7] << 8 | h[8];
        n += 9;
        if (n + len > b.len)
            return false;
        c.roots[c.roots_len++] = (struct root){
            h[0], h[1], h[2], get_day(h + 3), arena_strndup(a, (const char *)b.at + n, len)};
        n += len;
    }
    while (c.warners_len < CHAIN_WARNERS && n + 3 <= b.len && b.at[n] <= CHAIN_REACH)
        if (!get_party(a, b, &n, &c.warners[c.warners_len++]))
            return false;
    if (n + 2 <= b.len && b.at[n] == MARK_LISTED) {
        size_t listed = b.at[n + 1];
        n += 2;
        for (size_t i = 0; i < listed && i < CHAIN_LISTED; i++)
            if (!get_party(a, b, &n, &c.listed[c.listed_len++]))
                return false;
    }
    if (n + 2 <= b.len && b.at[n] == MARK_SUSPECT) {
        c.suspect = b.at[n + 1];
        n += 2;
    }
    if (n + 4 <= b.len && b.at[n] == MARK_SUSPECT_HERE) {
        const uint8_t *h = b.at + n;
        size_t len = (size_t)h[2] << 8 | h[3];
        n += 4;
        if (n + len > b.len)
            return false;
        c.suspect_here.distance = h[1];
        c.suspect_here.code = arena_strndup(a, (const char *)b.at + n, len);
        n += len;
    }
    if (n + 2 + sizeof c.spills <= b.len && b.at[n] == MARK_SPILLS) {
        c.spills_len = b.at[n + 1];
        memcpy(c.spills, b.at + n + 2, sizeof c.spills);
        n += 2 + sizeof c.spills;
    }
    if (n + 2 <= b.len && b.at[n] == MARK_BROKERS) {
        size_t brokers = b.at[n + 1];
        n += 2;
        while (c.brokers_len < CHAIN_BROKERS && c.brokers_len < brokers)
            if (!get_party(a, b, &n, &c.brokers[c.brokers_len++]))
                return false;
    }
    if (n + 2 <= b.len && b.at[n] == MARK_FAILED) {
        size_t failed = b.at[n + 1];
        n += 2;
        for (; c.failed_len < CHAIN_BESIDE && c.failed_len < failed && n + FAILED_LEN <= b.len; n += FAILED_LEN) {
            struct failed *f = &c.failed[c.failed_len++];
            f->distance = b.at[n];
            f->well = b.at[n + 1];
            memcpy(&f->lot, b.at + n + 2, sizeof f->lot);
        }
    }
    if (n + 2 <= b.len && b.at[n] == MARK_LAPSED) {
        size_t lapsed = b.at[n + 1];
        n += 2;
        while (c.lapsed_len < CHAIN_LAPSED && c.lapsed_len < lapsed)
            if (!get_lapse(a, b, &n, &c.lapsed[c.lapsed_len++]))
                return false;
    }
    if (n + 2 <= b.len && b.at[n] == MARK_UNCERTIFIED) {
        c.uncertified = b.at[n + 1];
        n += 2;
    }
    if (n + 1 + RETURN_LEN == b.len && b.at[n] == MARK_RETURN) {
        const uint8_t *h = b.at + n + 1;
        c.back = h[0];
        c.back_day = get_day(h + 1);
        c.back_verified = get_day(h + 1 + DAY_LEN);
    }
    *out = c;
    return true;
}
