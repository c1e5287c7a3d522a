/*
 * unicode - see the header.  Most text is ASCII and never reaches ICU.
 */
#include "pedigree/model/unicode.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

struct wide {
    UChar *at;
    int32_t len;
};

/* ICU's own form: fills `to`, says how long the whole is. */
typedef int32_t step_fn(const UChar *at, int32_t len, UChar *to, int32_t cap,
                        UErrorCode *code);

static int32_t nfkc(const UChar *at, int32_t len, UChar *to, int32_t cap,
                    UErrorCode *code)
{
    return unorm2_normalize(unorm2_getNFKCInstance(code), at, len, to, cap, code);
}

static int32_t casefold(const UChar *at, int32_t len, UChar *to, int32_t cap,
                        UErrorCode *code)
{
    return unorm2_normalize(unorm2_getNFKCCasefoldInstance(code), at, len, to, cap, code);
}

static int32_t to_upper(const UChar *at, int32_t len, UChar *to, int32_t cap,
                        UErrorCode *code)
{
    return u_strToUpper(to, cap, at, len, "", code);
}

static void succeed(UErrorCode code)
{
    if (U_FAILURE(code))
        abort(); /* no data file, or no memory */
}

static struct wide stepped(struct arena *a, struct wide in, step_fn *step)
{
    UErrorCode code = U_ZERO_ERROR;
    int32_t cap = 2 * in.len + 16;
    struct wide out = {ARENA_ARRAY(a, UChar, (size_t)cap), 0};
    out.len = step(in.at, in.len, out.at, cap, &code);
    if (code == U_BUFFER_OVERFLOW_ERROR) {
        code = U_ZERO_ERROR;
        out.at = ARENA_ARRAY(a, UChar, (size_t)out.len + 1);
        out.len = step(in.at, in.len, out.at, out.len + 1, &code);
    }
    succeed(code);
    return out;
}

static struct wide widened(struct arena *a, const char *s)
{
    UErrorCode code = U_ZERO_ERROR;
    size_t len = strlen(s);
    struct wide w = {ARENA_ARRAY(a, UChar, len + 1), 0};
    if (len > INT32_MAX / 4)
        abort(); /* no record is as long */
    u_strFromUTF8WithSub(w.at, (int32_t)len + 1, &w.len, s, (int32_t)len, 0xfffd, NULL,
                         &code);
    succeed(code);
    return w;
}

static char *narrowed(struct arena *a, struct wide w)
{
    UErrorCode code = U_ZERO_ERROR;
    size_t cap = 3 * (size_t)w.len + 1;
    char *s = arena_alloc(a, cap);
    u_strToUTF8(s, (int32_t)cap, NULL, w.at, w.len, &code);
    succeed(code);
    return s;
}

/* All dashes and spaces are of the plane that one UChar reaches, but one that no keyboard
 * has (U+10EAD). */
static void plain_marks(struct wide w)
{
    for (int32_t i = 0; i < w.len; i++) {
        if (w.at[i] < 0x80 || U16_IS_SURROGATE(w.at[i]))
            continue;
        if (u_hasBinaryProperty(w.at[i], UCHAR_DASH))
            w.at[i] = '-';
        else if (u_isUWhiteSpace(w.at[i]))
            w.at[i] = ' ';
    }
}

static bool is_ascii(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s >= 0x80)
            return false;
    return true;
}

char *unicode_plain(struct arena *a, const char *s)
{
    if (is_ascii(s))
        return arena_strdup(a, s);
    struct wide w = stepped(a, widened(a, s), nfkc);
    plain_marks(w);
    return narrowed(a, w);
}

static char *ascii_cased(struct arena *a, const char *s, char first, char last)
{
    char *out = arena_strdup(a, s);
    for (char *c = out; *c; c++)
        if (*c >= first && *c <= last)
            *c = (char)(*c ^ ('a' ^ 'A'));
    return out;
}

char *unicode_lower(struct arena *a, const char *s)
{
    if (is_ascii(s))
        return ascii_cased(a, s, 'A', 'Z');
    struct wide w = stepped(a, widened(a, s), casefold);
    plain_marks(w);
    return narrowed(a, w);
}

char *unicode_upper(struct arena *a, const char *s)
{
    if (is_ascii(s))
        return ascii_cased(a, s, 'a', 'z');
    struct wide w = stepped(a, widened(a, s), casefold);
    w = stepped(a, stepped(a, w, to_upper), nfkc);
    plain_marks(w);
    return narrowed(a, w);
}

static bool is_visible(UChar32 c)
{
    return c >= 0 && u_isgraph(c) &&
           !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

/* The character at s, which has len bytes; negative if it is none.  ICU's macro knows no
 * -Wconversion. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
static UChar32 next_character(const char *s, size_t len, size_t *i)
{
    UChar32 c;
    U8_NEXT((const uint8_t *)s, *i, len, c);
    return c;
}
#pragma GCC diagnostic pop

bool unicode_is_blank(const char *s)
{
    size_t len = strlen(s);
    for (size_t i = 0; i < len;) {
        UChar32 c = next_character(s, len, &i);
        if (c < 0 || is_visible(c))
            return false;
    }
    return true;
}

bool unicode_is_mark(const char *s, size_t *len)
{
    *len = 0;
    UChar32 c = next_character(s, strnlen(s, U8_MAX_LENGTH), len);
    return c >= 0 && (U_GET_GC_MASK(c) &
                      (U_GC_P_MASK | U_GC_S_MASK | U_GC_Z_MASK | U_GC_CC_MASK)) != 0;
}
