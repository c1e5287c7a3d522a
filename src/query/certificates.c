/*
 * certificates - how an organisation's certificates stood on a day, as it was known on another.
 *
 * Two times: `on`, the day in the world, and `known`, up to the end of which (UTC) records had come in.
 * Voids count once they had come; contents that were taken away are gone for every day.  Who is one with
 * whom is taken as it is known today.  A certifying word is an operator's, or that of an organisation
 * which had the role `certifier` by what was known; a holder's own word is a claim, shown as such.
 */
#include "stored.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"
#include "pedigree/model/certificate.h"

#include <string.h>

struct told_row {
    int64_t seq, received_us;
    const char *submitter, *on_behalf, *role, *canonical;
    struct bytes key;
    bool is_void; /* its facts were taken away */
};
static const struct column TOLD_ROW[] = {
    COL(struct told_row, seq),       COL(struct told_row, received_us), COL(struct told_row, submitter),
    COL(struct told_row, on_behalf), COL(struct told_row, role),        COL(struct told_row, canonical),
    COL(struct told_row, key),       COL(struct told_row, is_void),
};
/* Statements $1 about any of the subjects $2, in force by what had come before $3. */
#define KNOWN(found)                                                                     \
    "SELECT r.seq, r.received_us, r.submitter, r.on_behalf, r.role, b.canonical, r.key," \
    "       coalesce((SELECT d.is_void FROM redaction d WHERE d.seq = r.seq), false) AS is_void" \
    "  FROM (" found ") t(seq)"                                                          \
    "  JOIN record r ON r.seq = t.seq JOIN shown_body b ON b.seq = t.seq"                \
    " WHERE r.received_us < $3 AND NOT EXISTS ("                                         \
    "       SELECT FROM statement v JOIN record w ON w.seq = v.seq"                      \
    "        WHERE v.kind IN ('voided', 'redacted') AND w.received_us < $3"              \
    "          AND v.subject IN ('seq:' || t.seq,"                                       \
    "                            'key:' || coalesce(r.on_behalf, r.submitter) || '/' || encode(r.key, 'hex'))" \
    "          AND (w.role = 'operator' AND w.on_behalf IS NULL"                         \
    "               OR v.kind = 'voided' AND coalesce(w.on_behalf, w.submitter) = coalesce(r.on_behalf, r.submitter)))" \
    " ORDER BY r.seq LIMIT 10001"
QUERY KNOWN_STATEMENTS = {
    .name = "known_statements",
    .sql = KNOWN("SELECT DISTINCT s.seq FROM unnest($2::text[]) x(subject)"
                 " JOIN statement s ON s.kind = $1 AND s.subject = x.subject"),
    ROW(struct told_row, TOLD_ROW),
};
/* Those without a holder are about a number. */
QUERY KNOWN_NUMBERS = {
    .name = "known_numbers",
    .sql = KNOWN("SELECT DISTINCT s.seq FROM unnest($2::text[]) x(number)"
                 " JOIN statement s ON s.kind = 'certificate' AND $1::text IS NOT NULL"
                 "  AND certificate_key(s.subject) = x.number"),
    ROW(struct told_row, TOLD_ROW),
};
/* The other names of who is one with any of these today. */
struct class_row {
    const char *name, *also;
};
static const struct column CLASS_ROW[] = {COL(struct class_row, name), COL(struct class_row, also)};
QUERY CLASS_NAMES = {
    .name = "class_names",
    .sql = "SELECT n.name, o.name AS also FROM unnest($1::text[]) x(name)"
           "  JOIN organisation n ON n.name = x.name JOIN organisation o ON o.class = n.class"
           " ORDER BY n.name, o.name",
    ROW(struct class_row, CLASS_ROW),
};

enum { TOLD_MAX = 10000 };

struct word_of { /* a certificate record as it was known */
    const struct told_row *row;
    const char *owner;
    bool by_operator, certifies, is_own;
    const struct certificate_statement *said;
    struct when time;
    cert_set kinds;
    const char *number_key;
    int group; /* of one certificate */
};

struct page_of {
    struct session *s;
    const struct certificates_ask *ask;
    int32_t on, known;
    int64_t until_us;
    const char *const *names;
    size_t names_len;
    VEC(struct word_of) words;
};

/* ---- reading ---- */

