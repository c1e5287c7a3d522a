/*
 * pdf - see the header.
 *
 * What is drawn is what the file says, with nothing left out unsaid; figures and words are the file's own.  Pango and
 * fontconfig keep state of their own: `lock` lets one report be drawn at a time, which also bounds what reports take.
 */
#include "pedigree/report/pdf.h"

#include "draw.h"

#include "pedigree/base/base64.h"
#include "pedigree/base/cleanup.h"

#include <cairo-pdf.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <zint.h>

enum { HOPS_TOLD = 300, LOTS_TOLD = 100, FLAGS_TOLD = 50, RECORDS_TOLD = 500, WIDE = SHEET_RIGHT - SHEET_LEFT };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static PangoFontMap *fonts; /* guarded by `lock`; made once and kept: to find the fonts costs more than a short report */

#ifdef __SANITIZE_ADDRESS__
/* fontconfig keeps its pointers as distances, in which who looks for leaks sees none. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig.so\n";
}
__attribute__((visibility("default"))) const char *__lsan_default_options(void);
const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}
#endif

struct report {
    struct arena *arena;
    const struct pedigree_file *file;
    const json_t *chain, *nodes, *edges, *lots, *records;
    struct graph graph;
    char digest[2 * SHA256_LEN + 1];
    const char *origin, *size, *root; /* the checkpoint's lines; NULL: there is none */
    struct sheet sheet;
};

static const char *text_at(const json_t *o, const char *member)
{
    return json_string_value(json_object_get(o, member));
}

static const char *or_else(const char *text, const char *otherwise)
{
    return text ? text : otherwise;
}

static const char *number_at(struct arena *a, const json_t *o, const char *member)
{
    const json_t *v = json_object_get(o, member);
    return json_is_integer(v) ? arena_printf(a, "%" JSON_INTEGER_FORMAT, json_integer_value(v)) : "";
}

static const json_t *node_named(const struct report *r, const char *id)
{
    json_t *node;
    size_t i;
    json_array_foreach(r->nodes, i, node)
        if (strcmp(text_at(node, "id"), id) == 0)
            return node;
    return NULL;
}

/* ---- the first page: what, and the verdict ---- */

static void draw_code(struct report *r, double x, double y, double size)
{
    struct sheet *s = &r->sheet;
    const char *text = arena_printf(r->arena, "pedigree-file/1\nsha256 %s\n%s\n%s\n%s\n", r->digest, or_else(r->origin, "no checkpoint"),
                                    or_else(r->size, ""), or_else(r->root, ""));
    struct zint_symbol *code = ZBarcode_Create();
    if (!code)
        return;
    code->symbology = BARCODE_QRCODE;
    if (ZBarcode_Encode(code, (const unsigned char *)text, (int)strlen(text)) < ZINT_ERROR && code->rows > 0) {
        double module = size / code->rows;
        sheet_ink(s, COLOUR_INK);
        for (int row = 0; row < code->rows; row++)
            for (int column = 0; column < code->width; column++)
                if (code->encoded_data[row][column >> 3] & 1 << (column & 7))
                    cairo_rectangle(s->cr, x + column * module, y + row * module, module, module);
        cairo_fill(s->cr);
    }
    ZBarcode_Delete(code);
}

static const char *traced_sentence(const char *traced)
{
    static const struct {
        const char *traced, *sentence;
    } SENTENCES[] = {
        {"manufacturer", "The chain leads to the manufacturer, over hops that both sides recorded or that a mark bears out."},
        {"authorization", "The chain leads to a source that the manufacturer authorized."},
        {"claimed", "A source that would do is named, but only claimed."},
        {"partial", "Only a part of the pieces is traced to a source that would do."},
        {"none", "The chain does not lead to the manufacturer, nor to one whom it authorized."},
    };
    for (size_t i = 0; traced && i < LENGTH(SENTENCES); i++)
        if (strcmp(SENTENCES[i].traced, traced) == 0)
            return SENTENCES[i].sentence;
    return "How well the chain ends is not said: the lot is not described.";
}

static const char *percent(struct arena *a, const char *fraction)
{
    if (!fraction || strlen(fraction) < 4)
        return "?";
    return fraction[0] == '1' ? "100 %" : arena_printf(a, "%.*s.%c %%", fraction[2] == '0' ? 1 : 2, fraction + (fraction[2] == '0' ? 3 : 2), fraction[4] ? fraction[4] : '0');
}

