/* wire - PostgreSQL's binary formats: our arguments out, its columns in. */
#include "wire.h"

#include "pedigree/base/cleanup.h"

#include <assert.h>
#include <endian.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Type numbers of pg_type.dat; they never change. */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_NAME = 19,
    OID_INT8 = 20,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_BYTEAS = 1001,
    OID_INT4S = 1007,
    OID_TEXTS = 1009,
    OID_INT8S = 1016,
    OID_VARCHAR = 1043
};

static const struct {
    Oid type, element;
} ARG_OIDS[] = {
    [ARG_TEXT] = {OID_TEXT, 0},
    [ARG_INT8] = {OID_INT8, 0},
    [ARG_INT4] = {OID_INT4, 0},
    [ARG_BOOL] = {OID_BOOL, 0},
    [ARG_BYTES] = {OID_BYTEA, 0},
    [ARG_TEXTS] = {OID_TEXTS, OID_TEXT},
    [ARG_INT8S] = {OID_INT8S, OID_INT8},
    [ARG_INT4S] = {OID_INT4S, OID_INT4},
    [ARG_BYTESES] = {OID_BYTEAS, OID_BYTEA},
};

static const struct {
    Oid oids[3];
    const char *word;
    int len; /* of the binary value; -1: any */
} COLUMN_TYPES[] = {
    [DB_TEXT] = {{OID_TEXT, OID_VARCHAR, OID_NAME}, "text", -1},
    [DB_INT8] = {{OID_INT8}, "bigint", 8},
    [DB_INT4] = {{OID_INT4}, "integer", 4},
    [DB_BOOL] = {{OID_BOOL}, "boolean", 1},
    [DB_BYTES] = {{OID_BYTEA}, "bytea", -1},
};

Oid wire_type(enum arg_type t)
{
    return ARG_OIDS[t].type;
}

static void put4(char **to, uint32_t v)
{
    uint32_t big = htobe32(v);
    memcpy(*to, &big, sizeof big);
    *to += sizeof big;
}

static void put8(char **to, uint64_t v)
{
    uint64_t big = htobe64(v);
    memcpy(*to, &big, sizeof big);
    *to += sizeof big;
}

static void put_bytes(char **to, const void *at, size_t len)
{
    if (len)
        memcpy(*to, at, len);
    *to += len;
}

/* One array element as bytes; at == NULL is SQL NULL.  Integers are made in `scratch`. */
static struct bytes element(const struct arg *arg, size_t i, char scratch[static 8])
{
    char *to = scratch;
    const uint8_t *made = (const uint8_t *)scratch;
    switch (arg->type) {
    case ARG_INT8S:
        put8(&to, (uint64_t)arg->int8s[i]);
        return (struct bytes){arg->int8s[i] == INT64_MIN ? NULL : made, 8};
    case ARG_INT4S:
        put4(&to, (uint32_t)arg->int4s[i]);
        return (struct bytes){arg->int4s[i] == INT32_MIN ? NULL : made, 4};
    case ARG_TEXTS: {
        const char *s = arg->texts[i];
        return (struct bytes){(const uint8_t *)s, s ? strlen(s) : 0};
    }
    case ARG_BYTESES:
        return arg->byteses[i];
    case ARG_TEXT:
    case ARG_INT8:
    case ARG_INT4:
    case ARG_BOOL:
    case ARG_BYTES:
        break;
    }
    abort(); /* not an array */
}

static struct wire encode_array(struct arena *a, const struct arg *arg)
{
    char scratch[8];
    size_t size = 20;
    bool has_null = false;
    for (size_t i = 0; i < arg->len; i++) {
        struct bytes e = element(arg, i, scratch);
        size += 4 + (e.at ? e.len : 0);
        has_null |= !e.at;
    }
    assert(size <= INT_MAX);
    char *at = arena_alloc(a, size), *to = at;
    put4(&to, arg->len > 0);
    put4(&to, has_null);
    put4(&to, ARG_OIDS[arg->type].element);
    if (arg->len) {
        put4(&to, (uint32_t)arg->len);
        put4(&to, 1);
    }
    for (size_t i = 0; i < arg->len; i++) {
        struct bytes e = element(arg, i, scratch);
        put4(&to, e.at ? (uint32_t)e.len : UINT32_MAX);
        if (e.at)
            put_bytes(&to, e.at, e.len);
    }
    return (struct wire){ARG_OIDS[arg->type].type, at, (int)(to - at)};
}

static struct wire copied(struct arena *a, Oid type, const void *at, size_t len)
{
    assert(len <= INT_MAX);
    if (!at)
        return (struct wire){type, NULL, 0};
    char *copy = arena_alloc(a, len + 1), *to = copy;
    put_bytes(&to, at, len);
    return (struct wire){type, copy, (int)len};
}

