/*
 * draw - see the header.
 *
 * The chain is one tall picture; each page shows some rows of it, and hops that go on overleaf run over the edge.
 */
#include "draw.h"

#include "pedigree/base/cleanup.h"

#include <inttypes.h>
#include <string.h>

enum { BOX_HEIGHT = 50, ROW = 86, COLUMN_GAP = 10, MARGIN = 22, WIDE = SHEET_RIGHT - SHEET_LEFT - 2 * MARGIN };

static const struct {
    const char *standing;
    enum colour colour;
    double dash[2]; /* 0: none */
} STANDINGS[] = {
    {"corroborated", COLOUR_GREEN, {0, 0}}, {"internal", COLOUR_GREEN, {0, 0}},  {"consistent", COLOUR_BLUE, {5, 2.5}},
    {"asserted", COLOUR_AMBER, {2, 2}},     {"unrecorded", COLOUR_RED, {1, 2.5}},
};

static size_t standing_of(const char *word)
{
    size_t i = 0;
    while (i + 1 < LENGTH(STANDINGS) && (!word || strcmp(STANDINGS[i].standing, word) != 0))
        i++;
    return i;
}

enum colour colour_of_standing(const char *standing)
{
    return STANDINGS[standing_of(standing)].colour;
}

static const char *text_at(const json_t *o, const char *member)
{
    return json_string_value(json_object_get(o, member));
}

static bool is_gap(const json_t *node)
{
    return strcmp(text_at(node, "type"), "gap") == 0;
}

const char *hop_code(struct arena *a, const json_t *node)
{
    const char *organisation = text_at(node, "organisation"), *code = text_at(node, "code");
    if (is_gap(node))
        return organisation ? arena_printf(a, "gap: said to be %s", organisation) : "gap: no source is recorded";
    return code ? arena_printf(a, "%s %s", organisation ? organisation : "?", code) : organisation ? organisation : "?";
}

/* ---- where boxes are, in the picture ---- */

struct spot {
    double x, y, w;
};

static struct spot spot_of(const struct graph_node *n)
{
    size_t columns = n->columns < 2 ? 2 : n->columns; /* a single box is not as wide as the page */
    double w = ((double)WIDE - COLUMN_GAP * (double)(columns - 1)) / (double)columns;
    double used = (double)n->columns * w + COLUMN_GAP * (double)(n->columns - 1);
    return (struct spot){SHEET_LEFT + MARGIN + (WIDE - used) / 2 + (double)n->column * (w + COLUMN_GAP), (double)n->row * ROW, w};
}

/* ---- boxes ---- */

static void words_in(struct sheet *s, const struct spot *p, double below, enum face face, enum colour colour, const char *text)
{
    if (text)
        sheet_words(s, &(struct words_at){p->x + 9, p->y + below, p->w - 15, face, colour, true}, text);
}

static void draw_lot(struct sheet *s, const struct spot *p, const json_t *node, bool is_root)
{
    const char *grade = text_at(node, "grade");
    const json_t *flags = json_object_get(node, "flags");
    char told[96] = "";
    enum colour colour = colour_of_grade(grade);
    cairo_save(s->cr);
    sheet_box(s, p->x, p->y, p->w, BOX_HEIGHT, 4);
    sheet_ink(s, COLOUR_PAPER);
    cairo_fill_preserve(s->cr);
    sheet_ink(s, is_root ? COLOUR_INK : COLOUR_RULE);
    cairo_set_line_width(s->cr, is_root ? 1.6 : 1);
    cairo_stroke_preserve(s->cr);
    cairo_clip(s->cr);
    sheet_ink(s, grade ? colour : COLOUR_RULE);
    cairo_rectangle(s->cr, p->x, p->y, 4, BOX_HEIGHT);
    cairo_fill(s->cr);
    cairo_restore(s->cr);
    if (grade)
        snprintf(told, sizeof told, "%s, %" JSON_INTEGER_FORMAT " flag%s", grade, json_integer_value(flags),
                 json_integer_value(flags) == 1 ? "" : "s");
    words_in(s, p, 5, FACE_SMALL_STRONG, COLOUR_INK, text_at(node, "code") ? text_at(node, "code") : text_at(node, "organisation"));
    words_in(s, p, 16, FACE_SMALL, COLOUR_GREY,
             text_at(node, "code") ? text_at(node, "organisation") : strcmp(text_at(node, "type"), "joint") == 0 ? "joint of a transformation" : "");
    words_in(s, p, 26, FACE_TINY, COLOUR_GREY, text_at(json_object_get(node, "part"), "mpn"));
    words_in(s, p, 37, FACE_TINY, colour, grade ? told : "not shown to this reader");
}

