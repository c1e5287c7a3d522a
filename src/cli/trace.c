/* trace - pedigree trace: the chain of a lot as a tree, as Graphviz, or as it came. */
#include "lots.h"
#include "tree.h"

#include <stdio.h>

static const struct {
    enum option_id option;
    const char *word; /* of the query */
    bool up, down;
} DIRECTIONS[] = {
    {OPT_UP, "up", true, false},
    {OPT_DOWN, "down", false, true},
    {OPT_BOTH, "both", true, true},
};

/* The row asked for, 0 (up) if none is; --up --down is both. */
static size_t direction_of(const struct args *args)
{
    bool is_up = args->values[OPT_UP] != NULL, is_down = args->values[OPT_DOWN] != NULL;
    if (args->values[OPT_BOTH] || (is_up && is_down))
        return 2;
    return is_down ? 1 : 0;
}

static enum exit_status print_dot(struct session *s, const char *path)
{
    struct error err = {0};
    struct reply reply;
    if (!client_get(s->client, s->arena, path, &reply, &err))
        return say_error(&err);
    if (reply.status != 200)
        return say_problem(s, &reply);
    fwrite(reply.body, 1, reply.len, stdout);
    return STATUS_FINE;
}

static void print_tree(struct session *s, const json_t *trace, size_t direction)
{
    struct text out = text_new(s->arena);
    struct tree_style style = {.is_ascii = s->args.values[OPT_ASCII] != NULL,
                               .has_colour = s->has_colour};
    bool both = DIRECTIONS[direction].up && DIRECTIONS[direction].down;
    if (both)
        text_add(&out, "Where it came from\n");
    style.is_up = true;
    if (DIRECTIONS[direction].up)
        tree_add(&out, trace, &style);
    if (both)
        text_add(&out, "\nWhere it went\n");
    style.is_up = false;
    if (DIRECTIONS[direction].down)
        tree_add(&out, trace, &style);
    tree_add_remarks(&out, trace);
    fputs(text_str(&out), stdout);
}

enum exit_status command_trace(struct session *s)
{
    size_t direction = direction_of(&s->args);
    struct text path = text_new(s->arena);
    text_add(&path, lot_path(s, "/trace"));
    url_add(&path, "direction", DIRECTIONS[direction].word);
    if (s->args.values[OPT_DOT]) {
        url_add(&path, "format", "dot");
        return print_dot(s, text_str(&path));
    }
    CLEANUP(json_cleanup) json_t *trace = NULL;
    enum exit_status status = session_fetch(s, text_str(&path), "nodes", JSON_ARRAY, &trace);
    if (trace)
        print_tree(s, trace, direction);
    return status;
}