static void add_verdict(struct report *r, const json_t *lot, double width)
{
    struct sheet *s = &r->sheet;
    struct arena *a = r->arena;
    const json_t *assessment = json_object_get(lot, "assessment");
    const char *grade = or_else(text_at(assessment, "grade"), "?");
    size_t flags = json_array_size(json_object_get(assessment, "flags"));
    double top = s->y, inner = width - 28;
    const char *head = arena_printf(a, "Grade: %s%s", grade, strcmp(grade, "none") == 0 ? ". Nothing was flagged." : "");
    const char *count = arena_printf(a, "%zu flag%s. Score %s of 1; %s of the rules that apply could be checked%s", flags, flags == 1 ? "" : "s",
                                     or_else(text_at(assessment, "score"), "?"), percent(a, text_at(assessment, "coverage")),
                                     strcmp(grade, "none") == 0 ? ": a lot without flags and with little checked is not a clean lot." : ".");
    struct words_at where = {SHEET_LEFT + 16, top + 9, inner, FACE_HEAD, colour_of_grade(grade), false};
    where.y += sheet_words(s, &where, head) + 3;
    where.face = FACE_BODY;
    where.colour = COLOUR_INK;
    where.y += sheet_words(s, &where, traced_sentence(text_at(assessment, "traced"))) + 3;
    where.y += sheet_words(s, &where, count) + 3;
    where.face = FACE_SMALL;
    where.colour = COLOUR_GREY;
    where.y += sheet_words(s, &where, "A flag is a suspect indicator with its evidence. It is never a verdict on the parts.");
    sheet_box(s, SHEET_LEFT, top, width, where.y - top + 9, 4);
    sheet_ink(s, COLOUR_RULE);
    cairo_set_line_width(s->cr, 1);
    cairo_stroke(s->cr);
    sheet_ink(s, colour_of_grade(grade));
    cairo_rectangle(s->cr, SHEET_LEFT, top, 5, where.y - top + 9);
    cairo_fill(s->cr);
    s->y = where.y + 9;
}

static void add_row(struct report *r, double width, const char *label, const char *value)
{
    enum { LABEL = 84 };
    struct sheet *s = &r->sheet;
    if (!value || !*value)
        return;
    sheet_words(s, &(struct words_at){SHEET_LEFT, s->y, LABEL, FACE_BODY, COLOUR_GREY, true}, label);
    s->y += sheet_words(s, &(struct words_at){SHEET_LEFT + LABEL, s->y, width - LABEL, FACE_BODY, COLOUR_INK, false}, value) + 2;
}

static const char *counted(struct arena *a, const json_t *edges)
{
    static const char *const WORDS[] = {"corroborated", "internal", "consistent", "asserted", "unrecorded"};
    struct text t = text_new(a);
    for (size_t k = 0; k < LENGTH(WORDS); k++) {
        size_t n = 0, i;
        json_t *edge;
        json_array_foreach(edges, i, edge) n += strcmp(text_at(edge, "standing"), WORDS[k]) == 0;
        if (n > 0)
            text_addf(&t, "%s%zu %s", t.len > 0 ? ", " : "", n, WORDS[k]);
    }
    return t.len > 0 ? text_str(&t) : "none";
}

static void add_first(struct report *r)
{
    enum { CODE = 112 };
    struct sheet *s = &r->sheet;
    struct arena *a = r->arena;
    const json_t *lot = json_array_get(r->lots, 0), *part = json_object_get(lot, "part"), *as_of = json_object_get(r->file->json, "asOf");
    const json_t *name = json_object_get(r->file->json, "lot");
    double width = WIDE - CODE - 20, top = s->y;
    draw_code(r, SHEET_RIGHT - CODE, top, CODE);
    sheet_words(s, &(struct words_at){SHEET_RIGHT - CODE, top + CODE + 5, CODE, FACE_TINY, COLOUR_GREY, false},
                "The file's SHA-256 and the checkpoint that its proofs lead to");
    s->y += sheet_words(s, &(struct words_at){SHEET_LEFT, s->y, width, FACE_SMALL, COLOUR_GREY, false}, "PEDIGREE OF THE LOT") + 2;
    s->y += sheet_words(s, &(struct words_at){SHEET_LEFT, s->y, width, FACE_TITLE, COLOUR_INK, false}, or_else(text_at(name, "code"), "?")) + 8;
    add_row(r, width, "held by", text_at(name, "organisation"));
    if (part)
        add_row(r, width, "part", arena_printf(a, "%s  %s", or_else(text_at(part, "manufacturer"), "?"), or_else(text_at(part, "mpn"), "?")));
    if (json_object_get(lot, "balance"))
        add_row(r, width, "pieces", arena_printf(a, "%s of %s here", number_at(a, lot, "balance"), number_at(a, lot, "quantity")));
    add_row(r, width, "state", text_at(lot, "state"));
    add_row(r, width, "hops", counted(a, r->edges));
    add_row(r, width, "as of", arena_printf(a, "%s, record %s; rules %s", or_else(text_at(as_of, "day"), "?"), number_at(a, as_of, "seq"),
                                            or_else(text_at(r->file->json, "rules"), "?")));
    s->y = s->y + 10 > top + CODE + 26 ? s->y + 10 : top + CODE + 26;
    add_verdict(r, lot, WIDE);
}

