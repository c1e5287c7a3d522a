/* likeness - see the header. */
#include "pedigree/model/likeness.h"

#include "pedigree/base/text.h"
#include "pedigree/model/unicode.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uspoof.h>

enum { PLAIN_FIRST = 0x20, PLAIN_END = 0x7f };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static USpoofChecker *checker; /* only read, by any thread, once it is made */
static char plain[PLAIN_END - PLAIN_FIRST][8]; /* skeletons of the ASCII characters, one by one */

static void succeed(UErrorCode code)
{
    if (U_FAILURE(code))
        abort(); /* no data file, or no memory */
}

static int32_t skeleton(const char *s, char *to, int32_t cap)
{
    UErrorCode code = U_ZERO_ERROR;
    int32_t len = uspoof_getSkeletonUTF8(checker, 0, s, -1, to, cap, &code);
    if (code != U_BUFFER_OVERFLOW_ERROR)
        succeed(code);
    return len;
}

static void make_checker(void)
{
    UErrorCode code = U_ZERO_ERROR;
    checker = uspoof_open(&code);
    succeed(code);
    uspoof_setChecks(checker, USPOOF_RESTRICTION_LEVEL, &code);
    succeed(code);
    for (int c = PLAIN_FIRST; c < PLAIN_END; c++)
        skeleton((const char[]){(char)c, '\0'}, plain[c - PLAIN_FIRST], sizeof *plain);
}

static bool is_ascii(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < PLAIN_FIRST || (unsigned char)*s >= PLAIN_END)
            return false;
    return true;
}

const char *likeness_skeleton(struct arena *a, const char *s)
{
    pthread_once(&once, make_checker);
    if (is_ascii(s)) {
        struct text t = text_new(a);
        for (; *s; s++)
            text_add(&t, plain[*s - PLAIN_FIRST]);
        return text_str(&t);
    }
    int32_t len = skeleton(s, NULL, 0);
    char *to = arena_alloc(a, (size_t)len + 1);
    skeleton(s, to, len + 1);
    return to;
}

/* The micro sign is no letter of a script; what it is normalized to is. */
static bool is_mixed(const char *s)
{
    UErrorCode code = U_ZERO_ERROR;
    int32_t found = uspoof_check2UTF8(checker, s, -1, NULL, &code);
    succeed(code);
    return found != 0;
}

enum script likeness_script(struct arena *a, const char *mpn)
{
    pthread_once(&once, make_checker);
    const char *s = unicode_plain(a, mpn);
    if (is_ascii(s))
        return SCRIPT_PLAIN;
    if (!is_ascii(likeness_skeleton(a, s)))
        return strstr(s, "\u03bc") ? SCRIPT_PLAIN : SCRIPT_OTHER;
    return is_mixed(s) ? SCRIPT_IMITATES : SCRIPT_WHOLE;
}

/* ---- slips ---- */

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Both have the same length. */
static bool is_one_apart(const char *a, const char *b)
{
    size_t i = 0;
    while (a[i] && a[i] == b[i])
        i++;
    if (!a[i])
        return false;
    return strcmp(a + i + 1, b + i + 1) == 0 ||
           (a[i + 1] && a[i] == b[i + 1] && a[i + 1] == b[i] && strcmp(a + i + 2, b + i + 2) == 0);
}

/* `longer` has one more. */
static enum slip one_more(const char *shorter, const char *longer, size_t len)
{
    size_t i = 0;
    while (i < len && shorter[i] == longer[i])
        i++;
    if (i == len)
        return is_letter(longer[len]) ? SLIP_ENDING : SLIP_ONE;
    return strcmp(shorter + i, longer + i + 1) == 0 ? SLIP_ONE : SLIP_NONE;
}

enum slip likeness_slip(const char *key, const char *other)
{
    size_t m = strlen(key), n = strlen(other);
    if (m == n)
        return is_one_apart(key, other) ? SLIP_ONE : SLIP_NONE;
    if (m + 1 == n)
        return one_more(key, other, m);
    return n + 1 == m ? one_more(other, key, n) : SLIP_NONE;
}
