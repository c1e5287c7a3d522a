/*
 * material - family I: terminal finishes and what is declared of substances.
 *
 * A finish is compared by whether it has lead; codes and words are read by model/finish.  Parts that were
 * reworked (hot solder dip, reballing) or were away for a service need not have the maker's finish.
 */
#include "family.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/text.h"
#include "pedigree/model/finish.h"

#include <string.h>
#include <strings.h>

/* ---- what the finish should be ---- */

struct expected {
    bool leaded, free; /* what the maker used on those days, with the slack */
    bool told;         /* either, or by the order code */
    bool by_number;    /* the order code says so */
    int64_t seq;       /* a statement; NONE */
};

static void expect(struct expected *e, enum lead l, int64_t seq)
{
    e->leaded |= l == LEAD_IN;
    e->free |= l == LEAD_FREE;
    e->told |= l != LEAD_UNKNOWN;
    e->seq = l != LEAD_UNKNOWN && e->seq == NONE ? seq : e->seq;
}

/* In use on a day of one of the date codes, with the slack; where no code can be read, ever. */
static bool is_used_then(const struct facts *f, const struct dated_fact *d, int64_t slack)
{
    bool dated = false;
    for (size_t i = 0; i < f->codes_len; i++)
        for (size_t k = 0; k < f->codes[i].parsed.candidates_len; k++) {
            const struct day_span *c = &f->codes[i].parsed.candidates[k];
            dated = true;
            if (d->first - slack <= c->last && d->last + slack >= c->first)
                return true;
        }
    return !dated;
}

/* `slack`: days. */
static struct expected expected_finish(const struct facts *f, int64_t slack)
{
    struct expected e = {.seq = NONE};
    enum lead l = finish_of_mpn(f->part.mpn);
    if (l != LEAD_UNKNOWN) {
        expect(&e, l, NONE);
        e.by_number = true;
        return e;
    }
    for (size_t i = 0; i < f->spec->finishes.len; i++)
        if (is_used_then(f, &f->spec->finishes.at[i], slack))
            expect(&e, finish_read(f->spec->finishes.at[i].value).lead, f->spec->finishes.at[i].seq);
    return e;
}

static bool agrees(const struct expected *e, enum lead found)
{
    return found == LEAD_IN ? e->leaded : e->free;
}

/* ---- MAT-002 ---- */

static void finish_fits(const struct rule *self, const struct facts *f, const char *subject,
                        const char *finish, int64_t seq, struct findings *out)
{
    struct expected e = expected_finish(f, DAYS_A_WEEK * rule_parameter(self, "slackWeeks"));
    enum lead l = finish_read(finish).lead;
    if (l == LEAD_UNKNOWN)
        rule_unknown(out, self, subject, "whether the finish that is told has lead");
    else if (!e.told)
        rule_unknown(out, self, subject, "the manufacturer's finish of this part on those days");
    else if (agrees(&e, l))
        rule_pass(out, self, subject);
    else
        rule_fail(out, self, subject, SEV_HIGH, NO_DAY, SEQS(seq, e.seq),
                  json_pack("{s:s, s:s, s:s, s:s}", "finish", finish, "lead", lead_word(l), "mpn",
                            f->part.mpn, "manufacturer", lead_word(e.leaded ? LEAD_IN : LEAD_FREE)),
                  "The finish %s is %s, and %s %s is %s: an indicator of remarking.", finish, lead_word(l),
                  e.by_number ? "by its number" : "as the manufacturer made it on those days", f->part.mpn,
                  lead_word(e.leaded ? LEAD_IN : LEAD_FREE));
}

static void finishes_fit(const struct rule *self, const struct facts *f, struct findings *out)
{
    if (!f->described || f->goods.refinished_seq != NONE)
        return;
    if (f->goods.finish && f->goods.finish_stated)
        finish_fits(self, f, "finish", f->goods.finish, f->description_seq, out);
    for (size_t i = 0; i < f->inspections_len; i++) {
        const struct record *r = f->inspections[i].record;
        if (r->has_observed && r->observed.finish && f->inspections[i].binding)
            finish_fits(self, f, arena_printf(out->arena, "inspection %s", f->inspections[i].key),
                        r->observed.finish, f->inspections[i].seq, out);
    }
}

