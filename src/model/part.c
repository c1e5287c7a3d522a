/* part - see the header. */
#include "pedigree/model/part.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/model/unicode.h"

#include <string.h>

static const char SEPARATORS[] = "-_/.,+#() \t\r\n";

/* What order codes end in to say how the parts are packed; `parted`: only after a
 * separator, because the letters alone may well belong to the device. */
static const struct {
    const char *text;
    bool parted;
} PACKING[] = {
    {"REEL7", false}, {"REEL13", false}, {"REEL", false}, {"TRPBF", false},
    {"TAPE", true},   {"TR", false},     {"T&R", false},  {"TNR", true},
    {"NOPB", true},   {"PBF", true},     {"TUBE", true},  {"TRAY", true},
    {"CT", true},     {"RL7", true},     {"RL", true},    {"R7", true},
    {"ND", true},     {"T", true},      {"T1G", false},  {"T3G", false},
    {"R2G", false},   {"TRL", true},    {"CUTTAPE", true},
};
enum { BASE_LEAST = 4 }; /* what is left must still be a part number */

static bool is_separator(char c)
{
    return c && strchr(SEPARATORS, c);
}

static const char *stripped(struct arena *a, const char *s, size_t len)
{
    struct text t = text_new(a);
    for (size_t i = 0; i < len; i++)
        if (!is_separator(s[i]))
            text_add_n(&t, s + i, 1);
    return t.len > 0 ? text_str(&t) : s;
}

const char *part_key(struct arena *a, const char *mpn)
{
    if (!mpn)
        return NULL;
    const char *upper = unicode_upper(a, mpn);
    /* Once more: an accent behind a separator now stands behind a letter. */
    return unicode_upper(a, stripped(a, upper, strlen(upper)));
}

static bool has_digit(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (s[i] >= '0' && s[i] <= '9')
            return true;
    return false;
}

/* Length without one packing suffix and the separators before it. */
static size_t without_packing(const char *s, size_t len)
{
    for (size_t i = 0; i < LENGTH(PACKING); i++) {
        size_t n = strlen(PACKING[i].text);
        if (len < n + BASE_LEAST || memcmp(s + len - n, PACKING[i].text, n) != 0)
            continue;
        size_t left = len - n;
        if (PACKING[i].parted && !is_separator(s[left - 1]))
            continue;
        while (left > 0 && is_separator(s[left - 1]))
            left--;
        if (left >= BASE_LEAST && has_digit(s, left))
            return left;
    }
    return len;
}

const char *part_base(struct arena *a, const char *mpn)
{
    if (!mpn)
        return NULL;
    const char *upper = unicode_upper(a, mpn);
    size_t len = strlen(upper);
    for (size_t n; (n = without_packing(upper, len)) < len;)
        len = n;
    return unicode_upper(a, stripped(a, upper, len));
}
