/* text - see the header. */
#include "pedigree/base/text.h"

#include <stdio.h>
#include <string.h>

enum { LIKELY_BYTES = 32 }; /* of one text_addf() */

struct text text_new(struct arena *a)
{
    return (struct text){.arena = a};
}

void text_make_room(struct text *t, size_t more)
{
    size_t need = t->len + more, cap = t->cap < 64 ? 64 : t->cap;
    if (need <= t->cap)
        return;
    while (cap < need)
        cap *= 2;
    char *at = arena_raw(t->arena, cap);
    if (t->len > 0)
        memcpy(at, t->at, t->len);
    t->at = at;
    t->cap = cap;
}

void text_add_n(struct text *t, const char *s, size_t n)
{
    if (n > 0)
        memcpy(text_more(t, n), s, n);
}

void text_add(struct text *t, const char *s)
{
    text_add_n(t, s, strlen(s));
}

void text_add_int(struct text *t, int64_t n)
{
    char digits[24], *at = digits + sizeof digits;
    uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;
    do
        *--at = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (n < 0)
        *--at = '-';
    text_add_n(t, at, (size_t)(digits + sizeof digits - at));
}

void text_addf(struct text *t, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    text_make_room(t, LIKELY_BYTES);
    size_t room = t->cap - t->len;
    int n = vsnprintf(t->at + t->len, room, fmt, ap);
    if (n >= 0 && (size_t)n >= room) {
        text_make_room(t, (size_t)n + 1);
        vsnprintf(t->at + t->len, (size_t)n + 1, fmt, again);
    }
    t->len += n > 0 ? (size_t)n : 0;
    va_end(again);
    va_end(ap);
}

char *text_str(struct text *t)
{
    text_make_room(t, 1);
    t->at[t->len] = '\0';
    return t->at;
}

/* Well-formed sequences (RFC 3629): by first byte, the length and the second byte's
 * range. */
static const struct {
    unsigned char first, last, len, low, high;
} SEQUENCES[] = {
    {0x00, 0x7f, 1, 0, 0},       {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf},
    {0xe1, 0xec, 3, 0x80, 0xbf}, {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf},
    {0xf0, 0xf0, 4, 0x90, 0xbf}, {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

/* Length of the UTF-8 sequence at s, 0 if it is none. */
static size_t utf8_sequence(const unsigned char *s, size_t n)
{
    size_t i = 0, all = sizeof SEQUENCES / sizeof *SEQUENCES;
    while (i < all && !(s[0] >= SEQUENCES[i].first && s[0] <= SEQUENCES[i].last))
        i++;
    if (i == all || SEQUENCES[i].len > n)
        return 0;
    if (SEQUENCES[i].len > 1 && (s[1] < SEQUENCES[i].low || s[1] > SEQUENCES[i].high))
        return 0;
    for (size_t k = 2; k < SEQUENCES[i].len; k++)
        if ((s[k] & 0xc0) != 0x80)
            return 0;
    return SEQUENCES[i].len;
}

bool text_is_utf8(const char *s, size_t n)
{
    const unsigned char *at = (const unsigned char *)s;
    for (size_t i = 0; i < n;) {
        size_t len = utf8_sequence(at + i, n - i);
        if (len == 0)
            return false;
        i += len;
    }
    return true;
}

/* Returns how many bytes of `at` were written. */
static size_t json_add_one(struct text *t, const unsigned char *at, size_t n)
{
    static const char NAMED[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (const char *p = NAMED; *p; p += 2)
        if ((unsigned char)*p == *at) {
            text_add_n(t, (char[]){'\\', p[1]}, 2);
            return 1;
        }
    size_t len = utf8_sequence(at, n);
    if (len == 0)
        text_add(t, "\xef\xbf\xbd"); /* U+FFFD: what we send is always UTF-8 */
    else if (*at < 0x20 || *at == 0x7f)
        text_addf(t, "\\u%04x", *at);
    else
        text_add_n(t, (const char *)at, len);
    return len > 0 ? len : 1;
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

void text_json(struct text *t, const char *s)
{
    if (!s) {
        text_add(t, "null");
        return;
    }
    const unsigned char *at = (const unsigned char *)s;
    size_t n = strlen(s);
    text_add_n(t, "\"", 1);
    for (size_t i = 0; i < n;) {
        size_t plain = 0;
        while (i + plain < n && is_plain(at[i + plain]))
            plain++;
        text_add_n(t, s + i, plain);
        i += plain;
        if (i < n)
            i += json_add_one(t, at + i, n - i);
    }
    text_add_n(t, "\"", 1);
}

char *text_trim(char *s)
{
    s += strspn(s, " \t\r\n");
    size_t n = strlen(s);
    while (n > 0 && strchr(" \t\r\n", s[n - 1]))
        n--;
    s[n] = '\0';
    return s;
}

bool text_is(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Optimal string alignment: `row` of three in turn, each from the two before. */
size_t text_distance(const char *a, const char *b, size_t max)
{
    enum { LONGEST = 255 };
    size_t rows[3][LONGEST + 1];
    size_t m = strlen(a), n = strlen(b);
    if (n > LONGEST || (m > n ? m - n : n - m) > max)
        return max + 1;
    for (size_t j = 0; j <= n; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];
        size_t least = row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            row[j] = min3(above[j - 1] + (a[i - 1] != b[j - 1]), above[j] + 1, row[j - 1] + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                two_above[j - 2] + 1 < row[j])
                row[j] = two_above[j - 2] + 1;
            least = row[j] < least ? row[j] : least;
        }
        if (least > max)
            return max + 1;
    }
    return rows[m % 3][n] > max ? max + 1 : rows[m % 3][n];
}

static bool same_letters(const char *a, const char *b)
{
    int seen[256] = {0};
    size_t m = strlen(a);
    if (m != strlen(b))
        return false;
    for (size_t i = 0; i < m; i++) {
        seen[(unsigned char)a[i]]++;
        seen[(unsigned char)b[i]]--;
    }
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
        if (seen[i])
            return false;
    return true;
}

static const char *next_letter(const char *s)
{
    return s + strspn(s, " ._-");
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_is_alike(const char *a, const char *b)
{
    a = next_letter(a);
    b = next_letter(b);
    if (!*a)
        return false;
    while (*a && lower(*a) == lower(*b)) {
        a = next_letter(a + 1);
        b = next_letter(b + 1);
    }
    return !*a && !*b;
}

const char *text_nearest(const char *word, const char *const *table, size_t n)
{
    size_t max = strlen(word) / 3;
    const char *nearest = NULL;
    for (size_t i = 0; i < n; i++)
        if (text_is_alike(word, table[i]))
            return table[i];
    for (size_t i = 0; i < n; i++) {
        size_t d = text_distance(word, table[i], max);
        bool is_nearer = !nearest || d < max || (same_letters(word, table[i]) && !same_letters(word, nearest));
        if (d > max || !is_nearer)
            continue;
        nearest = table[i];
        max = d;
    }
    return nearest;
}
