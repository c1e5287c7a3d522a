/* finish - see the header. */
#include "pedigree/model/finish.h"

#include "pedigree/base/cleanup.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

enum { LONGEST = 128, CODES = 10 };

/* By the code: e0 has lead, e1 to e8 have none on purpose; e9 is not assigned. */
static const struct finish BY_CODE[CODES] = {
    {0, LEAD_IN, false, true},   {1, LEAD_FREE, false, true}, {2, LEAD_FREE, true, true},
    {3, LEAD_FREE, true, true},  {4, LEAD_FREE, false, true}, {5, LEAD_FREE, false, true},
    {6, LEAD_FREE, false, true}, {7, LEAD_FREE, false, true}, {8, LEAD_FREE, false, true},
    {9, LEAD_UNKNOWN, false, false},
};

/* In words, upper case without spaces and signs between; the first that is found counts.  `all`: only if
 * it is the whole text. */
/* clang-format off */
static const struct {
    const char *text;
    bool all;
    struct finish finish;
} WORDS[] = {
    {"PBFREE",   false, {-1, LEAD_FREE, false, false}}, {"LEADFREE", false, {-1, LEAD_FREE, false, false}},
    {"NOPB",     false, {-1, LEAD_FREE, false, false}}, {"NOLEAD",   false, {-1, LEAD_FREE, false, false}},
    {"WITHOUTLEAD", false, {-1, LEAD_FREE, false, false}},
    {"TINLEAD",  false, {0, LEAD_IN, false, true}},    {"LEADED",   false, {0, LEAD_IN, false, true}},
    {"SNPB",     false, {0, LEAD_IN, false, true}},    {"PBSN",     false, {0, LEAD_IN, false, true}},
    {"SN63",     false, {0, LEAD_IN, false, true}},    {"SN60",     false, {0, LEAD_IN, false, true}},
    {"63SN",     false, {0, LEAD_IN, false, true}},    {"60SN",     false, {0, LEAD_IN, false, true}},
    {"PB37",     false, {0, LEAD_IN, false, true}},    {"PB40",     false, {0, LEAD_IN, false, true}},
    {"SNAGCU",   false, {-1, LEAD_FREE, false, true}}, {"SAC",      false, {-1, LEAD_FREE, false, true}},
    {"NIPDAU",   false, {4, LEAD_FREE, false, true}},  {"NIPD",     false, {4, LEAD_FREE, false, true}},
    {"NIAU",     false, {4, LEAD_FREE, false, true}},  {"GOLD",     false, {4, LEAD_FREE, false, true}},
    {"SNBI",     false, {6, LEAD_FREE, false, true}},  {"SNZN",     false, {5, LEAD_FREE, false, true}},
    {"SNCU",     false, {2, LEAD_FREE, true, true}},   {"SNAG",     false, {2, LEAD_FREE, true, true}},
    {"MATTESN",  false, {3, LEAD_FREE, true, true}},   {"MATTETIN", false, {3, LEAD_FREE, true, true}},
    {"MATTSN",   false, {3, LEAD_FREE, true, true}},   {"PURETIN",  false, {3, LEAD_FREE, true, true}},
    {"PURESN",   false, {3, LEAD_FREE, true, true}},   {"BRIGHTTIN", false, {3, LEAD_FREE, true, true}},
    {"100SN",    false, {3, LEAD_FREE, true, true}},   {"SN100",    false, {3, LEAD_FREE, true, true}},
    {"TIN",      true,  {3, LEAD_FREE, true, true}},   {"SN",       true,  {3, LEAD_FREE, true, true}},
    {"AU",       true,  {4, LEAD_FREE, false, true}},
};

/* Endings of order codes; `parted`: only behind a sign, as letters alone may belong to the device. */
static const struct {
    const char *text;
    bool parted;
    enum lead lead;
} ENDINGS[] = {
    {"NOPB", true, LEAD_FREE}, {"PBF", false, LEAD_FREE}, {"PBFREE", false, LEAD_FREE},
    {"LF", true, LEAD_FREE},   {"E3", true, LEAD_FREE},   {"SNPB", false, LEAD_IN},
};
/* clang-format on */

/* Letters and digits alone, in upper case; false: longer than any finish. */
static bool squeeze(const char *s, char out[static LONGEST])
{
    size_t n = 0;
    for (; *s && n < LONGEST - 1; s++)
        if (isalnum((unsigned char)*s))
            out[n++] = (char)toupper((unsigned char)*s);
    out[n] = '\0';
    return !*s;
}

static bool is_code(const char *s)
{
    return (s[0] == 'e' || s[0] == 'E') && isdigit((unsigned char)s[1]) &&
           !isalnum((unsigned char)s[2]);
}

static bool has_word(const char *plain, size_t i)
{
    return WORDS[i].all ? strcmp(plain, WORDS[i].text) == 0 : strstr(plain, WORDS[i].text) != NULL;
}

struct finish finish_read(const char *text)
{
    const struct finish unknown = {.code = -1};
    char plain[LONGEST];
    if (!text)
        return unknown;
    for (const char *s = text; *s; s++)
        if ((s == text || !isalnum((unsigned char)s[-1])) && is_code(s))
            return BY_CODE[s[1] - '0'];
    if (!squeeze(text, plain))
        return unknown;
    struct finish found = unknown; /* "Pb-free, matte Sn": of what is only said to be free of lead more may be told */
    for (size_t i = 0; i < LENGTH(WORDS) && !found.is_told; i++)
        if (has_word(plain, i) && (found.lead == LEAD_UNKNOWN || WORDS[i].finish.lead == found.lead))
            found = WORDS[i].finish;
    return found;
}

enum lead finish_of_mpn(const char *mpn)
{
    size_t len = mpn ? strlen(mpn) : 0;
    for (size_t i = 0; i < LENGTH(ENDINGS); i++) {
        size_t n = strlen(ENDINGS[i].text);
        if (len <= n || strcasecmp(mpn + len - n, ENDINGS[i].text) != 0)
            continue;
        if (!ENDINGS[i].parted || !isalnum((unsigned char)mpn[len - n - 1]))
            return ENDINGS[i].lead;
    }
    return LEAD_UNKNOWN;
}

const char *lead_word(enum lead l)
{
    static const char *const LEADS[] = {
        [LEAD_UNKNOWN] = "", [LEAD_FREE] = "lead-free", [LEAD_IN] = "leaded"};
    return LEADS[l];
}