/* ---- the chain ---- */

static void add_legend(struct report *r)
{
    static const struct {
        const char *standing, *words;
    } LEGEND[] = {{"corroborated", "both sides recorded it, or the holder's own step"},
                  {"consistent", "a mark that cannot be guessed agrees"},
                  {"asserted", "only the receiver says so"},
                  {"unrecorded", "no source is named"}};
    struct sheet *s = &r->sheet;
    double x = SHEET_LEFT;
    for (size_t i = 0; i < LENGTH(LEGEND); i++) {
        double w = sheet_width(s, FACE_TINY, LEGEND[i].words);
        if (x + w + 12 > SHEET_RIGHT) {
            x = SHEET_LEFT;
            s->y += 11;
        }
        sheet_ink(s, colour_of_standing(LEGEND[i].standing));
        sheet_box(s, x, s->y + 1.5, 6, 6, 1);
        cairo_fill(s->cr);
        sheet_words(s, &(struct words_at){x + 10, s->y, 0, FACE_TINY, COLOUR_GREY, false}, LEGEND[i].words);
        x += w + 26;
    }
    s->y += 18;
}

static void add_chain(struct report *r)
{
    struct sheet *s = &r->sheet;
    const char *cut = text_at(r->chain, "cut");
    sheet_heading(s, "The chain");
    sheet_paragraph(s, 0, FACE_SMALL, COLOUR_GREY, "The lot that was asked for stands on top; below each lot stands what it came from. Numbers are those "
                                                   "of the hops listed below.");
    if (cut)
        sheet_paragraph(s, 0, FACE_SMALL_STRONG, COLOUR_RED, arena_printf(r->arena, "The chain was cut here and is longer: %s.", cut));
    s->y += 4;
    add_legend(r);
    draw_chain(s, &r->graph);
}

struct cell {
    double x, width; /* 0: to the right edge */
    const char *text;
    enum colour colour;
};

static void add_cells(struct sheet *s, enum face face, const struct cell *cells, size_t n)
{
    double height = 0;
    for (size_t i = 0; i < n; i++) {
        const struct words_at where = {.width = cells[i].width > 0 ? cells[i].width : WIDE - cells[i].x, .face = face};
        double h = sheet_height(s, &where, cells[i].text);
        height = h > height ? h : height;
    }
    sheet_need(s, height + 4);
    for (size_t i = 0; i < n; i++)
        sheet_words(s, &(struct words_at){SHEET_LEFT + cells[i].x, s->y, cells[i].width > 0 ? cells[i].width : WIDE - cells[i].x, face,
                                          cells[i].colour, false}, cells[i].text);
    s->y += height + 4;
}

static void add_left_out(struct report *r, size_t all, size_t told, const char *what)
{
    if (all > told)
        sheet_paragraph(&r->sheet, 0, FACE_SMALL_STRONG, COLOUR_GREY,
                        arena_printf(r->arena, "%zu more %s are not listed here: the file has them.", all - told, what));
}