/* ---- MAT-003 ---- */

enum { MILLION = 1000000, PARTS_A_PERCENT = 10000 };

/* Decimal percent in parts per million, at most a million. */
static int64_t ppm_of(const char *percent)
{
    int64_t ppm = 0, unit = PARTS_A_PERCENT;
    const char *s = percent;
    for (; *s >= '0' && *s <= '9'; s++)
        ppm = ppm < MILLION ? ppm * 10 + (int64_t)(*s - '0') * PARTS_A_PERCENT : ppm;
    for (s += *s == '.'; *s >= '0' && *s <= '9' && unit > 1; s++)
        ppm += (*s - '0') * (unit /= 10);
    return ppm;
}

/* Of several readings the one that is farthest from what was declared; -1: none of lead. */
static int64_t lead_found(const struct method *m, enum lead declared, const char **percent)
{
    int64_t found = -1;
    for (size_t i = 0; i < m->elements_len; i++) {
        int64_t ppm = ppm_of(m->elements[i].percent);
        if (strcasecmp(m->elements[i].element, "Pb") != 0 ||
            (found >= 0 && (declared == LEAD_IN ? ppm >= found : ppm <= found)))
            continue;
        found = ppm;
        *percent = m->elements[i].percent;
    }
    return found;
}

/* What is declared of these goods on that day: a rework says anew what they are from then on. */
static const char *declared_on(const struct facts *f, int32_t day, int64_t *seq)
{
    const struct goods_fact *g = &f->goods;
    bool is_after = g->refinished != NO_DAY && day >= g->refinished;
    *seq = is_after ? g->refinished_seq : f->description_seq;
    if (is_after)
        return g->finish_stated ? g->finish : NULL;
    return g->finish_before ? g->finish_before : g->refinished != NO_DAY && g->finish_stated ? NULL : g->finish;
}

/* As it came, on that day. */
static bool is_as_made(const struct facts *f, int32_t day)
{
    return f->goods.refinished_seq == NONE || (f->goods.refinished != NO_DAY && day < f->goods.refinished);
}

/* What is declared of these goods, else what the maker uses. */
static enum lead declared_lead(const struct rule *self, const struct facts *f, int32_t day, int64_t *seq)
{
    enum lead l = finish_read(declared_on(f, day, seq)).lead;
    if (l != LEAD_UNKNOWN || !is_as_made(f, day))
        return l;
    struct expected e = expected_finish(f, DAYS_A_WEEK * rule_parameter(self, "slackWeeks"));
    *seq = e.seq;
    return e.leaded == e.free ? LEAD_UNKNOWN : e.leaded ? LEAD_IN : LEAD_FREE;
}

static void measured(const struct rule *self, const struct facts *f, const struct inspection_fact *i,
                     const struct method *m, struct findings *out)
{
    int64_t seq;
    enum lead declared = declared_lead(self, f, i->day_last, &seq);
    const char *percent = NULL, *subject = arena_printf(out->arena, "inspection %s", i->key);
    int64_t ppm = lead_found(m, declared, &percent);
    int64_t leaded = PARTS_A_PERCENT * rule_parameter(self, "leadedPercent");
    int64_t free = rule_parameter(self, "freePpm");
    if (ppm < 0)
        return;
    if (declared == LEAD_UNKNOWN)
        rule_unknown(out, self, subject, "a declared finish of which it is known whether it has lead");
    else if (declared == LEAD_IN ? ppm >= leaded : ppm <= free)
        rule_pass(out, self, subject);
    else if (ppm > free && ppm < leaded)
        rule_unknown(out, self, subject, "a measurement that decides: thin plating and what is under it "
                                         "blur the reading");
    else
        rule_fail(out, self, subject, i->binding ? SEV_CRITICAL : SEV_INFO, NO_DAY, SEQS(i->seq, seq),
                  json_pack("{s:s, s:s, s:s, s:s*}", "method", m->method, "lead", percent, "declared",
                            lead_word(declared), "finish", declared_on(f, i->day_last, &seq)),
                  "%s found %s %% of lead in a finish that is declared %s.", m->method, percent,
                  lead_word(declared));
}

