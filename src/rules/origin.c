/*
 * origin - family C: where the goods are said to be made, against the maker's sites and against each
 * other.
 *
 * The customs regimes differ in what makes an origin, so the union of diffusion, assembly and test
 * counts.  AA is mixed, and agrees with everything.
 */
#include "family.h"

#include "pedigree/base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- countries ---- */

/* Withdrawn codes of ISO 3166-1, and what they are called since; NULL: became several. */
static const struct {
    const char *old, *now;
} WITHDRAWN[] = {
    {"BU", "MM"}, {"DD", "DE"}, {"DY", "BJ"}, {"FX", "FR"}, {"HV", "BF"}, {"NH", "VU"}, {"RH", "ZW"},
    {"TP", "TL"}, {"YD", "YE"}, {"ZR", "CD"}, {"AN", NULL}, {"CS", NULL}, {"SU", NULL}, {"YU", NULL},
};

static const char *country_now(const char *country)
{
    for (size_t i = 0; i < LENGTH(WITHDRAWN); i++)
        if (strcmp(WITHDRAWN[i].old, country) == 0)
            return WITHDRAWN[i].now;
    return country;
}

/* Says one country, which can be compared. */
static bool is_one_country(const char *country)
{
    return strcmp(country, "AA") != 0 && country_now(country);
}

static bool same_country(const char *a, const char *b)
{
    const char *x = country_now(a), *y = country_now(b);
    return !x || !y || strcmp(x, y) == 0;
}

static const char *origin_subject(struct findings *out, const struct origin_fact *o)
{
    static const char *const WORDS[] = {
        [MADE_IN] = "origin", [ASSEMBLED_IN] = "assembled in", [DIFFUSED_IN] = "diffused in"};
    return arena_printf(out->arena, "%s %s%s%s", WORDS[o->made], o->country,
                        o->code ? " of date code " : "", o->code ? o->code : "");
}

static int by_subject(const struct origin_fact *x, const struct origin_fact *y)
{
    int order = (x->made > y->made) - (x->made < y->made);
    order = order ? order : strcmp(x->country, y->country);
    if (order || !x->code || !y->code)
        return order ? order : (x->code != NULL) - (y->code != NULL);
    return strcmp(x->code, y->code);
}

/* ---- CAP-048 ---- */

static bool does(const struct dated_fact *site, const char *activity)
{
    return !site->activity || strncasecmp(site->activity, activity, strlen(activity)) == 0;
}

/* What is made there is of the kind of origin that is claimed. */
static bool counts_for(const struct dated_fact *site, enum made made)
{
    return made == ASSEMBLED_IN  ? does(site, "assembl")
           : made == DIFFUSED_IN ? does(site, "diffus") || does(site, "fab")
                                 : true;
}

/* Within the slack of one of the readings. */
static bool is_site_then(const struct dated_fact *site, const struct date_code *d, int64_t slack)
{
    for (size_t i = 0; i < d->candidates_len; i++)
        if (site->first - slack <= d->candidates[i].last && site->last + slack >= d->candidates[i].first)
            return true;
    return false;
}

struct coded { /* date codes, sorted */
    const struct code_fact **at;
    size_t len;
};

struct sites {
    bool known;  /* there are some that the claim can be held against, on those days */
    bool agrees; /* one is in that country */
    bool ever;   /* one is, on some day */
    bool dated;  /* some date code that goes with the claim can be read */
    int64_t seq; /* a statement of them */
};

static int compare_codes(const void *a, const void *b)
{
    const struct code_fact *x = *(const struct code_fact *const *)a;
    const struct code_fact *y = *(const struct code_fact *const *)b;
    int order = strcmp(x->code, y->code);
    return order ? order : x < y ? -1 : x > y;
}

static struct coded coded_of(const struct facts *f, struct arena *a)
{
    struct coded c = {ARENA_ARRAY(a, const struct code_fact *, f->codes_len + 1), 0};
    for (size_t i = 0; i < f->codes_len; i++)
        if (f->codes[i].parsed.parsed)
            c.at[c.len++] = &f->codes[i];
    if (c.len)
        qsort(c.at, c.len, sizeof *c.at, compare_codes);
    return c;
}

/* Those that go with the claim: of its own date code, else all. */
static struct coded coded_for(const struct coded *all, const struct origin_fact *o)
{
    size_t low = 0, high = all->len, end;
    if (!o->code)
        return *all;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(all->at[middle]->code, o->code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < all->len && strcmp(all->at[end]->code, o->code) == 0;)
        end++;
    return (struct coded){all->at + low, end - low};
}

static struct sites sites_for(const struct rule *self, const struct facts *f, const struct coded *all,
                              const struct origin_fact *o)
{
    int64_t slack = DAYS_A_WEEK * rule_parameter(self, "slackWeeks");
    struct coded codes = coded_for(all, o);
    struct sites s = {.seq = NONE, .dated = codes.len > 0};
    for (size_t i = 0; i < f->spec->sites.len; i++) {
        const struct dated_fact *site = &f->spec->sites.at[i];
        if (!counts_for(site, o->made))
            continue;
        bool here = same_country(site->value, o->country), then = !s.dated;
        for (size_t k = 0; k < codes.len && !then; k++)
            then = is_site_then(site, &codes.at[k]->parsed, slack);
        s.ever |= here;
        s.agrees |= here && then;
        s.known |= then && (o->made != MADE_IN || does(site, "assembl"));
        s.seq = then && s.seq == NONE ? site->seq : s.seq;
    }
    return s;
}

