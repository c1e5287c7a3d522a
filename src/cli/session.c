/* session - see the header. */
#include "session.h"

#include <stdio.h>
#include <string.h>

/* What to do about an answer: the last row of 0 is for all others. */
static const struct {
    long status;
    enum exit_status means;
    const char *title; /* where the answer is no problem document */
    const char *what_to_do;
} ADVICE[] = {
    {400, STATUS_REFUSED, "the request cannot be read",
     "If the command line is right, client and server are of different versions: "
     "pedigree --version."},
    {401, STATUS_REFUSED, "no valid API key",
     "Keys come from whoever runs the server: pedigreed key add --organisation ORG "
     "--role ROLE. "
     "Give yours in PEDIGREE_KEY, in ~/.config/pedigree (key = ...) or with --key."},
    {403, STATUS_REFUSED, "this key may not do that",
     "The key's role or organisation does not allow it. Ask the operator for a key of "
     "the right "
     "role, or, for --on-behalf-of, to be named an agent of that organisation."},
    {404, STATUS_REFUSED, "no such thing",
     "Check how it is written (scheme:value and the holder's own lot code). What your "
     "key may not "
     "see looks the same as what is not there."},
    {405, STATUS_REFUSED, "not possible here",
     "The server may be older than this program, or not a pedigreed: check --server."},
    {409, STATUS_REFUSED, "the id is taken by other content",
     "Give the record another id, or void the first one."},
    {413, STATUS_REFUSED, "past a limit of the server",
     "Send less at once; without --atomic files of any size are sent in pieces."},
    {414, STATUS_REFUSED, "the request is too long",
     "No name or code is as long as that: look at what the command line became."},
    {422, STATUS_REFUSED, "the request is well formed but wrong",
     "Mend what is named above."},
    {429, STATUS_UNREACHABLE, "too many requests", "Try again in a while."},
    {431, STATUS_REFUSED, "the request's headers are too long",
     "No key is as long as that: look at what PEDIGREE_KEY, --key or ~/.config/pedigree "
     "holds."},
    {500, STATUS_UNREACHABLE, "the server failed",
     "Its log says more, at the request's id. Sending records again is safe."},
    {502, STATUS_UNREACHABLE, "a proxy cannot reach the server", "Try again in a while."},
    {503, STATUS_UNREACHABLE, "the server is not able just now",
     "Try again in a while; sending records again is safe. Whoever runs it sees what is "
     "missing "
     "at /readyz."},
    {504, STATUS_UNREACHABLE, "a proxy does not hear from the server",
     "Try again in a while."},
    {0, STATUS_REFUSED, "an unexpected answer", "Check --server: is this a pedigreed?"},
};

const char *session_ink(const struct session *s, enum ink i)
{
    return ink(s->has_colour, i);
}

enum exit_status say_error(const struct error *err)
{
    struct arena a;
    arena_init(&a, 0);
    fprintf(stderr, "pedigree: %s%s%s\n", screen_clean(&a, err->where),
            *err->where ? ": " : "", screen_clean(&a, err->detail));
    if (err->code == ERR_UNAVAILABLE)
        fputs("  Is pedigreed running, and is this its address? It comes from --server, "
              "PEDIGREE_URL\n"
              "  or ~/.config/pedigree.\n",
              stderr);
    arena_reset(&a);
    return err->code == ERR_UNAVAILABLE ? STATUS_UNREACHABLE
           : err->code == ERR_INVALID   ? STATUS_USAGE
                                        : STATUS_REFUSED;
}

enum exit_status problem_add(struct text *out, const struct settings *settings,
                             const struct reply *reply)
{
    struct arena *a = out->arena;
    CLEANUP(json_cleanup) json_t *problem = json_loads(reply->body, 0, NULL);
    const char *title = field(a, problem, "title"), *detail = field(a, problem, "detail");
    const char *pointer = field(a, problem, "pointer");
    if (!pointer)
        pointer = field(a, problem, "parameter");
    size_t i = 0;
    while (ADVICE[i].status && ADVICE[i].status != reply->status)
        i++;
    text_addf(out, "pedigree: %s (%ld)", title ? title : ADVICE[i].title, reply->status);
    if (detail)
        text_addf(out, ": %s", detail);
    if (pointer && *pointer)
        text_addf(out, "\n  at %s", pointer);
    text_addf(out, "\n  %s\n", ADVICE[i].what_to_do);
    if (reply->retry_after_s > 0)
        text_addf(out, "  The server asks to wait %lld s.\n",
                  (long long)reply->retry_after_s);
    if (reply->location)
        text_addf(out, "  It points to %s: use that with --server if it is yours.\n",
                  screen_clean(a, reply->location));
    if (reply->status == 401 && settings->is_key_kept_back)
        text_addf(out, "  %s has a key, but for another url: it was not sent to %s.\n",
                  settings->path, settings->url);
    return ADVICE[i].means;
}

enum exit_status say_problem(const struct session *s, const struct reply *reply)
{
    struct text out = text_new(s->arena);
    enum exit_status status = problem_add(&out, &s->settings, reply);
    fputs(text_str(&out), stderr);
    return status;
}

static enum exit_status not_ours(const struct session *s, const json_t *json,
                                 const char *has)
{
    struct error err = {0};
    if (json)
        error_at(&err, ERR_INTERNAL, s->settings.url,
                 "the answer has no \"%s\": is this a pedigreed?", has);
    else
        error_at(&err, ERR_INTERNAL, s->settings.url,
                 "the answer is no JSON: is this a pedigreed?");
    return say_error(&err);
}

static bool has_member(const json_t *json, const char *has, json_type type)
{
    const json_t *v = json_object_get(json, has);
    return v && json_typeof(v) == type;
}