static void measurements_agree(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->inspections_len; i++)
        for (size_t k = 0; k < f->inspections[i].record->methods_len; k++)
            measured(self, f, &f->inspections[i], &f->inspections[i].record->methods[k], out);
}

/* ---- MAT-004 ---- */

/* Electronic and electromechanical parts, as VDMA 24903 sorts them or in words; the rest has no finish
 * that could grow whiskers into a circuit. */
static enum truth has_terminals(const char *category)
{
    static const char *const WITHOUT[] = {"SWFW", "DACE", "PNEU", "HYDR", "FLUI", "AUXM", "RAWM",
                                          "SERV", "DOCU", "software", "document", "service"};
    if (!category)
        return UNKNOWN;
    for (size_t i = 0; i < LENGTH(WITHOUT); i++)
        if (strncasecmp(category, WITHOUT[i], strlen(WITHOUT[i])) == 0)
            return NO;
    return YES;
}

static void finish_is_known(const struct rule *self, const struct facts *f, struct findings *out)
{
    const struct said_text *category = &f->spec->category;
    if (!f->described || f->goods.adhp != YES || has_terminals(category->value) == NO)
        return;
    if (f->goods.finish || f->spec->finishes.len)
        rule_pass(out, self, "");
    else if (has_terminals(category->value) == UNKNOWN)
        rule_unknown(out, self, "", "the category of the part");
    else
        rule_fail(out, self, "", SEV_LOW, NO_DAY, SEQS(f->description_seq, category->seq),
                  json_pack("{s:s}", "category", category->value),
                  "Nobody tells the terminal finish of these parts, and they are held for avionics.");
}

/* ---- MAT-001 ---- */

/* Whether the finish grows whiskers, and who says so. */
struct growth {
    enum truth grows;
    const char *finish; /* as written; NULL: nobody tells it */
    int64_t seq;
};

static enum truth grows_whiskers(const char *finish)
{
    struct finish read = finish_read(finish);
    return !read.is_told ? UNKNOWN : read.whiskers ? YES : NO;
}

/* Of all that the maker used on those days; of one that does and one that does not nobody knows which it is. */
static struct growth growth_as_made(const struct facts *f, int64_t slack)
{
    struct growth g = {UNKNOWN, NULL, NONE};
    const struct said_dated *all = &f->spec->finishes;
    for (size_t i = 0; i < all->len; i++) {
        enum truth t = grows_whiskers(all->at[i].value);
        if (!is_used_then(f, &all->at[i], slack))
            continue;
        if (g.finish && t != g.grows)
            return (struct growth){UNKNOWN, NULL, all->at[i].seq};
        g = (struct growth){t, all->at[i].value, all->at[i].seq};
    }
    if (!g.finish && finish_of_mpn(f->part.mpn) == LEAD_IN)
        g = (struct growth){NO, f->part.mpn, f->description_seq};
    return g;
}

/* An inspection that found one that does; of several the last. */
static struct growth growth_found(const struct facts *f, struct growth declared)
{
    for (size_t i = 0; i < f->inspections_len; i++) {
        const struct inspection_fact *x = &f->inspections[i];
        const char *found = x->record->has_observed && x->binding ? x->record->observed.finish : NULL;
        enum truth t = grows_whiskers(found);
        bool is_before = f->goods.refinished != NO_DAY && x->day_last < f->goods.refinished;
        if (!is_before && (t == YES || (t == NO && declared.grows == UNKNOWN)))
            declared = (struct growth){t, found, x->seq};
    }
    return declared;
}

static struct growth growth_of(const struct rule *self, const struct facts *f)
{
    struct growth g = {.seq = NONE};
    g.finish = declared_on(f, f->today, &g.seq);
    g.grows = grows_whiskers(g.finish);
    if (g.grows == UNKNOWN && is_as_made(f, f->today))
        g = growth_as_made(f, DAYS_A_WEEK * rule_parameter(self, "slackWeeks"));
    return growth_found(f, g);
}