static void add_hops(struct report *r)
{
    struct sheet *s = &r->sheet;
    struct arena *a = r->arena;
    json_t *edge;
    size_t i;
    if (json_array_size(r->edges) == 0)
        return;
    sheet_heading(s, "Hops");
    add_cells(s, FACE_SMALL_STRONG, (struct cell[]){{0, 20, "no.", COLOUR_GREY}, {24, 128, "from", COLOUR_GREY}, {156, 128, "to", COLOUR_GREY},
              {288, 40, "pieces", COLOUR_GREY}, {332, 62, "shipped, received", COLOUR_GREY}, {398, 0, "standing, source, record", COLOUR_GREY}}, 6);
    json_array_foreach(r->edges, i, edge) {
        const json_t *from = node_named(r, text_at(edge, "from")), *to = node_named(r, text_at(edge, "to"));
        const char *standing = text_at(edge, "standing"), *tier = text_at(edge, "tier"), *reason = text_at(edge, "reason");
        if (i >= HOPS_TOLD)
            break;
        const char *when = arena_printf(a, "%s\n%s", or_else(text_at(edge, "shipped"), "–"), or_else(text_at(edge, "received"), "–"));
        const char *why = text_at(json_object_get(edge, "tierWhy"), "text");
        const char *told = arena_printf(a, "%s%s%s%s%s%s%s%s%s%s%s%s", standing, reason && *reason ? ", " : "", or_else(reason, ""), tier ? ", " : "", or_else(tier, ""),
                                        tier ? " " : "", or_else(text_at(edge, "tierName"), ""), why ? " (" : "", or_else(why, ""), why ? ")" : "",
                                        json_object_get(edge, "record") ? ", record " : "", number_at(a, edge, "record"));
        const struct cell cells[] = {{0, 20, arena_printf(a, "%zu", i + 1), colour_of_standing(standing)},
                                     {24, 128, from ? hop_code(a, from) : "?", COLOUR_INK},
                                     {156, 128, to ? hop_code(a, to) : "?", COLOUR_INK},
                                     {288, 40, number_at(a, edge, "quantity"), COLOUR_INK},
                                     {332, 62, when, COLOUR_INK},
                                     {398, 0, told, colour_of_standing(standing)}};
        add_cells(s, FACE_SMALL, cells, LENGTH(cells));
    }
    add_left_out(r, json_array_size(r->edges), HOPS_TOLD, "hops");
}

static void add_gaps(struct report *r)
{
    struct sheet *s = &r->sheet;
    struct arena *a = r->arena;
    size_t n = 0, i;
    json_t *edge;
    sheet_heading(s, "Gaps");
    json_array_foreach(r->edges, i, edge) {
        const json_t *from = node_named(r, text_at(edge, "from")), *to = node_named(r, text_at(edge, "to"));
        if (!from || !to || strcmp(text_at(from, "type"), "gap") != 0 || n++ >= HOPS_TOLD)
            continue;
        const char *pieces = number_at(a, edge, "quantity"), *named = text_at(from, "organisation");
        sheet_paragraph(s, 0, FACE_BODY, COLOUR_INK,
                        arena_printf(a, "%s%s came to %s%s%s from %s. What is above is not recorded, or not for this reader to see.",
                                     *pieces ? pieces : "Pieces", *pieces ? " pieces" : "", hop_code(a, to), text_at(edge, "received") ? " on " : "",
                                     or_else(text_at(edge, "received"), ""), named ? named : "a source that nobody named"));
        s->y += 3;
    }
    if (n == 0)
        sheet_paragraph(s, 0, FACE_BODY, COLOUR_INK, "None is drawn: the chain ends where lots were made, or where it runs in a circle or was cut.");
    add_left_out(r, n, HOPS_TOLD, "gaps");
}

/* ---- flags ---- */

static const char *evidence_text(struct arena *a, const json_t *evidence)
{
    struct text t = text_new(a);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)evidence, key, value) {
        char *made = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
        text_addf(&t, "%s%s %.300s%s", t.len > 0 ? "; " : "", key, made ? made : "", made && strlen(made) > 300 ? "..." : "");
        free(made);
    }
    return text_str(&t);
}

static void add_flag(struct report *r, const json_t *flag)
{
    struct sheet *s = &r->sheet;
    struct arena *a = r->arena;
    const char *severity = or_else(text_at(flag, "severity"), "?"), *state = text_at(flag, "state"), *subject = text_at(flag, "subject");
    bool is_pending = state && strcmp(state, "pending") == 0;
    sheet_need(s, 34);
    sheet_ink(s, colour_of_grade(severity));
    sheet_box(s, SHEET_LEFT + 8, s->y + 1, 46, 11, 2);
    cairo_fill(s->cr);
    sheet_words(s, &(struct words_at){SHEET_LEFT + 12, s->y + 2.2, 40, FACE_TINY, COLOUR_PAPER, true}, severity);
    s->y += sheet_words(s, &(struct words_at){SHEET_LEFT + 62, s->y, WIDE - 62, FACE_STRONG, COLOUR_INK, false},
                        arena_printf(a, "%s  %s%s", or_else(text_at(flag, "rule"), "?"), or_else(text_at(flag, "title"), "?"),
                                     is_pending ? " (pending: a late record may still explain it)" : "")) + 1;
    sheet_paragraph(s, 62, FACE_BODY, COLOUR_INK, or_else(text_at(flag, "message"), ""));
    if (subject && *subject)
        sheet_paragraph(s, 62, FACE_SMALL, COLOUR_GREY, arena_printf(a, "about: %s", subject));
    const char *evidence = evidence_text(a, json_object_get(flag, "evidence"));
    if (*evidence)
        sheet_paragraph(s, 62, FACE_MONO, COLOUR_GREY, evidence);
    s->y += 7;
}

