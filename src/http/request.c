/* request - see the header.  A request is the first member of its exchange. */
#include "exchange.h"

#include "pedigree/base/cleanup.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct exchange *exchange_of(const struct request *rq)
{
    return (const struct exchange *)(const void *)rq;
}

static const char *find(const struct named *at, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(at[i].name, name) == 0)
            return at[i].value;
    return NULL;
}

const char *request_parameter(const struct request *rq, const char *name)
{
    const struct routing *r = &exchange_of(rq)->routing;
    return find(r->parameters, r->parameters_len, name);
}

const char *request_query(const struct request *rq, const char *name)
{
    const struct routing *r = &exchange_of(rq)->routing;
    return find(r->query, r->query_len, name);
}

bool request_query_at(const struct request *rq, size_t i, const char **name,
                      const char **value)
{
    const struct routing *r = &exchange_of(rq)->routing;
    if (i >= r->query_len)
        return false;
    *name = r->query[i].name;
    *value = r->query[i].value;
    return true;
}

bool request_number(const struct request *rq, const char *name, int64_t otherwise,
                    int64_t min, int64_t max, int64_t *out, struct error *err)
{
    const char *value = request_query(rq, name);
    if (!value) {
        *out = otherwise;
        return true;
    }
    char *end;
    errno = 0;
    long long n = strtoll(value, &end, 10);
    if (end == value || *end || errno != 0 || n < min || n > max)
        return error_at(err, ERR_MALFORMED, name,
                        "must be a whole number from %" PRId64 " to %" PRId64, min, max);
    *out = n;
    return true;
}

bool request_flag(const struct request *rq, const char *name, bool *out,
                  struct error *err)
{
    const char *value = request_query(rq, name);
    if (value && strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
        return error_at(err, ERR_MALFORMED, name, "must be true or false");
    *out = value && strcmp(value, "true") == 0;
    return true;
}

bool request_knows(const struct request *rq, const char *const *known, size_t n,
                   struct error *err)
{
    const struct routing *r = &exchange_of(rq)->routing;
    for (size_t i = 0; i < r->query_len; i++) {
        const char *name = r->query[i].name;
        size_t k = 0;
        while (k < n && strcmp(known[k], name) != 0)
            k++;
        if (k == n) {
            const char *near = text_nearest(name, known, n);
            return error_at(err, ERR_MALFORMED, name, "no such parameter here%s%s",
                            near ? "; did you mean " : "", near ? near : "");
        }
        if (find(r->query, i, name))
            return error_at(err, ERR_MALFORMED, name, "is given twice");
    }
    return true;
}

const char *request_header(const struct request *rq, const char *name)
{
    return MHD_lookup_connection_value(exchange_of(rq)->mhd, MHD_HEADER_KIND, name);
}

int64_t request_length(const struct request *rq)
{
    return exchange_of(rq)->length;
}
