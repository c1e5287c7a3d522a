/*
 * label - see the header.  What an identifier means, how separators are shown, how headers are cut
 * and which keys shops use are tables.
 *
 *   payload --plain separators--> header, records (RS), fields (GS) --identifiers--> fields
 *           \-- no envelope: braces, words, or fields parted by GS or blanks
 */
#include "pedigree/codec/label.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/model/party.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define RS "\x1e"
#define GS "\x1d"
#define EOT "\x04"
enum { IDENTIFIER_MAX = 4, DIGITS_MAX = 15, YMD = 8 };

static const char *const FORMS[] = {
    [LABEL_UNKNOWN] = "no known form",
    [LABEL_ENVELOPE] = "ISO/IEC 15434 format 06",
    [LABEL_BARE] = "fields without an envelope",
    [LABEL_BLANKS] = "fields parted by blanks",
    [LABEL_WORDS] = "KEY:value",
    [LABEL_BRACES] = "{key:value}",
};

static const char *const DEVIATIONS[] = {
    "has no header",
    "has a damaged header",
    "has no RS behind the header",
    "has no GS behind the format",
    "has no trailer",
    "shows its separators as other characters",
    "has zeros before an identifier",
    "has a field without data",
    "has a field without an identifier",
    "holds another format, which is not decoded",
    "goes on behind the trailer",
    "is of another form than format 06",
};
_Static_assert(LENGTH(DEVIATIONS) == LABEL_DEVIATIONS, "each has its words");