static void add_flags(struct report *r)
{
    struct sheet *s = &r->sheet;
    size_t told = 0, flagged = 0, i, k;
    json_t *lot;
    sheet_heading(s, "Flags, with their reasons");
    json_array_foreach(r->lots, i, lot) {
        const json_t *flags = json_object_get(json_object_get(lot, "assessment"), "flags"), *name = json_object_get(lot, "lot");
        if (json_array_size(flags) == 0 || flagged++ >= LOTS_TOLD)
            continue;
        told++;
        sheet_need(s, 56);
        sheet_paragraph(s, 0, FACE_STRONG, colour_of_grade(text_at(json_object_get(lot, "assessment"), "grade")),
                        arena_printf(r->arena, "%s %s%s", or_else(text_at(name, "organisation"), "?"), or_else(text_at(name, "code"), "(joint)"),
                                     i == 0 ? ", the lot asked for" : ""));
        s->y += 4;
        for (k = 0; k < json_array_size(flags) && k < FLAGS_TOLD; k++)
            add_flag(r, json_array_get(flags, k));
        add_left_out(r, json_array_size(flags), FLAGS_TOLD, "flags of this lot");
        s->y += 4;
    }
    if (flagged == 0)
        sheet_paragraph(s, 0, FACE_BODY, COLOUR_INK, "No rule speaks of any lot of this chain.");
    add_left_out(r, flagged, told, "lots with flags");
}

/* ---- records, and how to check all this ---- */

static void add_records(struct report *r)
{
    struct sheet *s = &r->sheet;
    struct arena *a = r->arena;
    json_t *record;
    size_t i;
    sheet_heading(s, "Records behind it");
    add_cells(s, FACE_SMALL_STRONG, (struct cell[]){{0, 46, "record", COLOUR_GREY}, {50, 76, "type", COLOUR_GREY}, {130, 66, "time", COLOUR_GREY},
              {200, 142, "said by", COLOUR_GREY}, {346, 96, "received (UTC)", COLOUR_GREY}, {446, 0, "shown", COLOUR_GREY}}, 6);
    json_array_foreach(r->records, i, record) {
        const json_t *envelope = json_object_get(record, "envelope");
        const char *behalf = text_at(envelope, "onBehalfOf"), *by = or_else(text_at(envelope, "submitter"), "?"), *at = or_else(text_at(envelope, "receivedAt"), "?");
        if (i >= RECORDS_TOLD)
            break;
        const char *shown = json_object_get(record, "redacted") ? "redacted" : json_object_get(record, "partial") ? "in part" : "whole";
        const struct cell cells[] = {{0, 46, number_at(a, record, "seq"), COLOUR_INK},
                                     {50, 76, or_else(text_at(envelope, "type"), "?"), COLOUR_INK},
                                     {130, 66, or_else(text_at(json_object_get(record, "record"), "time"), "–"), COLOUR_INK},
                                     {200, 142, behalf ? arena_printf(a, "%s through %s", behalf, by) : by, COLOUR_INK},
                                     {346, 96, arena_strndup(a, at, 19), COLOUR_INK},
                                     {446, 0, arena_printf(a, "%s%s", shown, json_object_get(record, "proof") ? "" : ", unproved"), COLOUR_INK}};
        add_cells(s, FACE_SMALL, cells, LENGTH(cells));
    }
    add_left_out(r, json_array_size(r->records), RECORDS_TOLD, "records");
}

