/* rules - pedigree rules: the catalogue that is running, or one rule with all that is
 * said of it. */
#include "session.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *told(struct session *s, const json_t *rule, const char *name)
{
    const char *value = field(s->arena, rule, name);
    return value ? value : "?";
}

/* As a policy has it, if one does. */
static void print_row(struct session *s, const json_t *rule)
{
    const json_t *set = member(rule, "inForce");
    const char *severity = told(s, set ? set : rule, "severity");
    printf("%s%-8s%s  %-8s  %s", session_ink(s, ink_of_grade(severity)), severity,
           session_ink(s, INK_PLAIN), told(s, rule, "id"), told(s, rule, "title"));
    if (set)
        printf("  (%s in the catalogue; record %s)", told(s, rule, "severity"), told(s, set, "record"));
    putchar('\n');
}

static enum exit_status print_one(struct session *s, const json_t *items, const char *id)
{
    struct error err = {0};
    size_t i;
    json_t *rule;
    json_array_foreach(items, i, rule)
    {
        const char *its = field(s->arena, rule, "id");
        if (!its || strcasecmp(its, id) != 0)
            continue;
        struct text out = text_new(s->arena);
        outline_add(&out, rule, 0);
        fputs(text_str(&out), stdout);
        return STATUS_FINE;
    }
    error_at(&err, ERR_NOT_FOUND, id,
             "no such rule is running; pedigree rules lists them");
    return say_error(&err);
}

enum exit_status command_rules(struct session *s)
{
    CLEANUP(json_cleanup) json_t *catalogue = NULL;
    enum exit_status status = session_fetch(s, "/v1/rules", "items", JSON_ARRAY, &catalogue);
    const json_t *items = member(catalogue, "items");
    size_t i;
    json_t *rule;
    if (!catalogue)
        return status;
    if (s->args.words_len > 0)
        return print_one(s, items, s->args.words[0]);
    json_array_foreach(items, i, rule) print_row(s, rule);
    return STATUS_FINE;
}
