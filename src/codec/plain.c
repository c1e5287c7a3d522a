/* plain - see the header. */
#include "plain.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { DEPTH_MAX = RECORD_MAX_DEPTH - 1, DIGITS_MAX = 15 }; /* of lists and objects with something in them */

struct reader {
    const char *at, *end;
    int depth;
    size_t values;
};

struct piece_of_text {
    const char *at;
    size_t len;
};

DEFINE_CLEANUP(json_t, json, json_decref)

static json_t *value(struct reader *r);

/* The next byte that is no blank; 0: the end, or what is odd. */
static char next(struct reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
        r->at++;
    return r->at < r->end ? *r->at : '\0';
}

static bool take(struct reader *r, char c)
{
    if (next(r) != c)
        return false;
    r->at++;
    return true;
}

static bool text(struct reader *r, struct piece_of_text *out)
{
    if (!take(r, '"'))
        return false;
    const char *from = r->at;
    unsigned char seen = 0;
    for (; r->at < r->end && *r->at != '"'; r->at++) {
        unsigned char c = (unsigned char)*r->at;
        if (c < 0x20 || c == '\\')
            return false;
        seen |= c;
    }
    *out = (struct piece_of_text){from, (size_t)(r->at - from)};
    return take(r, '"') && (seen < 0x80 || text_is_utf8(out->at, out->len));
}

static bool member(struct reader *r, json_t *object)
{
    struct piece_of_text key;
    if (!text(r, &key) || !take(r, ':') || json_object_getn(object, key.at, key.len))
        return false;
    json_t *v = value(r);
    return v && json_object_setn_new_nocheck(object, key.at, key.len, v) == 0;
}

static bool item(struct reader *r, json_t *array)
{
    json_t *v = value(r);
    return v && json_array_append_new(array, v) == 0;
}

/* `list` is the new, empty list or object that the byte just taken begins. */
static json_t *filled(struct reader *r, json_t *list, char end, bool (*add)(struct reader *, json_t *))
{
    CLEANUP(json_cleanup) json_t *owned = list;
    if (take(r, end))
        return TAKE(owned);
    if (++r->depth > DEPTH_MAX)
        return NULL;
    do
        if (++r->values > RECORD_MAX_VALUES || !add(r, list))
            return NULL;
    while (take(r, ','));
    r->depth--;
    return take(r, end) ? TAKE(owned) : NULL;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static json_t *whole_number(struct reader *r)
{
    const char *from = r->at;
    int64_t n = 0;
    for (; r->at < r->end && is_digit(*r->at) && r->at - from < DIGITS_MAX; r->at++)
        n = n * 10 + (*r->at - '0');
    bool is_odd = (*from == '0' && r->at - from > 1) || r->at == r->end || is_digit(*r->at) ||
                  *r->at == '.' || *r->at == 'e' || *r->at == 'E';
    return is_odd ? NULL : json_integer(n);
}

static json_t *word(struct reader *r)
{
    static const struct {
        const char *word;
        json_t *(*make)(void);
    } WORDS[] = {{"true", json_true}, {"false", json_false}, {"null", json_null}};
    size_t len = 0, most = (size_t)(r->end - r->at);
    while (len < most && ((r->at[len] >= 'a' && r->at[len] <= 'z') || (r->at[len] >= 'A' && r->at[len] <= 'Z')))
        len++;
    for (size_t i = 0; i < LENGTH(WORDS); i++)
        if (len == strlen(WORDS[i].word) && memcmp(r->at, WORDS[i].word, len) == 0) {
            r->at += len;
            return WORDS[i].make();
        }
    return NULL;
}

static json_t *value(struct reader *r)
{
    struct piece_of_text t;
    char c = next(r);
    if (c == '"')
        return text(r, &t) ? json_stringn_nocheck(t.at, t.len) : NULL;
    if (is_digit(c))
        return whole_number(r);
    if (take(r, '{'))
        return filled(r, json_object(), '}', member);
    if (take(r, '['))
        return filled(r, json_array(), ']', item);
    return word(r);
}

json_t *plain_object(const char *json, size_t len, size_t *values)
{
    struct reader r = {json, json + len, 0, 0};
    CLEANUP(json_cleanup) json_t *tree = next(&r) == '{' ? value(&r) : NULL;
    *values = r.values;
    return next(&r) == '\0' && r.at == r.end ? TAKE(tree) : NULL;
}