/* clang-format off */
static const struct meaning {
    const char *identifier;
    enum label_item item;
    const char *words;
} MEANINGS[] = { /* ANSI MH10.8.2 */
    {"P",   LABEL_CUSTOMER_PART, "customer's part number"},
    {"1P",  LABEL_MPN,           "part number"},
    {"2P",  LABEL_OTHER,         "revision"},
    {"30P", LABEL_SUPPLIER_PART, "distributor's part number"},
    {"33P", LABEL_BIN,           "bin"},
    {"50P", LABEL_MPN,           "part number with qualifiers"},
    {"1V",  LABEL_MAKER,         "supplier"},
    {"10V", LABEL_MAKER,         "manufacturer"},
    {"12V", LABEL_MAKER,         "manufacturer (DUNS)"},
    {"13V", LABEL_MAKER,         "supplier (DUNS)"},
    {"17V", LABEL_MAKER,         "party (CAGE)"},
    {"18V", LABEL_MAKER,         "party (agency and company)"},
    {"25V", LABEL_MAKER,         "manufacturer (NCAGE)"},
    {"Q",   LABEL_QUANTITY,      "quantity"},
    {"7Q",  LABEL_QUANTITY,      "quantity with unit"},
    {"13Q", LABEL_OF_PACKAGES,   "package n of m"},
    {"3D",  LABEL_DATE,          "date (YDDD)"},
    {"4D",  LABEL_DATE,          "date (YYDDD)"},
    {"6D",  LABEL_DAY,           "date with qualifier"},
    {"9D",  LABEL_DATE,          "date code (as agreed)"},
    {"10D", LABEL_DATE,          "date code (YYWW)"},
    {"11D", LABEL_DATE,          "date code (YYYYWW)"},
    {"12D", LABEL_DATE,          "date (YYYYMMDD)"},
    {"13D", LABEL_DATE,          "oldest and newest date code"},
    {"14D", LABEL_EXPIRY,        "expires"},
    {"16D", LABEL_DATE,          "day of production"},
    {"25D", LABEL_EXPIRY,        "best before"},
    {"T",   LABEL_CUSTOMER_LOT,  "customer's lot code"},
    {"1T",  LABEL_LOT,           "lot code"},
    {"30T", LABEL_SUB_LOT,       "further lot code"},
    {"31T", LABEL_SUB_LOT,       "further lot code"},
    {"32T", LABEL_SUB_LOT,       "further lot code"},
    {"33T", LABEL_SUB_LOT,       "further lot code"},
    {"34T", LABEL_SUB_LOT,       "further lot code"},
    {"S",   LABEL_SERIAL,        "serial number"},
    {"1S",  LABEL_SERIAL,        "additional trace number"},
    {"18S", LABEL_SERIAL,        "CAGE and serial number"},
    {"30S", LABEL_SERIAL,        "additional trace number"},
    {"3S",  LABEL_PACKAGE,       "package id"},
    {"4S",  LABEL_PACKAGE,       "master package id"},
    {"5S",  LABEL_MIXED_PACKAGE, "mixed master package id"},
    {"J",   LABEL_PACKAGE,       "licence plate"},
    {"1J",  LABEL_PACKAGE,       "licence plate"},
    {"2J",  LABEL_PACKAGE,       "licence plate"},
    {"3J",  LABEL_PACKAGE,       "licence plate"},
    {"4J",  LABEL_PACKAGE,       "licence plate"},
    {"5J",  LABEL_MIXED_PACKAGE, "mixed licence plate"},
    {"6J",  LABEL_MIXED_PACKAGE, "master licence plate"},
    {"4L",  LABEL_ORIGIN,        "country of origin"},
    {"K",   LABEL_OTHER,         "purchase order"},
    {"1K",  LABEL_OTHER,         "sales order"},
    {"4K",  LABEL_OTHER,         "line of the order"},
    {"10K", LABEL_OTHER,         "invoice"},
    {"11K", LABEL_OTHER,         "packing list"},
    {"14K", LABEL_OTHER,         "order and line"},
    {"E",   LABEL_FINISH,        "restricted substances, finish"},
    {"13E", LABEL_MSL,           "moisture sensitivity level"},
    {"27P", LABEL_OTHER,         "customs tariff number"},
    {"49P", LABEL_OTHER,         "export control"},
    {"11Z", LABEL_OTHER,         "free text"},
    {"12Z", LABEL_OTHER,         "free text"},
    {"13Z", LABEL_OTHER,         "free text"},
    {"14Z", LABEL_OTHER,         "free text"},
    {"15Z", LABEL_OTHER,         "free text"},
    {"20Z", LABEL_PADDING,       "padding"},
}, KEYS[] = { /* of shops that part keys and values by colons */
    {"mpn", LABEL_MPN,           "part number"},
    {"pm",  LABEL_MPN,           "part number"},
    {"pn",  LABEL_SUPPLIER_PART, "distributor's part number"},
    {"pc",  LABEL_SUPPLIER_PART, "distributor's part number"},
    {"mc",  LABEL_CUSTOMER_PART, "customer's part number"},
    {"mfr", LABEL_MAKER,         "manufacturer"},
    {"qty", LABEL_QUANTITY,      "quantity"},
    {"lot", LABEL_LOT,           "lot code"},
    {"dc",  LABEL_DATE,          "date code"},
    {"coo", LABEL_ORIGIN,        "country of origin"},
    {"po",  LABEL_OTHER,         "sales order"},
    {"cpo", LABEL_OTHER,         "purchase order"},
    {"on",  LABEL_OTHER,         "sales order"},
    {"pbn", LABEL_OTHER,         "packing list"},
    {"cc",  LABEL_OTHER,         "free text"},
    {"pdi", LABEL_OTHER,         "free text"},
    {"hp",  LABEL_OTHER,         "free text"},
    {"wc",  LABEL_OTHER,         "warehouse"},
};

/* How scanners and people show RS, GS and EOT. */
static const struct picture {
    const char *shown, *means;
} PICTURES[] = {
    {"\u241e", RS}, {"\u241d", GS}, {"\u2404", EOT},  /* control pictures */
    {"\uf70c", RS}, {"\uf70b", GS},                   /* private use, of a keyboard scanner */
    {"\u25b2", RS}, {"\u2194", GS}, {"\u2666", EOT},  /* code page 437 */
    {"<RS>", RS},   {"<GS>", GS},   {"<EOT>", EOT},
    {"{RS}", RS},   {"{GS}", GS},   {"{EOT}", EOT},
    {"[RS]", RS},   {"[GS]", GS},   {"[EOT]", EOT},
};
/* clang-format on */

