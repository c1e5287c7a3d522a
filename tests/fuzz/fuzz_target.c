/*
 * fuzz_target - what a request line asks for: a route with its parameters, or words.
 *
 * An input is "METHOD target".  What a path and a query decode to is text that any layer
 * may hold, and written anew with every byte escaped it comes to the same route and the
 * same values.  A parameter that is refused is named.
 */
#include "fuzz.h"

#include "api/handlers.h"
#include "api/parameters.h"
#include "http/exchange.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/config.h"

#include <assert.h>
#include <string.h>

enum { VALUES_MAX = 24 };

static void is_told(const struct error *err)
{
    assert(err->code != ERR_OK && err->code != ERR_INTERNAL && err->detail[0]);
    assert(err->code == ERR_NOT_FOUND || err->code == ERR_METHOD || err->where[0] ||
           strstr(err->detail, "query"));
}

static void add_escaped(struct text *t, const char *s)
{
    for (; *s; s++)
        text_addf(t, "%%%02X", (unsigned char)*s);
}

static const char *path_again(struct arena *a, const struct routing *r)
{
    struct text t = text_new(a);
    size_t n = 0;
    for (const char *at = r->route->pattern; *at;) {
        size_t plain = strcspn(at, "{");
        text_add_n(&t, at, plain);
        at += plain;
        if (*at)
            add_escaped(&t, r->parameters[n++].value);
        at += strcspn(at, "}");
        at += *at == '}';
    }
    assert(n == r->parameters_len);
    return text_str(&t);
}

static const char *query_again(struct arena *a, const struct routing *r)
{
    struct text t = text_new(a);
    for (size_t i = 0; i < r->query_len; i++) {
        text_add(&t, i > 0 ? "&" : "");
        add_escaped(&t, r->query[i].name);
        text_add(&t, "=");
        add_escaped(&t, r->query[i].value);
    }
    return text_str(&t);
}

static void are_same(const struct named *x, const struct named *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assert(strcmp(x[i].name, y[i].name) == 0 && strcmp(x[i].value, y[i].value) == 0);
        assert(text_is_utf8(x[i].name, strlen(x[i].name)));
        assert(text_is_utf8(x[i].value, strlen(x[i].value)));
    }
}

static void comes_to_the_same(struct arena *a, const char *method,
                              const struct routing *r)
{
    struct routing again = {0};
    struct error err = {0};
    bool ok = routing_find(a, ROUTES, ROUTES_LEN, method, path_again(a, r),
                           query_again(a, r), &again, &err);
    assert(ok && again.route == r->route && again.query_len == r->query_len);
    are_same(r->parameters, again.parameters, r->parameters_len);
    are_same(r->query, again.query, r->query_len);
}

static const char *value_of(const struct operation *o, const char **values,
                            const char *name)
{
    for (size_t i = 0; i < o->parameters->len; i++)
        if (strcmp(o->parameters->at[i].name, name) == 0)
            return values[i];
    return NULL;
}

static void parameters_are_read(struct exchange *x)
{
    const struct operation *o = &OPERATIONS[x->rq.route - ROUTES];
    const char *values[VALUES_MAX];
    struct error err = {0};
    int64_t limit = 0, seq;
    assert(o->parameters->len <= VALUES_MAX);
    if (!parameters_read(&x->rq, o->parameters, values, &err)) {
        is_told(&err);
        return;
    }
    bool ok = parameters_limit(&x->rq, value_of(o, values, "limit"), &limit, &err);
    assert(ok && limit >= 1 && limit <= 10000);
    for (size_t i = 0; i < o->parameters->len; i++)
        assert(!values[i] || values[i][0]);
    if (strstr(o->pattern, "{seq}") && !path_seq(&x->rq, &seq, &err))
        assert(strcmp(err.where, "seq") == 0);
    const char *party;
    if (strstr(o->pattern, "{organisation}") &&
        !path_party(&x->rq, "organisation", &party, &err))
        assert(strcmp(err.where, "organisation") == 0);
}

static void ask(struct exchange *x, const char *method, const char *uri)
{
    struct arena *a = &x->rq.arena;
    const char *path, *query;
    struct error err = {0};
    uri_split(a, uri, &path, &query);
    if (!routing_find(a, ROUTES, ROUTES_LEN, method, path, query, &x->routing, &err)) {
        is_told(&err);
        assert((err.code == ERR_METHOD) == (x->routing.allow != NULL));
        return;
    }
    x->rq.route = x->routing.route;
    comes_to_the_same(a, method, &x->routing);
    parameters_are_read(x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct config config;
    struct api api = {.config = &config};
    struct exchange x = {.rq.context = &api};
    config_init(&config);
    arena_init(&x.rq.arena, 0);
    char *line = arena_strndup(&x.rq.arena, (const char *)data, size);
    char *target = strchr(line, ' ');
    if (target)
        *target++ = '\0';
    ask(&x, target ? line : "GET", target ? target : line);
    arena_reset(&x.rq.arena);
    config_done(&config);
    return 0;
}