static bool is_among(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool has_row(const struct page_of *p, int64_t seq)
{
    for (size_t i = 0; i < p->words.len; i++)
        if (p->words.at[i].row->seq == seq)
            return true;
    return false;
}

/* What is left of it need not be a whole record any more. */
static void add_word(struct page_of *p, const struct told_row *row)
{
    struct error err = {0};
    struct record *r = NULL;
    if (row->is_void || has_row(p, row->seq) ||
        !record_read(p->s->arena, p->s->arena, row->canonical, strlen(row->canonical), &r, &err) || !r->certificate)
        return;
    struct word_of w = {.row = row, .owner = row->on_behalf ? row->on_behalf : row->submitter,
                        .by_operator = !row->on_behalf && text_is(row->role, role_word(ROLE_OPERATOR)),
                        .said = r->certificate, .time = r->time,
                        .kinds = certificate_kinds(r->certificate->scheme, r->certificate->standard),
                        .number_key = certificate_key(p->s->arena, r->certificate->number), .group = -1};
    w.is_own = is_among(w.owner, p->names, p->names_len);
    *vec_push(p->s->arena, &p->words) = w;
}

static bool load_known(struct page_of *p, const struct query *q, const char *kind, const char *const *subjects,
                       size_t n, struct rows *rows, struct error *err)
{
    if (!db_query(p->s->db, p->s->arena, q, ARGS(TEXT(kind), TEXTS(subjects, n), INT8(p->until_us)), rows, err))
        return false;
    if (rows->len > TOLD_MAX) {
        rows->len = TOLD_MAX;
        p->s->cut = "only the first 10000 statements are looked at";
    }
    return true;
}

static bool load_words(struct page_of *p, struct error *err)
{
    struct rows rows;
    if (!load_known(p, &KNOWN_STATEMENTS, "certificate", p->names, p->names_len, &rows, err))
        return false;
    for (size_t i = 0; i < rows.len; i++)
        add_word(p, (const struct told_row *)rows.at + i);
    const char **numbers = ARENA_ARRAY(p->s->arena, const char *, p->words.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < p->words.len; i++)
        if (!is_among(p->words.at[i].number_key, numbers, n))
            numbers[n++] = p->words.at[i].number_key;
    if (n == 0)
        return true;
    if (!load_known(p, &KNOWN_NUMBERS, "certificate", numbers, n, &rows, err))
        return false;
    for (size_t i = 0; i < rows.len; i++)
        add_word(p, (const struct told_row *)rows.at + i);
    return true;
}

/* ---- who certifies ---- */

struct role_word_of { /* the last that an operator said of an organisation's roles */
    const char *organisation;
    bool certifies;
    struct when time;
    const uint8_t *key;
};
struct roles {
    VEC(struct role_word_of) list;
};

static bool is_later(const struct role_word_of *a, const struct when *time, const uint8_t *key)
{
    return time->first_us != a->time.first_us ? time->first_us > a->time.first_us : memcmp(key, a->key, 16) > 0;
}

static void add_role(struct page_of *p, const struct told_row *row, struct roles *out)
{
    struct error err = {0};
    struct record *r = NULL;
    bool by_operator = !row->on_behalf && text_is(row->role, role_word(ROLE_OPERATOR));
    if (row->is_void || !by_operator ||
        !record_read(p->s->arena, p->s->arena, row->canonical, strlen(row->canonical), &r, &err) || !r->organisation ||
        !r->organisation->has_roles)
        return;
    struct role_word_of word = {r->organisation->organisation, false, r->time, row->key.at};
    for (size_t i = 0; i < r->organisation->roles.len; i++)
        word.certifies |= strcmp(r->organisation->roles.at[i], "certifier") == 0;
    for (size_t i = 0; i < out->list.len; i++)
        if (strcmp(out->list.at[i].organisation, word.organisation) == 0) {
            if (is_later(&out->list.at[i], &word.time, word.key))
                out->list.at[i] = word;
            return;
        }
    *vec_push(p->s->arena, &out->list) = word;
}

static bool has_role(const struct roles *roles, const char *name)
{
    for (size_t i = 0; i < roles->list.len; i++)
        if (roles->list.at[i].certifies && strcmp(roles->list.at[i].organisation, name) == 0)
            return true;
    return false;
}

static void settle_certifier(struct page_of *p, struct word_of *w, const struct rows *classes, const struct roles *roles)
{
    const struct class_row *c = classes->at;
    w->certifies = w->by_operator;
    for (size_t i = 0; !w->is_own && i < classes->len; i++)
        w->certifies |= strcmp(c[i].name, w->owner) == 0 && has_role(roles, c[i].also);
    (void)p;
}

static bool find_certifiers(struct page_of *p, struct error *err)
{
    struct rows classes, told;
    struct roles roles = {0};
    const char **owners = ARENA_ARRAY(p->s->arena, const char *, p->words.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < p->words.len; i++)
        if (!p->words.at[i].by_operator && !is_among(p->words.at[i].owner, owners, n))
            owners[n++] = p->words.at[i].owner;
    if (!db_query(p->s->db, p->s->arena, &CLASS_NAMES, ARGS(TEXTS(owners, n)), &classes, err))
        return false;
    const struct class_row *c = classes.at;
    const char **also = ARENA_ARRAY(p->s->arena, const char *, classes.len + 1);
    for (size_t i = 0; i < classes.len; i++)
        also[i] = c[i].also;
    if (!load_known(p, &KNOWN_STATEMENTS, "organisation", also, classes.len, &told, err))
        return false;
    for (size_t i = 0; i < told.len; i++)
        add_role(p, (const struct told_row *)told.at + i, &roles);
    for (size_t i = 0; i < p->words.len; i++)
        settle_certifier(p, &p->words.at[i], &classes, &roles);
    return true;
}

/* ---- one certificate ---- */

static bool same_certificate(const struct word_of *a, const struct word_of *b)
{
    return strcmp(a->number_key, b->number_key) == 0 &&
           (text_is(a->said->scheme, b->said->scheme) || (a->kinds & b->kinds));
}

/* Numbers the certificates, in the order of their first record. */
static int group_words(struct page_of *p)
{
    int groups = 0;
    for (size_t i = 0; i < p->words.len; i++) {
        struct word_of *w = &p->words.at[i];
        for (size_t k = 0; k < i && w->group < 0; k++)
            if (same_certificate(&p->words.at[k], w))
                w->group = p->words.at[k].group;
        if (w->group < 0)
            w->group = groups++;
    }
    return groups;
}

/* Those that certify, or, where nobody does, those that claim. */
static size_t words_that_count(const struct page_of *p, int group, bool *is_claim, struct certificate_word *out)
{
    bool certified = false;
    size_t n = 0;
    for (size_t i = 0; i < p->words.len; i++)
        certified |= p->words.at[i].group == group && p->words.at[i].certifies;
    for (size_t i = 0; i < p->words.len; i++) {
        const struct word_of *w = &p->words.at[i];
        if (w->group == group && (!certified || w->certifies))
            out[n++] = (struct certificate_word){w->said, w->time, w->row->key.at, w->owner, w->by_operator, w->row->seq};
    }
    *is_claim = !certified;
    return n;
}

static void put_day(json_t *o, const char *member, int32_t day)
{
    char text[11];
    if (day != INT32_MIN && day != INT32_MAX)
        put_text(o, member, day_text(day, text));
}

static json_t *interval_json(const struct certificate_interval *x, const struct certificate_word *words)
{
    json_t *o = json_pack("{s:s, s:I}", "status", cert_standing_word(x->state.standing), "record",
                          (json_int_t)words[x->state.by].seq);
    put_day(o, "from", x->from);
    put_day(o, "to", x->to);
    return o;
}

static json_t *words_json(const struct words *w)
{
    json_t *list = w->given ? json_array() : NULL;
    for (size_t i = 0; i < w->len; i++)
        json_array_append_new(list, json_string(w->at[i]));
    return list;
}

static json_t *kinds_json(cert_set kinds)
{
    json_t *list = json_array();
    for (int k = 0; k < CERT_KINDS; k++)
        if (kinds & (cert_set)1 << k)
            json_array_append_new(list, json_string(cert_kind_code((enum cert_kind)k)));
    return list;
}

static json_t *levels_json(const char *level)
{
    uint8_t levels[SECURITY_REQUIREMENTS];
    if (!level || !security_levels(level, levels))
        return NULL;
    json_t *o = json_object();
    for (size_t i = 0; i < SECURITY_REQUIREMENTS; i++)
        put(o, SECURITY_REQUIREMENT[i], json_integer(levels[i]));
    return o;
}

static json_t *told_json(const struct certificate_statement *t, cert_set kinds)
{
    const struct {
        const char *member, *value;
    } TEXTS_OF[] = {
        {"scheme", t->scheme},     {"number", t->number},   {"holder", t->holder},       {"body", t->body},
        {"standard", t->standard}, {"scope", t->scope},     {"issued", t->issued.text},  {"expires", t->expires.text},
        {"product", t->product},   {"level", t->level},     {"profile", t->profile},     {"kind", t->kind},
        {"basis", t->basis},
    };
    json_t *o = json_object();
    for (size_t i = 0; i < LENGTH(TEXTS_OF); i++)
        put_text(o, TEXTS_OF[i].member, TEXTS_OF[i].value);
    put(o, "kinds", kinds_json(kinds));
    put(o, "methods", words_json(&t->methods));
    put(o, "sites", words_json(&t->sites));
    if (kinds & cert_kinds_for(CERT_FOR_CYBER))
        put(o, "securityLevels", levels_json(t->level));
    return o;
}

static json_t *certificate_json(const struct page_of *p, int group)
{
    bool is_claim;
    size_t n;
    struct certificate_word *words = ARENA_ARRAY(p->s->arena, struct certificate_word, p->words.len + 1);
    size_t len = words_that_count(p, group, &is_claim, words);
    struct certificate_statement told = certificate_told(words, len);
    cert_set kinds = 0;
    for (size_t i = 0; i < len; i++)
        kinds |= certificate_kinds(words[i].said->scheme, words[i].said->standard);
    struct certificate_state state = certificate_on(words, len, p->on);
    const struct certificate_interval *all = certificate_intervals(p->s->arena, words, len, &n);
    json_t *o = told_json(&told, kinds), *intervals = json_array(), *records = json_array();
    for (size_t i = 0; i < n; i++)
        if (all[i].state.standing != CERT_NOT_ISSUED)
            json_array_append_new(intervals, interval_json(&all[i], words));
    for (size_t i = 0; i < len; i++)
        json_array_append_new(records, json_integer(words[i].seq));
    put_text(o, "status", cert_standing_word(state.standing));
    put(o, "valid", json_boolean(!is_claim && state.standing == CERT_ACTIVE));
    put(o, "claimed", json_boolean(is_claim));
    put(o, "statuses", intervals);
    put(o, "records", records);
    return o;
}

/* ---- the whole ---- */

/* A day far ahead is "all that is known". */
static int64_t end_of_day_us(int32_t day)
{
    return ((int64_t)day + 1) * US_PER_DAY;
}

/* Whether anything is known of its certificates by now: what was not known then is no secret. */
static bool has_any(struct page_of *p, bool *any, struct error *err)
{
    struct rows rows;
    int64_t until = p->until_us;
    p->until_us = INT64_MAX;
    bool ok = load_known(p, &KNOWN_STATEMENTS, "certificate", p->names, p->names_len, &rows, err);
    p->until_us = until;
    *any = ok && rows.len > 0;
    return ok;
}

static bool certificates_answer(struct session *s, const void *asked, json_t **out, struct error *err)
{
    const struct certificates_ask *ask = asked;
    struct as_of at;
    struct page_of p = {.s = s, .ask = ask};
    char on[11], known[11];
    bool any;
    if (!load_as_of(s, &at, err) || !find_names(s, ask->organisation, &p.names, &p.names_len, err))
        return false;
    p.on = ask->on == INT32_MIN ? at.day : ask->on;
    p.known = ask->known == INT32_MIN ? at.day : ask->known;
    p.until_us = ask->known == INT32_MIN ? INT64_MAX : end_of_day_us(p.known);
    if (!has_any(&p, &any, err) || !load_words(&p, err) || !find_certifiers(&p, err))
        return false;
    any |= (p.names_len > 0 && s->viewer.sees_all) || viewer_is(&s->viewer, ask->organisation);
    if (!any)
        return error_set(err, ERR_NOT_FOUND, "no certificate of %.150s that you may see", ask->organisation);
    json_t *items = json_array();
    int groups = group_words(&p);
    for (int g = 0; g < groups; g++)
        json_array_append_new(items, certificate_json(&p, g));
    *out = json_pack("{s:s, s:s, s:s, s:o, s:o}", "organisation", ask->organisation, "on", day_text(p.on, on), "known",
                     day_text(p.known, known), "items", items, "asOf", as_of_json(&at));
    return true;
}

bool query_certificates(const struct reader *r, const struct certificates_ask *ask, const char **json,
                        struct error *err)
{
    return session_run(r, certificates_answer, ask, json, err);
}
