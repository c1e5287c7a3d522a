/* comparison - see comparison.h. */
#include "comparison.h"

#include "pedigree/base/text.h"
#include "pedigree/model/part.h"
#include "pedigree/model/party.h"

#include <stdlib.h>
#include <string.h>

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Codes are compared in upper case, without spaces and hyphens, and O is 0: who reads them off a label cannot tell. */
static const char *plain(struct findings *out, const char *s)
{
    char *to = arena_strdup(out->arena, s);
    size_t n = 0;
    for (; *s; s++) {
        char c = *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;
        if (c != ' ' && c != '-')
            to[n++] = c == 'O' ? '0' : c;
    }
    to[n] = '\0';
    return to;
}

/* A date code is compared by its days, however it is written; "2211+", that and later, by the first that it allows. */
static const char *dated(struct findings *out, const struct facts *f, const char *code)
{
    size_t len = strlen(code);
    if (len > 1 && code[len - 1] == '+')
        code = arena_strndup(out->arena, code, len - 1);
    struct date_code d =
        datecode_parse(code, f->seen_day == NO_DAY ? f->today : f->seen_day);
    return d.parsed ? arena_printf(out->arena, "%d..%d", (int)d.candidates[0].first,
                                   (int)d.candidates[0].last)
                    : plain(out, code);
}

static struct set set_new(struct findings *out, size_t room)
{
    return (struct set){.at = ARENA_ARRAY(out->arena, const char *, room + 1)};
}

static struct set sorted(struct set s)
{
    if (s.len)
        qsort(s.at, s.len, sizeof *s.at, by_text);
    return s;
}

static struct set set_of_codes(struct findings *out, const struct words *w)
{
    struct set s = set_new(out, w->len);
    for (size_t i = 0; i < w->len; i++)
        s.at[s.len++] = plain(out, w->at[i]);
    return sorted(s);
}

static struct set set_of_dates(struct findings *out, const struct facts *f,
                               const struct words *w)
{
    struct set s = set_new(out, w->len);
    for (size_t i = 0; i < w->len; i++)
        s.at[s.len++] = dated(out, f, w->at[i]);
    return sorted(s);
}

/* Of one with week and year swapped CAP-042 speaks: it is held against documents as it was meant. */
static const char *lot_date(struct findings *out, const struct facts *f, const struct code_fact *c)
{
    struct day_span meant = c->parsed.swapped;
    return code_is_swapped(f, c) ? arena_printf(out->arena, "%d..%d", (int)meant.first, (int)meant.last) : dated(out, f, c->code);
}

static struct set lot_dates(struct findings *out, const struct facts *f)
{
    struct set s = set_new(out, f->codes_len);
    for (size_t i = 0; i < f->codes_len; i++)
        if (!f->codes[i].observed)
            s.at[s.len++] = lot_date(out, f, &f->codes[i]);
    return sorted(s);
}

static struct set lot_traces(struct findings *out, const struct facts *f)
{
    struct set s = set_new(out, f->traces_len);
    for (size_t i = 0; i < f->traces_len; i++)
        if (!f->traces[i].observed)
            s.at[s.len++] = plain(out, f->traces[i].code);
    return sorted(s);
}

static struct set lot_serials(struct findings *out, const struct facts *f)
{
    struct set s = set_new(out, f->marks_len);
    for (size_t i = 0; i < f->marks_len; i++)
        if (f->marks[i].kind == MARK_SERIAL)
            s.at[s.len++] = plain(out, f->marks[i].value);
    return sorted(s);
}

static bool is_within(const struct set *a, const struct set *b)
{
    for (size_t i = 0; i < a->len; i++)
        if (!bsearch(&a->at[i], b->at, b->len, sizeof *b->at, by_text))
            return false;
    return true;
}

static void differ(struct comparison *c, const char *member, json_t *certificate,
                   json_t *lot)
{
    json_array_append_new(c->differences,
                          json_pack("{s:s, s:o, s:o}", "member", member, "certificate",
                                    certificate, "lot", lot));
    text_addf(&c->names, "%s%s", c->names.len ? ", " : "", member);
}

static json_t *set_json(const struct set *s)
{
    return json_integer((json_int_t)s->len);
}

