/* scorecard - pedigree scorecard: who it is, what it holds, and what became of what it sold. */
#include "session.h"

#include <inttypes.h>
#include <stdio.h>

static const char *told(struct session *s, const json_t *json, const char *path)
{
    const char *text = field(s->arena, json, path);
    return text ? text : "-";
}

static int64_t number(const json_t *json, const char *path)
{
    return json_integer_value(member(json, path));
}

static void add_title(struct session *s, struct text *out, const char *title)
{
    text_addf(out, "\n%s%s%s\n", session_ink(s, INK_BOLD), title, session_ink(s, INK_PLAIN));
}

static void add_names(struct session *s, struct text *out, const json_t *organisation)
{
    size_t i, also = 0;
    json_t *name;
    const char *asked = told(s, organisation, "organisation");
    text_addf(out, "%s%s%s", session_ink(s, INK_BOLD), asked, session_ink(s, INK_PLAIN));
    json_array_foreach(member(organisation, "names"), i, name)
        if (!text_is(json_string_value(name), asked))
            text_addf(out, "%s%s", also++ ? ", " : "  also ", screen_clean(s->arena, json_string_value(name)));
    text_add(out, "\n");
}

static void add_records(struct session *s, struct text *out, const json_t *list, const char *title, const char *const paths[4])
{
    size_t i;
    json_t *item;
    if (json_array_size(list))
        add_title(s, out, title);
    json_array_foreach(list, i, item)
        text_addf(out, "  %-26s %-22s %s to %s\n", told(s, item, paths[0]), told(s, item, paths[1]), told(s, item, paths[2]),
                  told(s, item, paths[3]));
}

static const char *percent(struct session *s, int64_t ppm)
{
    return arena_printf(s->arena, "%" PRId64 ".%" PRId64 " %%", ppm / 10000, ppm / 1000 % 10);
}

static void add_outcome(struct session *s, struct text *out, const json_t *o, const char *whom)
{
    char lots[28];
    if (!o) {
        text_addf(out, "  sold to %-5s not told: fewer than five others bought\n", whom);
        return;
    }
    int64_t n = number(o, "lots");
    text_addf(out, "  sold to %-5s %s lot%s", whom, screen_number(n, lots), n == 1 ? "" : "s");
    if (n > 0)
        text_addf(out, ", %" PRId64 " found suspect: %s (%s to %s)", number(o, "suspect"), percent(s, number(o, "suspectRate.ppm")),
                  percent(s, number(o, "suspectRate.lowerPpm")), percent(s, number(o, "suspectRate.upperPpm")));
    if (member(o, "corroboratedPpm"))
        text_addf(out, "; %s of hops recorded by both sides", percent(s, number(o, "corroboratedPpm")));
    text_add(out, "\n");
}

static void add_scorecard(struct session *s, struct text *out, const json_t *card)
{
    size_t i;
    json_t *flag;
    add_title(s, out, "scorecard");
    add_outcome(s, out, member(card, "own"), "you");
    add_outcome(s, out, member(card, "all"), "all");
    if (number(card, "notices.changes") + number(card, "notices.discontinuances") > 0)
        text_addf(out, "  notices       %" PRId64 " of %" PRId64 " changes and %" PRId64 " of %" PRId64 " discontinuances came late\n",
                  number(card, "notices.lateChanges"), number(card, "notices.changes"), number(card, "notices.lateDiscontinuances"),
                  number(card, "notices.discontinuances"));
    if (json_array_size(member(card, "flags")))
        text_addf(out, "\n  %-24s %-8s %10s %10s\n", "lots flagged, sold", "rule", "yours", "all");
    json_array_foreach(member(card, "flags"), i, flag)
        text_addf(out, "  %s to %s %-8s %10s %10s\n", told(s, flag, "from"), told(s, flag, "until"), told(s, flag, "rule"),
                  told(s, flag, "own"), told(s, flag, "all"));
}

enum exit_status command_scorecard(struct session *s)
{
    static const char *const CERTIFICATE[4] = {"record.scheme", "record.number", "record.issued", "record.expires"};
    static const char *const AUTHORIZATION[4] = {"record.kind", "record.by", "record.from", "record.to"};
    CLEANUP(json_cleanup) json_t *organisation = NULL;
    const char *path = arena_printf(s->arena, "/v1/organisations/%s", url_escape(s->arena, s->args.words[0]));
    enum exit_status status = session_fetch(s, path, "scorecard", JSON_OBJECT, &organisation);
    if (!organisation)
        return status;
    struct text out = text_new(s->arena);
    add_names(s, &out, organisation);
    add_records(s, &out, member(organisation, "certificates"), "certificates", CERTIFICATE);
    add_records(s, &out, member(organisation, "authorizations"), "authorizations", AUTHORIZATION);
    add_scorecard(s, &out, member(organisation, "scorecard"));
    fputs(text_str(&out), stdout);
    return STATUS_FINE;
}
