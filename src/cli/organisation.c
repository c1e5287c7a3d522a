/* organisation - pedigree organisation: its certificates on a day, as known on another. */
#include "session.h"

#include <stdio.h>
#include <string.h>

static enum ink ink_of_status(const char *status)
{
    return text_is(status, "active") ? INK_GREEN : text_is(status, "not-issued") ? INK_DIM : INK_RED;
}

/* "IECQ_AP_CAP, AS6081" */
static const char *kinds_text(struct arena *a, const json_t *kinds)
{
    struct text t = text_new(a);
    size_t i;
    json_t *kind;
    json_array_foreach(kinds, i, kind)
        text_addf(&t, "%s%s", i ? ", " : "", screen_clean(a, json_string_value(kind)));
    return t.len ? text_str(&t) : "of no known kind";
}

/* "active 2020-01-01..2022-12-31, expired 2023-01-01.." */
static void add_statuses(struct text *out, const json_t *statuses)
{
    size_t i;
    json_t *x;
    json_array_foreach(statuses, i, x)
    {
        const char *from = field(out->arena, x, "from"), *to = field(out->arena, x, "to");
        text_addf(out, "%s%s %s..%s", i ? ", " : "            ", field(out->arena, x, "status"), from ? from : "",
                  to ? to : "");
    }
    text_add(out, i ? "\n" : "");
}

static void add_certificate(struct session *s, struct text *out, const json_t *c)
{
    struct arena *a = out->arena;
    const char *status = field(a, c, "status"), *scope = field(a, c, "scope"), *body = field(a, c, "body");
    text_addf(out, "%s%-10s%s  %s%s %s%s  %s%s%s%s\n", session_ink(s, ink_of_status(status)), status ? status : "?",
              session_ink(s, INK_PLAIN), session_ink(s, INK_BOLD), field(a, c, "scheme"), field(a, c, "number"),
              session_ink(s, INK_PLAIN), kinds_text(a, member(c, "kinds")), body ? ", by " : "", body ? body : "",
              json_is_true(member(c, "claimed")) ? ", claimed" : "");
    if (scope)
        text_addf(out, "            %s\n", scope);
    add_statuses(out, member(c, "statuses"));
}

enum exit_status command_organisation(struct session *s)
{
    CLEANUP(json_cleanup) json_t *page = NULL;
    struct text path = text_new(s->arena), out = text_new(s->arena);
    size_t i;
    json_t *c;
    text_addf(&path, "/v1/organisations/%s/certificates", url_escape(s->arena, s->args.words[0]));
    url_add(&path, "on", s->args.values[OPT_ON]);
    url_add(&path, "known", s->args.values[OPT_KNOWN]);
    enum exit_status status = session_fetch(s, text_str(&path), "items", JSON_ARRAY, &page);
    if (!page)
        return status;
    text_addf(&out, "%s%s%s  on %s, as known on %s\n", session_ink(s, INK_BOLD), field(s->arena, page, "organisation"),
              session_ink(s, INK_PLAIN), field(s->arena, page, "on"), field(s->arena, page, "known"));
    json_array_foreach(member(page, "items"), i, c) add_certificate(s, &out, c);
    if (json_array_size(member(page, "items")) == 0)
        text_add(&out, "No certificates.\n");
    fputs(text_str(&out), stdout);
    return STATUS_FINE;
}