/* Part of a lot has part of its codes: sets differ when neither contains the other. */
static void compare_sets(struct comparison *c, const char *member, struct set certificate,
                         struct set lot)
{
    if (!certificate.len || !lot.len)
        return;
    c->compared++;
    if (!is_within(&certificate, &lot) && !is_within(&lot, &certificate))
        differ(c, member, set_json(&certificate), set_json(&lot));
}

/* The bare name of a party that nobody registered: behind "brand:" or "name:cn/". */
static const char *bare(const char *provisional)
{
    const char *name = strchr(provisional, ':') + 1;
    return strncmp(provisional, "name:", 5) == 0 && strchr(name, '/')
               ? strchr(name, '/') + 1
               : name;
}

static bool has_word(const char *name, const char *word, size_t len)
{
    for (const char *at = name; at; at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL)
        if (strncmp(at, word, len) == 0 && (at[len] == ' ' || at[len] == '\0'))
            return true;
    return false;
}

static bool is_initials(const char *letters, const char *name)
{
    for (const char *at = name; at; at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL)
        if (*letters == '\0' || *letters++ != *at)
            return false;
    return *letters == '\0';
}

/* "ti" and "texas instruments", "ocm a" and "ocm a semiconductor" may be one. */
static bool may_be_one(const char *a, const char *b)
{
    if (is_initials(a, b) || is_initials(b, a))
        return true;
    for (const char *at = a; at; at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL)
        if (has_word(b, at, strcspn(at, " ")))
            return true;
    return false;
}

/* A name that nobody registered says nothing against one that somebody did. */
static void compare_maker(struct comparison *c, const struct document_fact *d,
                          const struct facts *f)
{
    const char *certificate = d->document->declares.manufacturer;
    if (!certificate || !f->part.maker || !f->maker)
        return;
    const char *resolved = d->maker ? d->maker : certificate;
    bool same = text_is(certificate, f->part.maker) || text_is(resolved, f->maker);
    bool provisional = party_is_provisional(resolved) || party_is_provisional(f->maker);
    bool both = party_is_provisional(resolved) && party_is_provisional(f->maker);
    if (!same && provisional && (!both || may_be_one(bare(resolved), bare(f->maker))))
        return;
    c->compared++;
    if (!same)
        differ(c, "manufacturer", json_string(resolved), json_string(f->maker));
}

/* How the parts are packed is no difference: a reel's number stands on the certificate of what was cut from it. */
static void compare_part(struct comparison *c, const char *mpn, const struct facts *f,
                         struct findings *out)
{
    if (!mpn || !f->part.key)
        return;
    c->compared++;
    bool same = strcmp(part_key(out->arena, mpn), f->part.key) == 0 ||
                (f->part.mpn && strcmp(part_base(out->arena, mpn), part_base(out->arena, f->part.mpn)) == 0);
    if (!same)
        differ(c, "part number", json_string(mpn),
               json_string(f->part.mpn ? f->part.mpn : f->part.key));
}

/* Described for a lot of several receipts it may be the certificate of one of them. */
static void compare_quantity(struct comparison *c, const struct document_fact *d,
                             const struct facts *f)
{
    int64_t declared = d->document->declares.quantity;
    if (declared == NONE || d->quantity == NONE ||
        (f->hops_len > 1 && d->quantity == f->inflow))
        return;
    c->compared++;
    if (declared < d->quantity)
        differ(c, "quantity", json_integer(declared), json_integer(d->quantity));
}

struct comparison compare(const struct document_fact *d, const struct facts *f,
                          const struct lot_sets *lot, struct findings *out)
{
    const struct document_ref *doc = d->document;
    struct comparison c = {.differences = json_array(), .names = text_new(out->arena)};
    compare_part(&c, doc->declares.mpn, f, out);
    compare_maker(&c, d, f);
    compare_sets(&c, "date codes", set_of_dates(out, f, &doc->declares.date_codes),
                 lot->dates);
    compare_sets(&c, "trace codes", set_of_codes(out, &doc->declares.trace_codes),
                 lot->traces);
    compare_sets(&c, "serial numbers", set_of_codes(out, &doc->declares.serials),
                 lot->serials);
    compare_quantity(&c, d, f);
    return c;
}

struct lot_sets lot_sets_of(struct findings *out, const struct facts *f)
{
    return (struct lot_sets){lot_dates(out, f), lot_traces(out, f), lot_serials(out, f)};
}
