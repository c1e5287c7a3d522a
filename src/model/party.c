/* party - see the header. */
#include "pedigree/model/party.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/model/unicode.h"

#include <string.h>
#include <strings.h>

enum value_form { FORM_UPPER, FORM_DIGITS, FORM_REGISTER, FORM_NAME };

/* Check digits (LEI, GLN) are not asked for: records from old systems have what they
 * have, it stays the same identity wherever it is written, and a rule can say that it is
 * odd.
 */
/* clang-format off */
static const struct scheme {
    const char *name;
    enum value_form form;
    size_t len; /* exact, 0: any */
    const char *right;
} SCHEMES[] = {
    {"cage", FORM_UPPER,    5,  "a CAGE code is five letters or digits: cage:1ABC5"},
    {"uei",  FORM_UPPER,    12, "a UEI is twelve letters or digits"},
    {"lei",  FORM_UPPER,    20, "an LEI is twenty letters or digits"},
    {"duns", FORM_DIGITS,   9,  "a D-U-N-S number is nine digits"},
    {"gln",  FORM_DIGITS,   13, "a GLN is thirteen digits"},
    {"reg",  FORM_REGISTER, 0,  "a register entry is country/number: reg:cn/91440300MA5"},
    {"name", FORM_NAME,     0,  "a provisional name is country/name: name:cn/hong dark (zz: unknown)"},
};
/* clang-format on */

const char *const PARTY_SCHEMES[] = {"cage", "uei", "lei", "duns", "gln", "reg", "name"};
const size_t PARTY_SCHEMES_LEN = LENGTH(PARTY_SCHEMES);
_Static_assert(LENGTH(PARTY_SCHEMES) == LENGTH(SCHEMES), "one name for each scheme");

enum { PARTY_MAX = 256 };

/* What ends a company's name without naming it; longer endings before what they end in.
 */
static const char *const LEGAL_FORMS[] = {"ltd",          "limited", "inc",
                                          "incorporated", "corp",    "corporation",
                                          "co",           "company", "llc",
                                          "llp",          "lp",      "plc",
                                          "gmbh",         "mbh",     "ag",
                                          "kg",           "kgaa",    "ohg",
                                          "ug",           "se",      "sa",
                                          "sas",          "sarl",    "srl",
                                          "spa",          "bv",      "nv",
                                          "ab",           "as",      "asa",
                                          "a s",          "aps",     "oy",
                                          "oyj",          "kk",      "pte",
                                          "pty",          "pvt",     "private",
                                          "sdn",          "bhd",     "kft",
                                          "zrt",          "doo",     "d o o",
                                          "ooo",          "sp z oo", "sp z o o",
                                          "sro",          "s r o",   "sa de cv",
                                          "ltda",         "ltd şti", "jsc",
                                          "ооо",          "ао",      "kabushiki kaisha",
                                          "株",           "주"};
/* Written without a space, behind the name or before it. */
static const char *const LEGAL_ENDINGS[] = {
    "股份有限公司", "有限责任公司", "有限責任公司", "有限公司",
    "株式会社",     "合同会社",     "주식회사"};
static const char *const LEGAL_BEGINNINGS[] = {"株式会社", "合同会社", "주식회사", "株 ",
                                               "주 "};

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Plain, without blanks at either end. */
static char *trimmed(struct arena *a, const char *s)
{
    char *plain = unicode_plain(a, s);
    while (is_space(*plain))
        plain++;
    size_t len = strlen(plain);
    while (len > 0 && is_space(plain[len - 1]))
        len--;
    plain[len] = '\0';
    return plain;
}

static bool vanishes(const char *s)
{
    return *s == '.' || *s == '\'' || strncmp(s, "\u2019", strlen("\u2019")) == 0;
}

/* Lower-case words with one space between: dots and apostrophes vanish, other marks part
 * words. */
static struct text words_of(struct arena *a, const char *s)
{
    struct text t = text_new(a);
    bool gap = false;
    size_t len;
    for (s = unicode_lower(a, s); *s; s += len) {
        bool is_mark = unicode_is_mark(s, &len);
        if (vanishes(s))
            continue;
        if (!is_mark && gap && t.len > 0)
            text_add(&t, " ");
        if (!is_mark)
            text_add_n(&t, s, len);
        gap = is_mark;
    }
    /* Once more: an accent behind a dot now stands behind a letter. */
    const char *words = unicode_lower(a, text_str(&t));
    t.len = 0;
    text_add(&t, words);
    return t;
}

/* Length of `s` without the ending, or `len` if it has none or is nothing else. */
static size_t without(const char *s, size_t len, const char *ending, bool is_word)
{
    size_t n = strlen(ending) + is_word;
    if (len <= n || strncmp(s + len - n + is_word, ending, n - is_word) != 0)
        return len;
    return !is_word || s[len - n] == ' ' ? len - n : len;
}

static size_t without_legal_form(const char *s, size_t len)
{
    for (size_t i = 0; i < LENGTH(LEGAL_FORMS); i++) {
        size_t n = without(s, len, LEGAL_FORMS[i], true);
        if (n < len)
            return n;
    }
    for (size_t i = 0; i < LENGTH(LEGAL_ENDINGS); i++) {
        size_t n = without(s, len, LEGAL_ENDINGS[i], false);
        if (n < len)
            return n;
    }
    return len;
}

static const char *after_legal_form(const char *s)
{
    for (size_t i = 0; i < LENGTH(LEGAL_BEGINNINGS); i++) {
        size_t n = strlen(LEGAL_BEGINNINGS[i]);
        if (strncmp(s, LEGAL_BEGINNINGS[i], n) == 0 && s[n])
            return s + n + (s[n] == ' ');
    }
    return s;
}