/* "2C", 3, "level 2A": the number; 0: nothing is limited, -1: no level. */
static int control_level(const char *level)
{
    static const char *const NO_LIMITS[] = {"none", "no", "false", "0"};
    for (size_t i = 0; i < LENGTH(NO_LIMITS); i++)
        if (strcasecmp(level, NO_LIMITS[i]) == 0)
            return 0;
    const char *s = strncasecmp(level, "level", 5) == 0 ? level + 5 : level;
    s += strspn(s, " ");
    bool lettered = s[0] == '2' && s[1] && strchr("ABCabc", s[1]);
    return s[0] >= '1' && s[0] <= '3' && !s[lettered ? 2 : 1] ? s[0] - '0' : -1;
}

static void whiskers_in_use(const struct rule *self, const struct facts *f, const struct use_fact *u, const char *subject,
                            struct findings *out)
{
    int level = u->whisker_level ? control_level(u->whisker_level) : 0;
    struct growth g = growth_of(self, f);
    if (!u->whisker_level)
        return;
    if (level < 0)
        rule_unknown(out, self, subject, "a control level of tin whiskers that can be read: 1, 2A, 2B, 2C or 3");
    else if (level < rule_parameter(self, "leastLevel") || g.grows == NO || consent(f, "whisker-mitigation", u->programme))
        rule_pass(out, self, subject);
    else if (g.grows == UNKNOWN)
        rule_unknown(out, self, subject, "whether the terminal finish grows whiskers");
    else
        rule_fail(out, self, subject, SEV_HIGH, NO_DAY, SEQS(u->seq, u->terms_seq, u->allocated_seq, g.seq),
                  json_pack("{s:s, s:s, s:s}", "programme", u->programme, "whiskerLevel", u->whisker_level, "finish", g.finish),
                  "%s limits tin finishes (level %s), the finish of these pieces is %s, and no mitigation of whiskers is on record.",
                  u->programme, u->whisker_level, g.finish);
}

static void finishes_grow_nothing(const struct rule *self, const struct facts *f, struct findings *out)
{
    if (has_terminals(f->spec->category.value) != NO)
        each_use(self, f, out, whiskers_in_use);
}

/* ---- MAT-005 ---- */

/* Where the candidate list of REACH binds who supplies articles: the European Economic Area. */
static bool is_reach(const char *country)
{
    static const char COUNTRIES[] = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO "
                                    "PL PT RO SE SI SK";
    for (const char *c = COUNTRIES; *c; c += 2 + (c[2] == ' '))
        if (strncmp(c, country, 2) == 0)
            return true;
    return false;
}

struct declared { /* of substances: the newest */
    const struct document_fact *document;
    int32_t day; /* on it; NO_DAY: none of them has one */
};

static struct declared declaration_of(const struct facts *f)
{
    struct declared d = {NULL, NO_DAY};
    for (size_t i = 0; i < f->documents_len; i++) {
        const struct document_ref *r = f->documents[i].document;
        int32_t day = r->date.text ? r->date.last_day : NO_DAY;
        if (strcmp(r->kind, "material-declaration") != 0 || (d.document && day <= d.day))
            continue;
        d = (struct declared){&f->documents[i], day};
    }
    return d;
}

/* Who sold is certified to manage hazardous substances: then it is a note. */
static enum severity severity_of(const struct facts *f)
{
    return f->substances ? SEV_INFO : SEV_LOW;
}

static void declaration_is_current(const struct rule *self, const struct facts *f,
                                   const struct declared *d, struct findings *out)
{
    int64_t list = rule_parameter(self, "listDay");
    int32_t since = day_from_ymd((int)(list / 10000), (int)(list / 100 % 100), (int)(list % 100));
    if (d->day == NO_DAY)
        rule_unknown(out, self, "", "the date of the declaration of substances");
    else if (d->day >= since || f->came_last == NO_DAY || f->came_last < since)
        rule_pass(out, self, "");
    else
        rule_fail(out, self, "", severity_of(f), NO_DAY, SEQS(d->document->seq, f->came_last_seq, f->substances_seq),
                  json_pack("{s:s, s:s, s:s, s:s*}", "declared", day_name(out, d->day), "list",
                            day_name(out, since), "cameIn", day_name(out, f->came_last), "certificate", f->substances),
                  "The declaration of substances is of %s, older than the candidate list of %s, which was in "
                  "force when the pieces came in.",
                  day_name(out, d->day), day_name(out, since));
}

