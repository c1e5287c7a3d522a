/* checkpoint - see the header. */
#include "pedigree/tlog/checkpoint.h"

#include "pedigree/base/base64.h"
#include "pedigree/base/cleanup.h"

#include <inttypes.h>
#include <string.h>

#define PROOF "c2sp.org/tlog-proof@v1\n"

/* ---- lines ---- */

/* The next line, without its \n; moves behind it; false: there is none that ends. */
static bool next_line(const char **at, const char *end, struct span *out)
{
    const char *stop = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;
    if (!stop)
        return false;
    *out = (struct span){*at, (size_t)(stop - *at)};
    *at = stop + 1;
    return true;
}

/* Decimal without leading zeros, at most INT64_MAX. */
static bool number(struct span s, int64_t *out)
{
    const char *digits = s.at;
    int64_t n = 0;
    if (s.len == 0 || s.len > 19 || (s.len > 1 && digits[0] == '0'))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (digits[i] < '0' || digits[i] > '9' || __builtin_mul_overflow(n, 10, &n) ||
            __builtin_add_overflow(n, digits[i] - '0', &n))
            return false;
    }
    *out = n;
    return true;
}

static bool hash_parse(struct span line, struct hash *out)
{
    struct arena a;
    struct span bytes;
    enum { BASE64_LEN = 44 };
    if (line.len != BASE64_LEN)
        return false;
    arena_init(&a, 0);
    bool ok = base64_decode(&a, line.at, line.len, &bytes) && bytes.len == SHA256_LEN;
    if (ok)
        memcpy(out->at, bytes.at, SHA256_LEN);
    arena_reset(&a);
    return ok;
}

static void add_hash(struct text *t, const struct hash *h)
{
    base64_add(t, h->at, SHA256_LEN);
    text_add_c(t, '\n');
}

/* ---- checkpoints ---- */

const char *checkpoint_text(struct arena *a, const struct checkpoint *c)
{
    struct text t = text_new(a);
    text_addf(&t, "%s\n%" PRId64 "\n", c->origin, c->size);
    add_hash(&t, &c->root);
    return text_str(&t);
}

static bool is_no_checkpoint(struct error *err, const char *why)
{
    return error_set(err, ERR_INVALID, "is no checkpoint: %s", why);
}

bool checkpoint_parse(struct arena *a, const char *text, size_t len, struct checkpoint *out, struct error *err)
{
    const char *at = text, *end = text + len;
    struct span origin, size, root, more;
    if (!next_line(&at, end, &origin) || origin.len == 0)
        return is_no_checkpoint(err, "its first line names the log");
    if (!next_line(&at, end, &size) || !number(size, &out->size))
        return is_no_checkpoint(err, "its second line is the size, in decimal");
    if (!next_line(&at, end, &root) || !hash_parse(root, &out->root))
        return is_no_checkpoint(err, "its third line is the root, 32 bytes in base64");
    while (at < end)
        if (!next_line(&at, end, &more) || more.len == 0)
            return is_no_checkpoint(err, "an extension line is empty, or does not end");
    out->origin = arena_strndup(a, origin.at, origin.len);
    return true;
}

/* ---- receipts ---- */

void path_add(const struct tree_path *path, struct text *out)
{
    for (size_t i = 0; i < path->len; i++)
        add_hash(out, &path->hashes[i]);
}

const char *receipt_text(struct arena *a, const struct receipt *r)
{
    struct text t = text_new(a);
    text_add(&t, PROOF);
    if (r->extra.len) {
        text_add(&t, "extra ");
        base64_add(&t, r->extra.at, r->extra.len);
        text_add_c(&t, '\n');
    }
    text_addf(&t, "index %" PRId64 "\n", r->index);
    path_add(&r->path, &t);
    text_add_c(&t, '\n');
    text_add_n(&t, r->checkpoint, r->checkpoint_len);
    return text_str(&t);
}

/* Behind the word and a blank; false: the line begins otherwise. */
static bool behind(struct span line, const char *word, struct span *out)
{
    size_t n = strlen(word);
    if (line.len < n || memcmp(line.at, word, n) != 0)
        return false;
    *out = (struct span){(const char *)line.at + n, line.len - n};
    return true;
}

static bool is_no_receipt(struct error *err, const char *why)
{
    return error_set(err, ERR_INVALID, "is no receipt: %s", why);
}

bool path_parse(const char **at, const char *end, struct tree_path *out, struct error *err)
{
    struct span line;
    out->len = 0;
    while (*at < end && **at != '\n') {
        if (out->len == LENGTH(out->hashes))
            return is_no_receipt(err, "it has more hashes than any tree is high");
        if (!next_line(at, end, &line) || !hash_parse(line, &out->hashes[out->len++]))
            return is_no_receipt(err, "a line of its path is not 32 bytes in base64");
    }
    return true;
}

bool receipt_parse(struct arena *a, const char *bytes, size_t len, struct receipt *out, struct error *err)
{
    const char *at = bytes, *end = bytes + len;
    struct span line, rest;
    *out = (struct receipt){0};
    if (len > RECEIPT_MAX)
        return is_no_receipt(err, "it is longer than 128 KiB");
    if (memchr(bytes, '\0', len))
        return is_no_receipt(err, "it holds a NUL");
    if (len < sizeof PROOF - 1 || memcmp(bytes, PROOF, sizeof PROOF - 1) != 0)
        return is_no_receipt(err, "its first line is c2sp.org/tlog-proof@v1");
    at += sizeof PROOF - 1;
    if (!next_line(&at, end, &line))
        return is_no_receipt(err, "it ends behind its first line");
    if (behind(line, "extra ", &rest)) {
        if (!base64_decode(a, rest.at, rest.len, &out->extra) || out->extra.len == 0)
            return is_no_receipt(err, "its extra is not base64");
        if (!next_line(&at, end, &line))
            return is_no_receipt(err, "it ends behind its extra");
    }
    if (!behind(line, "index ", &rest) || !number(rest, &out->index))
        return is_no_receipt(err, "a line \"index\" with a decimal number follows");
    if (!path_parse(&at, end, &out->path, err))
        return false;
    if (!next_line(&at, end, &line) || at == end)
        return is_no_receipt(err, "an empty line and a signed checkpoint end it");
    out->checkpoint = arena_strndup(a, at, (size_t)(end - at));
    out->checkpoint_len = (size_t)(end - at);
    return true;
}
