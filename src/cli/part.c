/* part - pedigree part: what is known of a part number. */
#include "session.h"

#include <stdio.h>

enum exit_status command_part(struct session *s)
{
    CLEANUP(json_cleanup) json_t *part = NULL;
    const char *path =
        arena_printf(s->arena, "/v1/parts/%s/%s", url_escape(s->arena, s->args.words[0]),
                     url_escape(s->arena, s->args.words[1]));
    enum exit_status status = session_fetch(s, path, "stock", JSON_OBJECT, &part);
    if (!part)
        return status;
    struct text out = text_new(s->arena);
    outline_add(&out, part, 0);
    fputs(text_str(&out), stdout);
    return STATUS_FINE;
}