static bool was_bought(const struct facts *f)
{
    for (size_t i = 0; i < f->hops_len; i++)
        if (hop_is_sale(&f->hops[i]) && hop_is_receipt(&f->hops[i]))
            return true;
    return false;
}

static void substances_are_declared(const struct rule *self, const struct facts *f, struct findings *out)
{
    struct declared d = declaration_of(f);
    if (!f->described || f->goods.adhp != YES || (f->goods.country && !is_reach(f->goods.country)))
        return;
    if (d.document)
        declaration_is_current(self, f, &d, out);
    else if (!f->goods.country)
        rule_unknown(out, self, "", "the country of the holder");
    else if (!was_bought(f))
        rule_unknown(out, self, "", "a declaration of substances");
    else
        rule_fail(out, self, "", severity_of(f), NO_DAY, SEQS(f->came_last_seq, f->substances_seq),
                  json_pack("{s:s, s:s*}", "country", f->goods.country, "certificate", f->substances),
                  "No declaration of substances (REACH, RoHS) goes with these parts.");
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "MAT-001",
        .family = "I",
        .title = "A finish that grows whiskers goes only where it is allowed, or where they are mitigated",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"GEIA-STD-0005-1", "GEIA-STD-0005-2", "IEC TS 62647-2", "J-STD-609"},
        .guards = "Only in programmes with a control level that limits tin; pure tin and tin alloys without lead (e2, e3) "
                  "grow, a finish that is only said to be free of lead is not evaluated; after a rework (hot solder dip) "
                  "the finish that it states counts; a decision of the holder about whisker mitigation answers it.",
        .parameters = {{"leastLevel", 2, "level"}, {"slackWeeks", 26, "weeks"}},
        .check = finishes_grow_nothing,
    },
    {
        .id = "MAT-002",
        .family = "I",
        .title = "The terminal finish is the one that the manufacturer used for this number at that time",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"J-STD-609", "SAE AS6171"},
        .guards = "Only whether there is lead is compared; half a year of slack about each change of "
                  "finish; parts that were reworked or away for a service are not compared, nor is a "
                  "finish that is only inherited.",
        .parameters = {{"slackWeeks", 26, "weeks"}},
        .check = finishes_fit,
    },
    {
        .id = "MAT-003",
        .family = "I",
        .title = "What was measured in the finish is what is declared",
        .severity = SEV_CRITICAL,
        .version = 2,
        .refs = {"SAE AS6171", "SAE AS6081", "J-STD-609"},
        .guards = "A reading between the two limits decides nothing, as thin plating blurs it; of reworked goods each "
                  "test is held against what they were on its day; the word of one who may not speak for these goods "
                  "is a note.",
        .parameters = {{"leadedPercent", 3, "percent"}, {"freePpm", 1000, "ppm"}, {"slackWeeks", 26, "weeks"}},
        .check = measurements_agree,
    },
    {
        .id = "MAT-004",
        .family = "I",
        .title = "The terminal finish of parts that are held for avionics is known",
        .severity = SEV_LOW,
        .version = 1,
        .refs = {"GEIA-STD-0005-1", "J-STD-609"},
        .guards = "Only for holders whom an operator gave the role avionics, and for parts that have "
                  "terminals.",
        .check = finish_is_known,
    },
    {
        .id = "MAT-005",
        .family = "I",
        .title = "A current declaration of substances goes with parts that are held for avionics",
        .severity = SEV_LOW,
        .version = 2,
        .refs = {"Regulation (EC) 1907/2006", "Directive 2011/65/EU", "IECQ QC 080000"},
        .guards = "Only for holders in the European Economic Area whom an operator gave the role avionics; "
                  "pieces that came in before the candidate list did need no later declaration; a note where each "
                  "who sold them had a valid certificate for hazardous substances.",
        .parameters = {{"listDay", 20251105, "YYYYMMDD"}},
        .check = substances_are_declared,
    },
};

const struct rule_family MATERIAL_RULES = {RULES, LENGTH(RULES)};