static void add_checking(struct report *r)
{
    struct sheet *s = &r->sheet;
    sheet_heading(s, "How to check this");
    sheet_paragraph(s, 0, FACE_BODY, COLOUR_INK,
                    "This paper proves nothing by itself. It was drawn from a pedigree file, whose SHA-256 is below and in the code on the first page. Whoever "
                    "has the file checks it without the ledger, with the log's verifier key from whom he trusts:");
    s->y += 4;
    sheet_paragraph(s, 12, FACE_MONO, COLOUR_INK, "pedigree verify FILE --key VKEY");
    sheet_paragraph(s, 12, FACE_MONO, COLOUR_INK, arena_printf(r->arena, "sha256 %s", r->digest));
    s->y += 8;
    sheet_paragraph(s, 0, FACE_BODY, COLOUR_INK, r->file->checkpoint ? "The checkpoint that every record in it is proved against:"
                                                                     : "The ledger that made it has no key: nothing in it can be proved.");
    s->y += 4;
    if (r->file->checkpoint)
        sheet_paragraph(s, 12, FACE_MONO, COLOUR_INK, r->file->checkpoint);
}

/* ---- the whole ---- */

static void read_checkpoint(struct report *r)
{
    struct note n;
    struct checkpoint c;
    struct error why = {0};
    const char *note = r->file->checkpoint;
    if (!note || !note_parse(r->arena, note, strlen(note), &n, &why) || !checkpoint_parse(r->arena, n.text, n.text_len, &c, &why))
        return;
    struct text root = text_new(r->arena);
    base64_add(&root, c.root.at, SHA256_LEN);
    r->origin = c.origin;
    r->size = arena_printf(r->arena, "%" PRId64, c.size);
    r->root = text_str(&root);
}

static void name_pages(struct report *r)
{
    const json_t *name = json_object_get(r->file->json, "lot");
    struct sheet *s = &r->sheet;
    s->head_left = arena_printf(r->arena, "%s  %s", or_else(text_at(name, "organisation"), "?"), or_else(text_at(name, "code"), "?"));
    s->head_right = arena_printf(r->arena, "Pedigree as of %s", or_else(text_at(json_object_get(r->file->json, "asOf"), "day"), "?"));
    s->foot_first = arena_printf(r->arena, "file sha256 %s", r->digest);
    s->foot_second = r->size ? arena_printf(r->arena, "checkpoint of %s records, log %s", r->size, r->origin) : "no checkpoint";
}

static cairo_status_t take_bytes(void *closure, const unsigned char *bytes, unsigned int len)
{
    text_add_n(closure, (const char *)bytes, len);
    return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *surface_of(const struct report *r, struct text *out)
{
    const char *day = or_else(text_at(json_object_get(r->file->json, "asOf"), "day"), "1970-01-01");
    const char *time = arena_printf(r->arena, "%sT00:00:00Z", day); /* of the ledger: no clock here */
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(out ? take_bytes : NULL, out, SHEET_WIDTH, SHEET_HEIGHT);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, arena_printf(r->arena, "Pedigree of %s", r->sheet.head_left));
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "pedigree");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, time);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, time);
    return surface;
}

/* Once over; `out` NULL: only the pages are counted. */
static bool draw(struct report *r, struct text *out, struct error *err)
{
    cairo_surface_t *surface = surface_of(r, out);
    struct sheet *s = &r->sheet;
    sheet_open(s, cairo_create(surface), fonts);
    sheet_begin(s);
    add_first(r);
    add_chain(r);
    add_hops(r);
    add_gaps(r);
    add_flags(r);
    add_records(r);
    add_checking(r);
    sheet_end(s);
    s->pages = s->page;
    cairo_status_t status = cairo_status(s->cr);
    cairo_t *cr = s->cr;
    sheet_close(s);
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    status = status != CAIRO_STATUS_SUCCESS ? status : cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    return status == CAIRO_STATUS_SUCCESS || error_set(err, ERR_INTERNAL, "cairo could not draw it: %s", cairo_status_to_string(status));
}

bool pedigree_pdf(struct arena *a, const struct pedigree_file *f, struct span *out, struct error *err)
{
    struct report r = {.arena = a, .file = f, .chain = json_object_get(f->json, "chain"), .lots = json_object_get(f->json, "lots"),
                       .records = json_object_get(f->json, "records")};
    struct text bytes = text_new(a);
    r.nodes = json_object_get(r.chain, "nodes");
    r.edges = json_object_get(r.chain, "edges");
    hex_encode(f->digest, SHA256_LEN, r.digest);
    read_checkpoint(&r);
    name_pages(&r);
    graph_make(a, r.chain, &r.graph);
    pthread_mutex_lock(&lock);
    if (!fonts)
        fonts = pango_cairo_font_map_new();
    bool ok = draw(&r, NULL, err) && draw(&r, &bytes, err);
    pthread_mutex_unlock(&lock);
    out->at = bytes.at;
    out->len = bytes.len;
    return ok;
}