static json_t *sites_json(struct findings *out, const struct facts *f, const struct origin_fact *o)
{
    json_t *list = json_array();
    for (size_t i = 0; i < f->spec->sites.len; i++) {
        const struct dated_fact *d = &f->spec->sites.at[i];
        json_array_append_new(
            list, json_pack("{s:s, s:s*, s:s*, s:s*}", "country", d->value, "activity", d->activity,
                            "from", d->first == INT32_MIN ? NULL : day_name(out, d->first), "to",
                            d->last == INT32_MAX ? NULL : day_name(out, d->last)));
    }
    return json_pack("{s:s, s:s*, s:o}", "country", o->country, "dateCode", o->code, "sites", list);
}

static void origin_of_site(const struct rule *self, const struct facts *f, const struct coded *codes,
                           const struct origin_fact *o, struct findings *out)
{
    const char *subject = origin_subject(out, o);
    struct sites s = sites_for(self, f, codes, o);
    if (!is_one_country(o->country))
        rule_unknown(out, self, subject, "one country of origin");
    else if (!s.known)
        rule_unknown(out, self, subject, "where the part is made on those days");
    else if (s.agrees && s.dated)
        rule_pass(out, self, subject);
    else if (s.ever && !s.dated)
        rule_unknown(out, self, subject, "a date code that goes with the origin");
    else
        rule_fail(out, self, subject, SEV_HIGH, NO_DAY, SEQS(o->seq, s.seq), sites_json(out, f, o),
                  "The goods are said to come from %s%s%s, where the manufacturer does not make this part%s.",
                  o->country, o->code ? ", of date code " : "", o->code ? o->code : "",
                  s.ever ? " on those days" : "");
}

static int compare_origins(const void *a, const void *b)
{
    const struct origin_fact *x = *(const struct origin_fact *const *)a;
    const struct origin_fact *y = *(const struct origin_fact *const *)b;
    int order = by_subject(x, y);
    return order ? order : x < y ? -1 : x > y;
}

/* Each claim once, as it was first made. */
static void origins_are_sites(const struct rule *self, const struct facts *f, struct findings *out)
{
    if (!f->origins_len) {
        if (lot_is_described(self, f, out))
            rule_unknown(out, self, "", "a country of origin");
        return;
    }
    if (!f->spec->sites.len) {
        rule_unknown(out, self, "", "where the part is made");
        return;
    }
    const struct origin_fact **all = ARENA_ARRAY(out->arena, const struct origin_fact *, f->origins_len);
    struct coded codes = coded_of(f, out->arena);
    for (size_t i = 0; i < f->origins_len; i++)
        all[i] = &f->origins[i];
    qsort(all, f->origins_len, sizeof *all, compare_origins);
    for (size_t i = 0; i < f->origins_len; i++)
        if (i == 0 || by_subject(all[i - 1], all[i]) != 0)
            origin_of_site(self, f, &codes, all[i], out);
}

/* ---- CAP-049 ---- */

enum { LETTERS = 26 };

struct countries { /* a set */
    bool has[LETTERS * LETTERS];
    bool mixed;                      /* or one that cannot be compared */
    const struct origin_fact *first; /* who says the first of them */
};

struct comparing {
    const struct rule *self;
    const struct facts *f;
    struct findings *out;
    struct countries stages; /* of assembly and diffusion, as told with the lot */
    bool compared, failed;
};

static size_t place_of(const char *country)
{
    const char *now = country_now(country);
    return (size_t)(now[0] - 'A') * LETTERS + (size_t)(now[1] - 'A');
}

static void countries_add(struct countries *c, const struct origin_fact *o)
{
    if (!is_one_country(o->country)) {
        c->mixed = true;
        return;
    }
    c->has[place_of(o->country)] = true;
    if (!c->first || strcmp(o->country, c->first->country) < 0)
        c->first = o;
}

static bool is_claim(const struct origin_fact *o)
{
    return o->made == MADE_IN && is_one_country(o->country);
}

/* Assembly and diffusion are one origin under two regimes. */
static bool differ(const struct comparing *c, const char *a, const char *b)
{
    const bool *stage = c->stages.has;
    return !same_country(a, b) && !(stage[place_of(a)] && stage[place_of(b)]);
}

static void say_differ(struct comparing *c, const char *subject, const struct origin_fact *a,
                       const struct origin_fact *b, const char *where)
{
    bool swap = strcmp(a->country, b->country) > 0;
    const char *first = swap ? b->country : a->country, *second = swap ? a->country : b->country;
    c->failed = true;
    rule_fail(c->out, c->self, subject, SEV_MEDIUM, NO_DAY, SEQS(a->seq, b->seq),
              json_pack("{s:[s, s]}", "countries", first, second),
              "The origin is told as %s and as %s%s.", first, second, where);
}