static void draw_gap(struct sheet *s, const struct spot *p, const json_t *node)
{
    static const double DASH[] = {3, 2.5};
    const char *named = text_at(node, "organisation");
    sheet_box(s, p->x, p->y, p->w, BOX_HEIGHT, 4);
    sheet_ink(s, COLOUR_PALE);
    cairo_fill_preserve(s->cr);
    sheet_ink(s, COLOUR_RED);
    cairo_set_line_width(s->cr, 1);
    cairo_set_dash(s->cr, DASH, LENGTH(DASH), 0);
    cairo_stroke(s->cr);
    cairo_set_dash(s->cr, NULL, 0, 0);
    words_in(s, p, 6, FACE_SMALL_STRONG, COLOUR_RED, "Gap");
    words_in(s, p, 18, FACE_SMALL, COLOUR_INK, named ? "said to be from" : "no source is recorded,");
    words_in(s, p, 30, FACE_SMALL, COLOUR_INK, named ? named : "or none for this reader to see");
}

static void draw_node(struct sheet *s, const struct graph_node *n, double y, bool is_root)
{
    struct spot p = spot_of(n);
    char more[64];
    p.y += y;
    if (n->node) {
        if (is_gap(n->node))
            draw_gap(s, &p, n->node);
        else
            draw_lot(s, &p, n->node, is_root);
        return;
    }
    snprintf(more, sizeof more, "and %zu more at this distance", n->left_out);
    sheet_box(s, p.x, p.y, p.w, BOX_HEIGHT, 4);
    sheet_ink(s, COLOUR_PALE);
    cairo_fill(s->cr);
    words_in(s, &p, 13, FACE_SMALL_STRONG, COLOUR_GREY, more);
    words_in(s, &p, 25, FACE_SMALL, COLOUR_GREY, "not drawn here: the file has them");
}

/* ---- hops ---- */

static void draw_badge(struct sheet *s, double x, double y, enum colour colour, const struct graph_edge *e)
{
    char text[48];
    snprintf(text, sizeof text, e->more > 0 ? "%zu +%zu" : "%zu", e->number, e->more);
    double w = sheet_width(s, FACE_TINY, text) + 8;
    sheet_box(s, x - w / 2, y - 5.5, w, 11, 5);
    sheet_ink(s, COLOUR_PAPER);
    cairo_fill_preserve(s->cr);
    sheet_ink(s, colour);
    cairo_set_line_width(s->cr, 0.8);
    cairo_stroke(s->cr);
    sheet_words(s, &(struct words_at){x - w / 2 + 4, y - 4.3, 0, FACE_TINY, colour, false}, text);
}

static void draw_head(struct sheet *s, double x, double y, double dx, double dy)
{
    cairo_move_to(s->cr, x, y);
    cairo_line_to(s->cr, x + 4 * dx - 2.6 * dy, y + 4 * dy + 2.6 * dx);
    cairo_line_to(s->cr, x + 4 * dx + 2.6 * dy, y + 4 * dy - 2.6 * dx);
    cairo_close_path(s->cr);
    cairo_fill(s->cr);
}

struct curve {
    double x[4], y[4];
};

static double along(const struct spot *p, size_t nth, size_t of)
{
    return p->x + p->w * (double)(nth + 1) / (double)(of + 1);
}

static struct curve curve_of(const struct spot *from, const struct spot *to, const struct graph_edge *e)
{
    double x = along(from, e->out, e->outs), tx = along(to, e->in, e->ins), bend = (ROW - BOX_HEIGHT) * 0.7;
    if (from->y > to->y) /* upward, from the source to what came of it */
        return (struct curve){{x, x, tx, tx}, {from->y, from->y - bend, to->y + BOX_HEIGHT + bend, to->y + BOX_HEIGHT}};
    /* back down, or along a row: a circle, around the right edge */
    double edge = SHEET_RIGHT + 4 + (double)(e->number % 4) * 3, down = from->y + BOX_HEIGHT * 0.3, up = to->y + BOX_HEIGHT * 0.7;
    return (struct curve){{from->x + from->w, edge + 20, edge + 20, to->x + to->w}, {down, down, up, up}};
}

