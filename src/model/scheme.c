/* scheme - what certificates are for, from how people write scheme, standard and scope. */
#include "pedigree/model/certificate.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

#include <ctype.h>
#include <string.h>

static const struct {
    const char *code;
    enum cert_purpose purpose;
    const char *words;
} KINDS[] = {
#define CERT_KIND(symbol, code, purpose, words) {code, CERT_FOR_##purpose, words},
#include "pedigree/model/cert_kind.def"
};

static bool is_plain(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* Letters border on digits and marks, digits on letters and marks. */
static bool is_border(char inner, char outer)
{
    bool digit = isdigit((unsigned char)inner);
    return !is_plain(outer) || digit != (bool)isdigit((unsigned char)outer);
}

/* Length in `text` of the word at its beginning, whatever marks stand between; 0: another word. */
static size_t word_at(const char *text, const char *word, size_t len)
{
    size_t at = 0;
    for (size_t i = 0; i < len; i++, at++) {
        while (i > 0 && text[at] && !is_plain(text[at]))
            at++;
        if (toupper((unsigned char)text[at]) != word[i])
            return 0;
    }
    return is_border(word[len - 1], text[at]) ? at : 0;
}

static bool has_word(const char *text, const char *word, size_t len)
{
    for (size_t i = 0; text[i]; i++)
        if ((i == 0 || is_border(word[0], text[i - 1])) && word_at(text + i, word, len))
            return true;
    return false;
}

/* Any of the words, which stand with a space between. */
static bool has_any(const char *text, const char *words)
{
    for (size_t len; text && *words; words += len + (words[len] == ' ')) {
        len = strcspn(words, " ");
        if (has_word(text, words, len))
            return true;
    }
    return false;
}

cert_set certificate_kinds(const char *scheme, const char *standard)
{
    cert_set all = 0;
    for (size_t i = 0; i < LENGTH(KINDS); i++)
        if (has_any(scheme, KINDS[i].words) || has_any(standard, KINDS[i].words))
            all |= (cert_set)1 << i;
    cert_set parts = (cert_set)1 << CERT_KIND_CYBER_1 | (cert_set)1 << CERT_KIND_CYBER_2;
    return all & parts ? all & ~((cert_set)1 << CERT_KIND_CYBER) : all; /* the standard's part says more */
}

cert_set cert_kinds_for(enum cert_purpose p)
{
    cert_set all = 0;
    for (size_t i = 0; i < LENGTH(KINDS); i++)
        if (KINDS[i].purpose == p)
            all |= (cert_set)1 << i;
    return p == CERT_FOR_CYBER
               ? all | cert_kinds_for(CERT_FOR_DEVELOPMENT) | cert_kinds_for(CERT_FOR_SECURITY)
               : all;
}

const char *cert_kind_code(enum cert_kind k)
{
    return KINDS[k].code;
}

const char *certificate_key(struct arena *a, const char *number)
{
    struct text t = text_new(a);
    for (const char *s = number; *s; s++)
        if (is_plain(*s))
            text_add_c(&t, (char)toupper((unsigned char)*s));
    return t.len ? text_str(&t) : number;
}

/* ---- scopes ---- */

/* Beginnings of words. */
static const struct {
    const char *stem;
    unsigned activity;
} ACTIVITIES[] = {
    {"distribut", CERT_DISTRIBUTES}, {"broker", CERT_DISTRIBUTES}, {"stock", CERT_DISTRIBUTES},
    {"sourc", CERT_DISTRIBUTES},     {"procur", CERT_DISTRIBUTES}, {"purchas", CERT_DISTRIBUTES},
    {"sale", CERT_DISTRIBUTES},      {"sell", CERT_DISTRIBUTES},   {"resale", CERT_DISTRIBUTES},
    {"resell", CERT_DISTRIBUTES},    {"trad", CERT_DISTRIBUTES},   {"suppl", CERT_DISTRIBUTES},
    {"test", CERT_TESTS},            {"inspect", CERT_TESTS},      {"laborator", CERT_TESTS},
    {"calibrat", CERT_TESTS},        {"authenticat", CERT_TESTS},  {"manufactur", CERT_MAKES},
    {"assembl", CERT_MAKES},         {"design", CERT_MAKES},       {"produc", CERT_MAKES},
    {"fabricat", CERT_MAKES},        {"repair", CERT_REPAIRS},     {"maint", CERT_REPAIRS},
    {"overhaul", CERT_REPAIRS},
};

unsigned certificate_activities(const char *scope)
{
    unsigned all = 0;
    for (size_t at = 0; scope && scope[at]; at++) {
        if (at > 0 && is_plain(scope[at - 1]))
            continue;
        for (size_t i = 0; i < LENGTH(ACTIVITIES); i++)
            if (strncasecmp(scope + at, ACTIVITIES[i].stem, strlen(ACTIVITIES[i].stem)) == 0)
                all |= ACTIVITIES[i].activity;
    }
    return all;
}

/* ---- names in a free text ---- */

static bool is_publisher(const char *word)
{
    static const char *const WORDS[] = {"IEC", "ISO", "EN", "DIN", "TS", "TR", "PROFILE"};
    bool is = false;
    for (size_t i = 0; !is && i < LENGTH(WORDS); i++)
        is = strcmp(word, WORDS[i]) == 0;
    return is;
}

bool certificate_text_names(struct arena *a, const char *text, const char *name)
{
    static const char BETWEEN[] = " \t,;/";
    size_t named = 0;
    for (size_t len; *name; name += len) {
        name += strspn(name, BETWEEN);
        len = strcspn(name, BETWEEN);
        const char *word = certificate_key(a, arena_strndup(a, name, len));
        if (!len || is_publisher(word))
            continue;
        if (!has_word(text, word, strlen(word)))
            return false;
        named++;
    }
    return named > 0;
}

/* ---- security levels ---- */

const char *const SECURITY_REQUIREMENT[SECURITY_REQUIREMENTS] = {"IAC", "UC", "SI", "DC", "RDF", "TRE", "RA"};

static const char *skip_marks(const char *s)
{
    while (*s && !is_plain(*s))
        s++;
    return s;
}

/* One of the requirements' names; SECURITY_REQUIREMENTS: none. */
static size_t requirement_at(const char *s, size_t *len)
{
    for (size_t i = 0; i < SECURITY_REQUIREMENTS; i++) {
        *len = strlen(SECURITY_REQUIREMENT[i]);
        if (strncasecmp(s, SECURITY_REQUIREMENT[i], *len) == 0 && !isalpha((unsigned char)s[*len]))
            return i;
    }
    return SECURITY_REQUIREMENTS;
}

/* "SL", "SL-C", "SL-T(..)" before the level. */
static const char *skip_prefix(const char *s)
{
    s = skip_marks(s);
    if (strncasecmp(s, "SL", 2) != 0)
        return s;
    s = skip_marks(s + 2);
    return *s && strchr("CcTt", *s) && !isalpha((unsigned char)s[1]) ? skip_marks(s + 1) : s;
}

bool security_levels(const char *level, uint8_t out[static SECURITY_REQUIREMENTS])
{
    uint8_t levels[SECURITY_REQUIREMENTS] = {0};
    size_t numbers = 0, named = 0, len;
    for (const char *s = skip_prefix(level); *s; s = skip_marks(s)) {
        size_t at = requirement_at(s, &len);
        bool is_named = at < SECURITY_REQUIREMENTS;
        s = is_named ? skip_marks(s + len) : s;
        at = is_named ? at : numbers;
        if (!isdigit((unsigned char)*s) || *s - '0' > SECURITY_LEVEL_MAX || is_plain(s[1]) ||
            at >= SECURITY_REQUIREMENTS)
            return false;
        levels[at] = (uint8_t)(*s++ - '0');
        named += is_named;
        numbers += !is_named;
    }
    bool is_one = numbers == 1 && named == 0;
    if (!is_one && !(named > 0 && numbers == 0) && !(numbers == SECURITY_REQUIREMENTS && named == 0))
        return false;
    for (size_t i = 0; i < SECURITY_REQUIREMENTS; i++)
        out[i] = is_one ? levels[0] : levels[i];
    return true;
}