/* One trace code is one production lot, which is made in one place. */

struct traced_claim {
    const char *trace;
    const struct origin_fact *origin;
};

static int compare_claims(const void *a, const void *b)
{
    const struct traced_claim *x = a, *y = b;
    int order = strcmp(x->trace, y->trace);
    return order ? order : x->origin < y->origin ? -1 : x->origin > y->origin;
}

static void compare_traces(struct comparing *c)
{
    VEC(struct traced_claim) claims = {0};
    for (size_t i = 0; i < c->f->origins_len; i++)
        for (size_t k = 0; is_claim(&c->f->origins[i]) && k < c->f->origins[i].trace_codes_len; k++)
            *vec_push(c->out->arena, &claims) =
                (struct traced_claim){c->f->origins[i].trace_codes[k], &c->f->origins[i]};
    if (claims.len > 1)
        qsort(claims.at, claims.len, sizeof *claims.at, compare_claims);
    for (size_t i = 1; i < claims.len; i++) {
        const struct traced_claim *x = &claims.at[i - 1], *y = &claims.at[i];
        if (strcmp(x->trace, y->trace) != 0)
            continue;
        c->compared = true;
        if (differ(c, x->origin->country, y->origin->country))
            say_differ(c, arena_printf(c->out->arena, "trace code %s", x->trace), x->origin, y->origin,
                       arena_printf(c->out->arena, " under the one trace code %s", x->trace));
    }
}

static bool has_like(const struct comparing *c, const struct countries *told, const char *country)
{
    const bool *stage = c->stages.has;
    if (told->has[place_of(country)])
        return true;
    for (size_t i = 0; stage[place_of(country)] && i < LENGTH(told->has); i++)
        if (told->has[i] && stage[i])
            return true;
    return false;
}

static void compare_with(struct comparing *c, const struct origin_fact *o, const struct countries *told)
{
    static const char *const TELLERS[] = {[TOLD_BY_HOLDER] = "later record",
                                          [TOLD_BY_DOCUMENT] = "document",
                                          [TOLD_BY_INSPECTION] = "inspection"};
    static const char *const WHERE[] = {[TOLD_BY_HOLDER] = "",
                                        [TOLD_BY_DOCUMENT] = ", by a document",
                                        [TOLD_BY_INSPECTION] = ", by an inspection"};
    if (!told->first || told->mixed)
        return;
    c->compared = true;
    if (!has_like(c, told, o->country))
        say_differ(c, TELLERS[o->by], o, told->first, WHERE[o->by]);
}

/* What is said of goods that are here already was said by somebody as they came in, or of them since. */
static void compare_later(struct comparing *c)
{
    struct countries came = {0}, told = {0};
    const struct facts *f = c->f;
    for (size_t i = 0; i < f->origins_len; i++) {
        const struct origin_fact *o = &f->origins[i];
        if (o->made != MADE_IN || o->by != TOLD_BY_HOLDER)
            continue;
        countries_add(&told, o);
        if (o->came)
            countries_add(&came, o);
    }
    for (size_t i = 0; i < f->origins_len; i++) {
        const struct origin_fact *o = &f->origins[i];
        if (!is_claim(o) || (o->by == TOLD_BY_HOLDER && o->came))
            continue;
        compare_with(c, o, o->by == TOLD_BY_HOLDER || came.first ? &came : &told);
    }
}

static void origins_agree(const struct rule *self, const struct facts *f, struct findings *out)
{
    struct comparing c = {.self = self, .f = f, .out = out};
    if (!f->origins_len) {
        if (lot_is_described(self, f, out))
            rule_unknown(out, self, "", "a country of origin");
        return;
    }
    for (size_t i = 0; i < f->origins_len; i++)
        if (f->origins[i].made != MADE_IN)
            countries_add(&c.stages, &f->origins[i]);
    compare_traces(&c);
    compare_later(&c);
    if (!c.compared)
        rule_unknown(out, self, "", "a second word on the origin");
    else if (!c.failed)
        rule_pass(out, self, "");
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "CAP-048",
        .family = "C",
        .title = "Goods come from a country in which their manufacturer makes the part at that time",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"SAE AS6171", "EIGP 114", "J-STD-046"},
        .guards = "Countries of diffusion, assembly and test all count, as customs regimes differ; AA, and "
                  "countries that became several, are not compared; half a year of slack about each "
                  "change of site; not evaluated unless the sites of assembly are known.",
        .parameters = {{"slackWeeks", 26, "weeks"}},
        .check = origins_are_sites,
    },
    {
        .id = "CAP-049",
        .family = "C",
        .title = "All that is told of the origin of the same goods agrees",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"EIGP 114", "ISO/IEC 17050-1"},
        .guards = "Several receipts may bring goods of several countries; AA is mixed; the country of "
                  "assembly and that of diffusion are one origin under two regimes; withdrawn codes are "
                  "read as what the country is called now.",
        .check = origins_agree,
    },
};

const struct rule_family ORIGIN_RULES = {RULES, LENGTH(RULES)};