/* "[)>" as it is left of it; the longest first. */
static const struct header {
    const char *text;
    unsigned deviation;
} HEADERS[] = {
    {">[)>", LABEL_CUT_HEADER},
    {"[)>", 0},
    {")>", LABEL_CUT_HEADER},
    {">", LABEL_CUT_HEADER},
};

/* A keyboard scanner with another layout: one character for each, wherever it stands. */
static const char TYPED_HEADER[] = "[)>^06]";

const char *label_form_word(enum label_form f)
{
    return FORMS[f];
}

const char *label_deviation_words(unsigned bit)
{
    unsigned i = 0;
    while (i + 1 < LABEL_DEVIATIONS && bit >> i != 1)
        i++;
    return DEVIATIONS[i];
}

static bool begins(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *trimmed(struct arena *a, const char *s, size_t len)
{
    while (len > 0 && is_blank(*s))
        s++, len--;
    while (len > 0 && is_blank(s[len - 1]))
        len--;
    return arena_strndup(a, s, len);
}

/* ---- separators ---- */

static const struct picture *picture_at(const char *s)
{
    for (size_t i = 0; i < LENGTH(PICTURES); i++)
        if (begins(s, PICTURES[i].shown))
            return &PICTURES[i];
    return NULL;
}

static const char *typed_separator(char c)
{
    return c == '^' ? RS : c == ']' ? GS : NULL;
}

/* A payload that has the separators themselves is not searched for pictures of them. */
static const char *plain_separators(struct arena *a, const char *payload, unsigned *deviations)
{
    if (strpbrk(payload, RS GS))
        return payload;
    bool typed = begins(payload, TYPED_HEADER);
    struct text t = text_new(a);
    for (const char *s = payload; *s;) {
        const struct picture *p = picture_at(s);
        const char *means = p ? p->means : typed ? typed_separator(*s) : NULL;
        if (means)
            text_add(&t, means);
        else
            text_add_n(&t, s, 1);
        s += p ? strlen(p->shown) : 1;
        *deviations |= means ? LABEL_PICTURES : 0;
    }
    return text_str(&t);
}

/* ---- fields ---- */

static const struct meaning *meaning_in(const struct meaning *table, size_t len, const char *identifier)
{
    for (size_t i = 0; i < len; i++)
        if (strcasecmp(table[i].identifier, identifier) == 0)
            return &table[i];
    return NULL;
}

struct reading { /* of one label */
    struct arena *arena;
    VEC(struct label_field) fields;
    unsigned deviations;
};

/* ^0*([1-9]?\d*[A-Z]): its length with the zeros, 0 if there is none. */
static size_t identifier_length(const char *s, size_t len, size_t *zeros)
{
    size_t n = 0;
    while (n < len && s[n] == '0')
        n++;
    *zeros = n;
    while (n < len && n - *zeros < IDENTIFIER_MAX && is_digit(s[n]))
        n++;
    return n < len && n - *zeros < IDENTIFIER_MAX && s[n] >= 'A' && s[n] <= 'Z' ? n + 1 : 0;
}

static void field_add(struct reading *r, const char *identifier, const char *value, const struct meaning *m)
{
    if (!*value)
        r->deviations |= LABEL_EMPTY_FIELD;
    *vec_push(r->arena, &r->fields) = (struct label_field){
        .identifier = identifier, .value = value,
        .item = !*value ? LABEL_PADDING : m ? m->item : LABEL_OTHER, .meaning = m ? m->words : ""};
}

static void take_field(struct reading *r, const char *s, size_t len)
{
    size_t zeros;
    while (len > 0 && is_blank(*s))
        s++, len--;
    size_t n = identifier_length(s, len, &zeros);
    if (len == 0)
        return;
    if (n == 0) {
        r->deviations |= LABEL_NO_IDENTIFIER;
        field_add(r, "", trimmed(r->arena, s, len), NULL);
        return;
    }
    if (zeros)
        r->deviations |= LABEL_LEADING_ZERO;
    const char *identifier = arena_strndup(r->arena, s + zeros, n - zeros);
    field_add(r, identifier, trimmed(r->arena, s + n, len - n),
              meaning_in(MEANINGS, LENGTH(MEANINGS), identifier));
}

/* Up to the first of `ends`. */
static void take_fields(struct reading *r, const char *s, const char *ends)
{
    while (*s && !strchr(ends, *s)) {
        size_t len = strcspn(s, GS RS EOT);
        take_field(r, s, len);
        s += len;
        s += *s == *GS;
    }
}

/* ---- the envelope ---- */

/* "]d1", "]Q3": what some scanners say of the symbol that they read (ISO/IEC 15424). */
static const char *without_symbology(const char *s)
{
    bool has = s[0] == ']' && s[1] && s[2] && !is_digit(s[1]) && is_digit(s[2]);
    return has ? s + 3 : s;
}

static const char *after_header(const char *s, unsigned *deviations)
{
    for (size_t i = 0; i < LENGTH(HEADERS); i++)
        if (begins(s, HEADERS[i].text)) {
            *deviations |= HEADERS[i].deviation;
            return s + strlen(HEADERS[i].text);
        }
    return NULL;
}

static bool is_format(const char *s)
{
    return is_digit(s[0]) && is_digit(s[1]) && s[2] == *GS;
}

/* Behind the RS that ends a record: the next one, or the trailer. */
static void take_rest(struct reading *r, const char *s)
{
    bool ended = false;
    while (*s) {
        ended |= *s == *EOT;
        if (*s == *RS || *s == *EOT || is_blank(*s)) {
            s++;
            continue;
        }
        size_t len = strcspn(s, RS EOT);
        bool is_06 = begins(s, "06" GS);
        if (is_06 && !ended)
            take_fields(r, s + 3, RS EOT);
        else
            r->deviations |= is_format(s) ? LABEL_OTHER_FORMAT : LABEL_AFTER_TRAILER;
        s += len;
    }
    if (!ended)
        r->deviations |= LABEL_NO_TRAILER;
}

/* NULL: no envelope.  *trouble: it is one, but cannot be parted. */
static const char *envelope_fields(struct reading *r, const char *s, const char **trouble)
{
    unsigned deviations = 0;
    s = after_header(without_symbology(s), &deviations);
    if (!s)
        return NULL;
    if (*s == *RS)
        s++;
    else
        deviations |= LABEL_NO_HEADER_RS;
    if (!is_digit(s[0]) || !is_digit(s[1]))
        return NULL;
    r->deviations |= deviations;
    if (!begins(s, "06"))
        *trouble = "it is of another format than 06, which is not decoded here";
    else if (!strpbrk(s, GS))
        *trouble = "its separators were lost, so that nobody can say where a field ends";
    if (s[2] != *GS)
        r->deviations |= LABEL_NO_FORMAT_GS;
    return s + 2;
}

static bool read_envelope(struct reading *r, const char *s, struct label *out)
{
    const char *fields = envelope_fields(r, s, &out->trouble);
    if (!fields)
        return false;
    out->form = LABEL_ENVELOPE;
    if (out->trouble)
        return true;
    take_fields(r, fields, RS EOT);
    take_rest(r, fields + strcspn(fields, RS EOT));
    return true;
}

/* ---- without an envelope ---- */

static bool is_known(const char *s, size_t len, struct arena *a)
{
    size_t zeros, n = identifier_length(s, len, &zeros);
    return n > 0 && meaning_in(MEANINGS, LENGTH(MEANINGS), arena_strndup(a, s + zeros, n - zeros));
}

/* The header was dropped altogether, sometimes but for "06". */
static bool read_bare(struct reading *r, const char *s, struct label *out)
{
    if (begins(s, RS))
        s++;
    if (begins(s, "06" GS))
        s += 3;
    else if (begins(s, GS))
        s++;
    size_t len = strcspn(s, GS RS EOT);
    if (!strpbrk(s, GS RS) || !is_known(s, len, r->arena))
        return false;
    out->form = LABEL_BARE;
    r->deviations |= LABEL_NO_HEADER;
    take_fields(r, s, RS EOT);
    take_rest(r, s + strcspn(s, RS EOT));
    return true;
}

static void take_pair(struct reading *r, const char *s, size_t len)
{
    const char *colon = memchr(s, ':', len);
    if (!colon) {
        r->deviations |= LABEL_NO_IDENTIFIER;
        field_add(r, "", trimmed(r->arena, s, len), NULL);
        return;
    }
    const char *key = trimmed(r->arena, s, (size_t)(colon - s));
    field_add(r, key, trimmed(r->arena, colon + 1, len - (size_t)(colon - s) - 1),
              meaning_in(KEYS, LENGTH(KEYS), key));
}

static bool has_key(const char *s, size_t len, struct arena *a)
{
    const char *colon = memchr(s, ':', len);
    return colon && meaning_in(KEYS, LENGTH(KEYS), trimmed(a, s, (size_t)(colon - s)));
}

static bool read_braces(struct reading *r, const char *s, struct label *out)
{
    size_t len = strlen(s);
    while (len > 0 && is_blank(s[len - 1]))
        len--;
    if (len < 2 || *s != '{' || s[len - 1] != '}')
        return false;
    const char *end = s + len - 1;
    s++;
    if (!has_key(s, strcspn(s, ",}"), r->arena))
        return false;
    out->form = LABEL_BRACES;
    while (s < end) {
        size_t n = strcspn(s, ",");
        n = s + n > end ? (size_t)(end - s) : n;
        take_pair(r, s, n);
        s += n;
        s += s < end;
    }
    return true;
}

typedef void take_fn(struct reading *r, const char *s, size_t len);

static void each_word(struct reading *r, const char *s, take_fn *take)
{
    while (*s) {
        size_t n = strcspn(s, " \t\r\n");
        if (n > 0)
            take(r, s, n);
        s += n;
        s += strspn(s, " \t\r\n");
    }
}

static bool read_words(struct reading *r, const char *s, struct label *out)
{
    if (!has_key(s, strcspn(s, " \t\r\n"), r->arena))
        return false;
    out->form = LABEL_WORDS;
    each_word(r, s, take_pair);
    return true;
}

/* All of it must be fields that are known, and a part number among them: any text has blanks. */
static bool read_blanks(struct reading *r, const char *s, struct label *out)
{
    size_t words = 0, part = 0;
    for (const char *w = s; *w;) {
        size_t n = strcspn(w, " \t\r\n");
        if (n > 0 && !is_known(w, n, r->arena))
            return false;
        words += n > 0;
        part += begins(w, "1P");
        w += n;
        w += strspn(w, " \t\r\n");
    }
    if (words < 2 || !part)
        return false;
    out->form = LABEL_BLANKS;
    each_word(r, s, take_field);
    return true;
}

struct label label_decode(struct arena *a, const char *payload)
{
    static bool (*const READERS[])(struct reading *, const char *, struct label *) = {
        read_envelope, read_bare, read_braces, read_words, read_blanks};
    struct label l = {.form = LABEL_UNKNOWN};
    struct reading r = {.arena = a};
    const char *s = plain_separators(a, payload, &r.deviations);
    s += strspn(s, " \t\r\n");
    bool read = false;
    for (size_t i = 0; !read && i < LENGTH(READERS); i++)
        read = READERS[i](&r, s, &l);
    if (!read)
        l.trouble = "it has no form of label that is known here";
    else if (!l.trouble && r.fields.len == 0)
        l.trouble = "it holds no field";
    if (l.form > LABEL_BARE)
        r.deviations |= LABEL_NOT_FORMAT_06;
    l.fields = l.trouble ? NULL : r.fields.at;
    l.fields_len = l.trouble ? 0 : r.fields.len;
    l.deviations = l.form == LABEL_UNKNOWN ? 0 : r.deviations;
    return l;
}

/* ---- what fields say ---- */

const struct label_field *label_next(const struct label *l, enum label_item item, size_t *at)
{
    while (*at < l->fields_len)
        if (l->fields[(*at)++].item == item)
            return &l->fields[*at - 1];
    return NULL;
}

static bool is_not_traceable(const char *value)
{
    return strcasecmp(value, "N/T") == 0;
}

/* A day, and behind it what it is the day of. */
static struct date_code qualified_day(const char *value, int32_t day)
{
    char ymd[YMD + 1];
    snprintf(ymd, sizeof ymd, "%s", value);
    return strlen(value) < YMD ? (struct date_code){0} : datecode_parse(ymd, day);
}

/* datecode_parse() knows what an identifier stands for; what does not fit it is read without. */
struct date_code label_date(const struct label_field *f, int32_t day)
{
    char coded[32];
    if (is_not_traceable(f->value))
        return (struct date_code){.not_traceable = true};
    if (f->item == LABEL_DAY)
        return qualified_day(f->value, day);
    int n = snprintf(coded, sizeof coded, "%s%s", f->identifier, f->value);
    bool is_coded = f->item == LABEL_DATE && is_digit(*f->identifier) && n < (int)sizeof coded;
    struct date_code dc = is_coded ? datecode_parse(coded, day) : (struct date_code){0};
    return dc.parsed || dc.week != WEEK_FINE ? dc : datecode_parse(f->value, day);
}

/* False: none, or more than a number holds. */
static bool read_number(const char **s, int64_t *out)
{
    size_t n = strspn(*s, "0123456789"), zeros = strspn(*s, "0");
    *out = 0;
    if (n == 0 || n - (zeros < n ? zeros : n) > DIGITS_MAX)
        return false;
    for (size_t i = 0; i < n; i++)
        *out = *out * 10 + ((*s)[i] - '0');
    *s += n;
    return true;
}

int64_t label_pieces(const struct label_field *f)
{
    const char *s = f->value;
    int64_t n;
    if (!read_number(&s, &n))
        return -1;
    s += strspn(s, " ");
    bool is_pieces = !*s || strcasecmp(s, "PC") == 0 || strcasecmp(s, "PCS") == 0 || strcasecmp(s, "EA") == 0;
    return is_pieces ? n : -1;
}

bool label_of_packages(const struct label_field *f, int64_t *nth, int64_t *of)
{
    const char *s = f->value;
    if (!read_number(&s, nth) || *s != '/')
        return false;
    s++;
    return read_number(&s, of) && !*s && *nth >= 1 && *nth <= *of;
}

const char *label_mpn(struct arena *a, const struct label_field *f)
{
    bool has_qualifiers = strcmp(f->identifier, "50P") == 0;
    return has_qualifiers ? arena_strndup(a, f->value, strcspn(f->value, "+")) : f->value;
}

static const char *party_of(struct arena *a, const char *scheme, const char *value)
{
    const char *why, *id = arena_printf(a, "%s:%s", scheme, value);
    return party_is_valid(id, &why) ? id : NULL;
}

const char *label_maker(struct arena *a, const struct label_field *f)
{
    static const struct {
        const char *identifier, *scheme; /* NULL: not to be told without asking an agency */
    } SCHEMES[] = {{"12V", "duns"}, {"13V", "duns"}, {"17V", "cage"}, {"25V", "cage"}, {"18V", NULL}};
    for (size_t i = 0; i < LENGTH(SCHEMES); i++)
        if (strcmp(SCHEMES[i].identifier, f->identifier) == 0)
            return SCHEMES[i].scheme ? party_of(a, SCHEMES[i].scheme, f->value) : NULL;
    return f->value;
}

const char *label_unique(const struct label *l)
{
    static const enum label_item ITEMS[] = {LABEL_PACKAGE, LABEL_MIXED_PACKAGE, LABEL_SERIAL};
    for (size_t i = 0; i < LENGTH(ITEMS); i++) {
        size_t at = 0;
        const struct label_field *f = label_next(l, ITEMS[i], &at);
        if (f)
            return f->value;
    }
    return NULL;
}

const char *label_canonical(struct arena *a, const struct label *l)
{
    struct text t = text_new(a);
    for (size_t i = 0; i < l->fields_len; i++)
        if (l->fields[i].item != LABEL_PADDING)
            text_addf(&t, "%s%s" GS, l->fields[i].identifier, l->fields[i].value);
    return text_str(&t);
}