struct wire wire_encode(struct arena *a, const struct arg *arg)
{
    char fixed[8] = {0}, *to = fixed;
    Oid type = ARG_OIDS[arg->type].type;
    switch (arg->type) {
    case ARG_TEXT:
        return copied(a, type, arg->text, arg->text ? strlen(arg->text) : 0);
    case ARG_BYTES:
        return copied(a, type, arg->bytes.at, arg->bytes.len);
    case ARG_INT8:
        put8(&to, (uint64_t)arg->int8);
        return copied(a, type, arg->int8 == INT64_MIN ? NULL : fixed, 8);
    case ARG_INT4:
        put4(&to, (uint32_t)arg->int4);
        return copied(a, type, arg->int4 == INT32_MIN ? NULL : fixed, 4);
    case ARG_BOOL:
        fixed[0] = arg->boolean;
        return copied(a, type, fixed, 1);
    case ARG_TEXTS:
    case ARG_INT8S:
    case ARG_INT4S:
    case ARG_BYTESES:
        break;
    }
    return encode_array(a, arg);
}

static bool is_column_type(enum db_type t, Oid oid)
{
    for (size_t i = 0; i < LENGTH(COLUMN_TYPES[t].oids); i++)
        if (oid && COLUMN_TYPES[t].oids[i] == oid)
            return true;
    return false;
}

bool wire_check(const struct query *q, const PGresult *res, struct error *err)
{
    if (!q->row)
        return true;
    if ((size_t)PQnfields(res) != q->row_len)
        return error_set(err, ERR_INTERNAL, "query %s: %d columns, not %zu", q->name,
                         PQnfields(res), q->row_len);
    for (int i = 0; i < PQnfields(res); i++) {
        const struct column *c = &q->row[i];
        if (strcmp(PQfname(res, i), c->name) != 0)
            return error_set(err, ERR_INTERNAL, "query %s: column %d is %s, not %s",
                             q->name, i + 1, PQfname(res, i), c->name);
        if (!is_column_type(c->type, PQftype(res, i)))
            return error_set(err, ERR_INTERNAL, "query %s: column %s has type %u, not %s",
                             q->name, c->name, PQftype(res, i),
                             COLUMN_TYPES[c->type].word);
    }
    return true;
}

static void decode_null(enum db_type t, void *to)
{
    switch (t) {
    case DB_TEXT:
        *(const char **)to = NULL;
        break;
    case DB_INT8:
        *(int64_t *)to = INT64_MIN;
        break;
    case DB_INT4:
        *(int32_t *)to = INT32_MIN;
        break;
    case DB_BOOL:
        *(bool *)to = false;
        break;
    case DB_BYTES:
        *(struct bytes *)to = (struct bytes){NULL, 0};
        break;
    }
}

static void decode_value(struct arena *a, enum db_type t, const char *at, size_t len,
                         void *to)
{
    uint64_t eight;
    uint32_t four;
    switch (t) {
    case DB_TEXT:
        *(const char **)to = arena_strndup(a, at, len);
        break;
    case DB_INT8:
        memcpy(&eight, at, sizeof eight);
        *(int64_t *)to = (int64_t)be64toh(eight);
        break;
    case DB_INT4:
        memcpy(&four, at, sizeof four);
        *(int32_t *)to = (int32_t)be32toh(four);
        break;
    case DB_BOOL:
        *(bool *)to = *at != 0;
        break;
    case DB_BYTES: {
        uint8_t *copy = arena_alloc(a, len + 1);
        memcpy(copy, at, len);
        *(struct bytes *)to = (struct bytes){copy, len};
        break;
    }
    }
}

bool wire_decode(struct arena *a, const struct query *q, const PGresult *res,
                 struct rows *out, struct error *err)
{
    size_t n = (size_t)PQntuples(res);
    char *at = arena_alloc(a, n * q->row_size + 1);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < q->row_len; j++) {
            const struct column *c = &q->row[j];
            void *to = at + i * q->row_size + c->offset;
            int row = (int)i, col = (int)j, len = PQgetlength(res, row, col);
            int wanted = COLUMN_TYPES[c->type].len;
            if (PQgetisnull(res, row, col)) {
                decode_null(c->type, to);
                continue;
            }
            if (wanted >= 0 && len != wanted)
                return error_set(err, ERR_INTERNAL, "query %s: %s has %d bytes, not %d",
                                 q->name, c->name, len, wanted);
            decode_value(a, c->type, PQgetvalue(res, row, col), (size_t)len, to);
        }
    }
    *out = (struct rows){at, n};
    return true;
}