/* Where a hop leaves its source there is nothing else; if too many leave there they go unnumbered. */
static void draw_number(struct sheet *s, const struct spot *from, const struct curve *c, const struct graph_edge *e, enum colour colour)
{
    enum { LEAST = 15, ABOVE = 11 };
    bool is_up = c->y[3] < c->y[0] && c->x[0] < from->x + from->w;
    if (is_up && from->w / (double)(e->outs + 1) >= LEAST)
        draw_badge(s, c->x[0], c->y[0] - ABOVE, colour, e);
    else if (!is_up)
        draw_badge(s, c->x[0] - 3, c->y[0], colour, e);
}

static void draw_line(struct sheet *s, const struct curve *c, size_t standing, bool is_up)
{
    sheet_ink(s, STANDINGS[standing].colour);
    cairo_set_line_width(s->cr, 1.1);
    if (STANDINGS[standing].dash[0] > 0)
        cairo_set_dash(s->cr, STANDINGS[standing].dash, 2, 0);
    cairo_move_to(s->cr, c->x[0], c->y[0]);
    cairo_curve_to(s->cr, c->x[1], c->y[1], c->x[2], c->y[2], c->x[3], c->y[3]);
    cairo_stroke(s->cr);
    cairo_set_dash(s->cr, NULL, 0, 0);
    draw_head(s, c->x[3], c->y[3], is_up ? 0 : 1, is_up ? 1 : 0);
}

static void draw_hop(struct sheet *s, const struct graph *g, const struct graph_edge *e, double y, bool is_number)
{
    struct spot from = spot_of(&g->nodes[e->from]), to = spot_of(&g->nodes[e->to]);
    size_t standing = standing_of(text_at(e->edge, "standing"));
    from.y += y;
    to.y += y;
    struct curve c = curve_of(&from, &to, e);
    if (is_number)
        draw_number(s, &from, &c, e, STANDINGS[standing].colour);
    else
        draw_line(s, &c, standing, from.y > to.y);
}

/* ---- pages of it ---- */

/* Rows `first` to `end` of the picture are on this page, whose first row is at `y`. */
static bool touches(const struct graph *g, const struct graph_edge *e, size_t first, size_t end)
{
    size_t a = g->nodes[e->from].row, b = g->nodes[e->to].row, low = a < b ? a : b, high = a < b ? b : a;
    return low < end && high + 1 > first;
}

static void draw_rows(struct sheet *s, const struct graph *g, size_t first, size_t end)
{
    double y = s->y - (double)first * ROW;
    bool is_cut_above = first > 0, is_cut_below = end < g->rows;
    cairo_save(s->cr);
    cairo_rectangle(s->cr, 0, s->y - (is_cut_above ? (ROW - BOX_HEIGHT) / 2 : 4), SHEET_WIDTH,
                    (double)(end - first) * ROW + (is_cut_above ? (ROW - BOX_HEIGHT) / 2 : 4) - (is_cut_below ? (ROW - BOX_HEIGHT) / 2 : 0));
    cairo_clip(s->cr);
    for (int is_number = 0; is_number < 2; is_number++) { /* lines, then boxes over them, then numbers */
        for (size_t i = 0; i < g->edges_len; i++) {
            const struct graph_edge *e = &g->edges[i];
            if (e->from != SIZE_MAX && e->to != SIZE_MAX && touches(g, e, first, end))
                draw_hop(s, g, e, y, is_number);
        }
        for (size_t i = 0; !is_number && i < g->nodes_len; i++)
            if (g->nodes[i].row >= first && g->nodes[i].row < end)
                draw_node(s, &g->nodes[i], y, i == 0);
    }
    cairo_restore(s->cr);
    s->y += (double)(end - first) * ROW;
}

void draw_chain(struct sheet *s, const struct graph *g)
{
    enum { ABOVE = (ROW - BOX_HEIGHT) / 2 + 4 };
    for (size_t first = 0; first < g->rows;) {
        if (first > 0 || s->y + ABOVE + ROW > SHEET_BOTTOM)
            sheet_break(s);
        s->y += first > 0 ? ABOVE : 4;
        size_t fit = (size_t)((SHEET_BOTTOM - s->y + (ROW - BOX_HEIGHT) / 2.0) / ROW);
        size_t end = first + fit < g->rows ? first + fit : g->rows;
        end = end > first ? end : first + 1;
        draw_rows(s, g, first, end);
        first = end;
    }
}
