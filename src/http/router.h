/* router - from method and raw URI to a row of the table and decoded parameters. */
#pragma once

#include "pedigree/http/route.h"

enum { PARAMETERS_MAX = 8 };

struct named {
    const char *name, *value;
};

struct routing {
    const struct route *route;
    struct named parameters[PARAMETERS_MAX];
    size_t parameters_len;
    struct named *query; /* decoded, in order */
    size_t query_len;
    const char *allow; /* what an Allow header would say; NULL: no such path */
};

/* Path and query of a request target, both still encoded; "http://host" in front is dropped. */
void uri_split(struct arena *a, const char *uri, const char **path, const char **query);
/*
 * Finds the row.  MALFORMED: an escape is broken, decodes to NUL or to no UTF-8.  NOT_FOUND,
 * METHOD (then `allow` is set).
 */
bool routing_find(struct arena *a, const struct route *routes, size_t n, const char *method,
                  const char *path, const char *query, struct routing *out, struct error *err);
