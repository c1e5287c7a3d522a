/* part - pedigree part: what is known of a part number. */
#include "session.h"

#include <stdio.h>
#include <string.h>

static const char *told(struct session *s, const json_t *json, const char *path)
{
    const char *text = field(s->arena, json, path);
    return text ? text : "-";
}

static void add_title(struct session *s, struct text *out, const char *title)
{
    text_addf(out, "\n%s%s%s\n", session_ink(s, INK_BOLD), title, session_ink(s, INK_PLAIN));
}

static void add_lifecycle(struct session *s, struct text *out, const json_t *list)
{
    size_t i;
    json_t *item;
    if (json_array_size(list))
        add_title(s, out, "lifecycle");
    json_array_foreach(list, i, item)
        text_addf(out, "  %-9s since %-10s  %s says so%s%s\n", told(s, item, "record.lifecycle"), told(s, item, "record.time"),
                  told(s, item, "submitter"), member(item, "record.source") ? ", from " : "",
                  member(item, "record.source") ? told(s, item, "record.source") : "");
}

static void add_notices(struct session *s, struct text *out, const json_t *list)
{
    static const struct {
        const char *path, *word;
    } DATES[] = {{"record.issued", "issued"}, {"record.effective", "effective"}, {"record.lastOrder", "last order"},
                 {"record.lastShip", "last shipment"}};
    size_t i;
    json_t *item;
    if (json_array_size(list))
        add_title(s, out, "notices");
    json_array_foreach(list, i, item)
    {
        text_addf(out, "  %-10s %s", told(s, item, "record.kind"), told(s, item, "record.number"));
        for (size_t k = 0; k < LENGTH(DATES); k++)
            if (member(item, DATES[k].path))
                text_addf(out, "  %s %s", DATES[k].word, told(s, item, DATES[k].path));
        text_add(out, "\n");
    }
}

static void add_alerts(struct session *s, struct text *out, const json_t *list)
{
    size_t i;
    json_t *item;
    if (json_array_size(list))
        add_title(s, out, "alerts");
    json_array_foreach(list, i, item)
        text_addf(out, "  %s %s  %s%s%s\n", told(s, item, "record.source"), told(s, item, "record.number"),
                  told(s, item, "record.class"), member(item, "record.summary") ? ": " : "",
                  member(item, "record.summary") ? told(s, item, "record.summary") : "");
}

static const char *quantity_text(struct session *s, const json_t *price)
{
    if (!member(price, "quantityTo"))
        return arena_printf(s->arena, "%s and more", told(s, price, "quantityFrom"));
    return arena_printf(s->arena, "%s to %s", told(s, price, "quantityFrom"), told(s, price, "quantityTo"));
}

static void add_prices(struct session *s, struct text *out, const json_t *list)
{
    size_t i;
    json_t *item;
    if (json_array_size(list) == 0)
        return;
    add_title(s, out, "prices seen");
    text_addf(out, "  %-24s %-18s %-3s %14s %14s %s\n", "sold", "pieces", "", "median", "authorized", "prices");
    json_array_foreach(list, i, item)
        text_addf(out, "  %s to %s %-18s %-3s %14s %14s %s\n", told(s, item, "from"), told(s, item, "until"),
                  quantity_text(s, item), told(s, item, "currency"), told(s, item, "median"), told(s, item, "authorizedOffer"),
                  told(s, item, "observations"));
}

static void add_stock(struct text *out, const json_t *stock, const char *name, const char *whose)
{
    const json_t *one = json_object_get(stock, name);
    char lots[28], pieces[28];
    if (!one)
        text_addf(out, "  %-9s not told: fewer than five others have any\n", whose);
    else
        text_addf(out, "  %-9s %s pieces in %s lots\n", whose,
                  screen_number(json_integer_value(json_object_get(one, "pieces")), pieces),
                  screen_number(json_integer_value(json_object_get(one, "lots")), lots));
}

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
    text_addf(&out, "%s%s %s%s\n", session_ink(s, INK_BOLD), told(s, part, "part.manufacturer"), told(s, part, "part.mpn"),
              session_ink(s, INK_PLAIN));
    add_lifecycle(s, &out, member(part, "lifecycle"));
    add_notices(s, &out, member(part, "notices"));
    add_alerts(s, &out, member(part, "alerts"));
    add_prices(s, &out, member(part, "prices"));
    add_title(s, &out, "stock that is clean and traced");
    add_stock(&out, member(part, "stock"), "own", "yours");
    add_stock(&out, member(part, "stock"), "all", "all");
    fputs(text_str(&out), stdout);
    return STATUS_FINE;
}
