/* records - pedigree records: everything recorded about a lot, a line each. */
#include "lots.h"

#include <stdio.h>

/* What tells one record from another, where it has it. */
static const struct {
    const char *path, *before;
} TOLD[] = {
    {"quantity", "pieces "},
    {"lot.quantity", "pieces "},
    {"from.organisation", "from "},
    {"to.organisation", "to "},
    {"seller", "sold by "},
    {"how", ""},
    {"result", "result "},
    {"answer", "answer "},
    {"reason", ""},
    {"reference.shipment", "shipment "},
    {"note", "note: "},
};

static void print_record(struct session *s, const json_t *entry)
{
    struct arena *a = s->arena;
    const json_t *record = member(entry, "record") ? member(entry, "record") : entry;
    const char *seq = field(a, entry, "seq"), *time = field(a, record, "time");
    const char *type = field(a, record, "type"),
               *submitter = field(a, entry, "submitter");
    const char *behalf = field(a, entry, "onBehalfOf");
    printf("%8s  %-25s %-13s %s", seq ? seq : "?", time ? time : "?", type ? type : "?",
           behalf      ? behalf
           : submitter ? submitter
                       : "?");
    if (behalf && submitter)
        printf(" (through %s)", submitter);
    for (size_t i = 0; i < LENGTH(TOLD); i++) {
        const char *value = field(a, record, TOLD[i].path);
        if (value)
            printf("; %s%s", TOLD[i].before, value);
    }
    putchar('\n');
}

enum exit_status command_records(struct session *s)
{
    return session_list(s, lot_path(s, "/records"), "Nothing is recorded.", print_record);
}