static enum exit_status take_answer(struct session *s, const struct reply *reply, const char *has,
                                    json_type type, json_t **out)
{
    if (reply->status != 200)
        return say_problem(s, reply);
    CLEANUP(json_cleanup) json_t *json = json_loadb(reply->body, reply->len, 0, NULL);
    if (!has_member(json, has, type))
        return not_ours(s, json, has);
    if (s->args.values[OPT_JSON]) {
        fwrite(reply->body, 1, reply->len, stdout);
        if (reply->len > 0 && reply->body[reply->len - 1] != '\n')
            putchar('\n');
    }
    *out = TAKE(json);
    return STATUS_FINE;
}

static enum exit_status fetch_page(struct session *s, const char *path, const char *has,
                                   json_type type, json_t **out)
{
    struct error err = {0};
    struct reply reply;
    if (!client_get(s->client, s->arena, path, &reply, &err))
        return say_error(&err);
    return take_answer(s, &reply, has, type, out);
}

enum exit_status session_post(struct session *s, const struct post *post, const char *has, json_type type, json_t **out)
{
    CLEANUP(json_cleanup) json_t *json = NULL;
    struct error err = {0};
    struct reply reply;
    if (!client_post(s->client, s->arena, post, &reply, &err))
        return say_error(&err);
    enum exit_status status = take_answer(s, &reply, has, type, &json);
    if (status == STATUS_FINE && !s->args.values[OPT_JSON])
        *out = TAKE(json);
    return status;
}

enum exit_status session_fetch(struct session *s, const char *path, const char *has,
                               json_type type, json_t **out)
{
    CLEANUP(json_cleanup) json_t *json = NULL;
    enum exit_status status = fetch_page(s, path, has, type, &json);
    if (status == STATUS_FINE && !s->args.values[OPT_JSON])
        *out = TAKE(json);
    return status;
}

/* Path of the next page: `path` with limit and cursor. */
static const char *page_path(struct session *s, const char *path, int64_t left,
                             const char *cursor)
{
    enum { PAGE_MAX = 500 };
    struct text url = text_new(s->arena);
    text_add(&url, path);
    if (left > 0)
        url_add(&url, "limit",
                arena_printf(s->arena, "%lld",
                             (long long)(left < PAGE_MAX ? left : PAGE_MAX)));
    url_add(&url, "cursor", cursor);
    return text_str(&url);
}

/* How far a list is followed, and how far it got. */
struct listing {
    entry_fn print;  /* NULL: the page was printed as it came */
    int64_t left;    /* 0: the first page, whatever it holds */
    bool is_counted; /* `left` is --limit */
    int64_t shown;
    const char *cursor; /* of the next page; NULL: none */
};

static void print_page(struct session *s, const json_t *page, struct listing *l)
{
    const json_t *items = member(page, "items");
    for (size_t i = 0; i < json_array_size(items); i++) {
        if (l->is_counted && l->left == 0)
            return;
        if (l->print)
            l->print(s, json_array_get(items, i));
        l->left -= l->is_counted;
        l->shown++;
    }
}

static enum exit_status same_again(const struct session *s)
{
    struct error err = {0};
    error_at(&err, ERR_INTERNAL, s->settings.url,
             "the answer names the same page as the next one: the list is not all here");
    return say_error(&err);
}

/* One page, in memory of its own; the cursor goes on to `keep`. */
static enum exit_status follow(struct session *s, const char *path, struct arena *keep,
                               struct listing *l)
{
    CLEANUP(json_cleanup) json_t *page = NULL;
    enum exit_status status = fetch_page(s, page_path(s, path, l->left, l->cursor),
                                         "items", JSON_ARRAY, &page);
    if (status != STATUS_FINE)
        return status;
    print_page(s, page, l);
    const char *next = json_string_value(member(page, "next"));
    if (next && l->cursor && strcmp(next, l->cursor) == 0)
        return same_again(s);
    l->cursor = next ? arena_strdup(keep, next) : NULL;
    return STATUS_FINE;
}

static enum exit_status follow_all(struct session *s, const char *path, struct listing *l)
{
    struct arena *keep = s->arena, page;
    enum exit_status status;
    arena_init(&page, 0);
    s->arena = &page;
    do {
        status = follow(s, path, keep, l);
        arena_reset(&page);
    } while (status == STATUS_FINE && l->cursor &&
             (l->left > 0 || (l->print && l->shown == 0)));
    s->arena = keep;
    return status;
}

enum exit_status session_list(struct session *s, const char *path, const char *nothing,
                              entry_fn print)
{
    struct error err = {0};
    int64_t limit;
    if (!args_number(&s->args, OPT_LIMIT, INT32_MAX, 0, &limit, &err))
        return say_error(&err);
    if (s->args.values[OPT_LIMIT] && limit == 0) {
        error_at(&err, ERR_INVALID, "--limit", "0 would show nothing");
        return say_error(&err);
    }
    if (s->args.values[OPT_ALL] && !s->args.values[OPT_LIMIT])
        limit = INT64_MAX;
    bool is_json = s->args.values[OPT_JSON] != NULL, goes_on = limit > 0;
    struct listing l = {.print = is_json ? NULL : print,
                        .left = limit,
                        .is_counted = s->args.values[OPT_LIMIT] != NULL};
    enum exit_status status = follow_all(s, path, &l);
    if (status != STATUS_FINE)
        return status;
    if (l.shown == 0 && !is_json)
        puts(nothing);
    if (l.cursor && !goes_on)
        fputs("There is more: --all for everything, --limit N for some of it.\n", stderr);
    return STATUS_FINE;
}