/* A company's name as it is compared; one that would leave nothing to be seen is kept as written. */
static const char *bare_name(struct arena *a, const char *s)
{
    struct text t = words_of(a, s);
    if (unicode_is_blank(text_str(&t)))
        return trimmed(a, s);
    for (size_t n; (n = without_legal_form(t.at, t.len)) < t.len;) {
        if (unicode_is_blank(arena_strndup(a, t.at, n)))
            break; /* the form is all that is to be seen of it */
        t.len = n;
        while (t.at[t.len - 1] == ' ')
            t.len--;
    }
    const char *name = text_str(&t), *rest;
    while ((rest = after_legal_form(name)) != name && !unicode_is_blank(rest))
        name = rest;
    return name;
}

static const struct scheme *scheme_of(const char *s, const char **value)
{
    const char *colon = strchr(s, ':');
    for (size_t i = 0; colon && i < LENGTH(SCHEMES); i++)
        if (strlen(SCHEMES[i].name) == (size_t)(colon - s) &&
            strncasecmp(s, SCHEMES[i].name, (size_t)(colon - s)) == 0) {
            *value = colon + 1;
            return &SCHEMES[i];
        }
    return NULL;
}

static bool is_letter(char c)
{
    return is_alnum(c) && c > '9';
}

static bool has_country_and_more(const char *v)
{
    if (!is_letter(v[0]) || !is_letter(v[1]) || v[2] != '/')
        return false;
    return !unicode_is_blank(v + 3);
}

static bool has_form(const struct scheme *sc, const char *v)
{
    if (sc->form == FORM_REGISTER || sc->form == FORM_NAME)
        return has_country_and_more(v);
    for (size_t i = 0; v[i]; i++)
        if (!is_alnum(v[i]) || (sc->form == FORM_DIGITS && is_letter(v[i])))
            return false;
    return strlen(v) == sc->len;
}

bool party_is_valid(const char *s, const char **why)
{
    const char *value = NULL;
    const struct scheme *sc = s ? scheme_of(s, &value) : NULL;
    if (!sc)
        *why = "an organisation is scheme:value, scheme one of cage uei "
               "lei duns gln reg "
               "name";
    else if (strlen(s) > PARTY_MAX)
        *why = "an organisation's id has at most 256 bytes";
    else if (!has_form(sc, value))
        *why = sc->right;
    else
        return true;
    return false;
}

static const char *register_normal(struct arena *a, const struct scheme *sc,
                                   const char *value)
{
    const char *rest =
        sc->form == FORM_NAME ? bare_name(a, value + 3) : trimmed(a, value + 3);
    value = unicode_lower(a, value);
    return arena_printf(a, "%s:%.2s/%s", sc->name, value, rest);
}

static const char *qualified(struct arena *a, const char *scheme, const char *value)
{
    char *s = arena_raw(a, strlen(scheme) + 1 + strlen(value) + 1);
    char *colon = stpcpy(s, scheme);
    *colon = ':';
    stpcpy(colon + 1, value);
    return s;
}

const char *party_normal(struct arena *a, const char *s)
{
    if (!s)
        return NULL;
    const char *value = NULL;
    s = trimmed(a, s);
    const struct scheme *sc = scheme_of(s, &value);
    if (!sc)
        return s;
    value = trimmed(a, value);
    if (has_country_and_more(value) && !sc->len)
        return register_normal(a, sc, value);
    return qualified(a, sc->name,
                     sc->form == FORM_UPPER ? trimmed(a, unicode_upper(a, value)) : value);
}

const char *manufacturer_normal(struct arena *a, const char *s)
{
    if (!s)
        return NULL;
    const char *why;
    const char *id = party_normal(a, s);
    if (party_is_valid(id, &why))
        return id;
    return qualified(a, "brand", bare_name(a, s));
}

bool party_is_provisional(const char *normal)
{
    return normal &&
           (strncmp(normal, "name:", 5) == 0 || strncmp(normal, "brand:", 6) == 0);
}

/* ---- check digits ---- */

static bool lei_is_fine(const char *v)
{
    unsigned rest = 0;
    for (; *v; v++) {
        unsigned n = *v <= '9' ? (unsigned)(*v - '0') : (unsigned)(*v - 'A') + 10;
        rest = (rest * (n < 10 ? 10 : 100) + n) % 97;
    }
    return rest == 1;
}

/* From the right, every second digit counts three times. */
static bool gln_is_fine(const char *v)
{
    unsigned sum = 0;
    for (size_t i = 0, len = strlen(v); i < len; i++)
        sum += (unsigned)(v[i] - '0') * ((len - 1 - i) % 2 ? 3 : 1);
    return sum % 10 == 0;
}

static bool cage_is_fine(const char *v)
{
    return !strpbrk(v, "IO");
}

static bool uei_is_fine(const char *v)
{
    return *v != '0' && !strpbrk(v, "IO");
}

const char *party_fault(const char *normal)
{
    static const struct {
        const char *scheme;
        bool (*is_fine)(const char *value);
        const char *fault;
    } CHECKS[] = {
        {"cage:", cage_is_fine, "a CAGE code has no letters I and O"},
        {"uei:", uei_is_fine, "a UEI has no letters I and O, and does not begin with 0"},
        {"lei:", lei_is_fine, "the check digits of the LEI do not fit"},
        {"gln:", gln_is_fine, "the check digit of the GLN does not fit"},
    };
    const char *why;
    for (size_t i = 0; i < LENGTH(CHECKS); i++) {
        size_t len = strlen(CHECKS[i].scheme);
        if (strncmp(normal, CHECKS[i].scheme, len) == 0 && party_is_valid(normal, &why))
            return CHECKS[i].is_fine(normal + len) ? NULL : CHECKS[i].fault;
    }
    return NULL;
}
