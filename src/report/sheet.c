/* sheet - see the header. */
#include "sheet.h"

#include "pedigree/base/cleanup.h"

#include <math.h>
#include <string.h>

static const char *const FONTS[FACES] = {
    [FACE_TITLE] = "DejaVu Sans Bold 19",         [FACE_HEAD] = "DejaVu Sans Bold 11.5", [FACE_BODY] = "DejaVu Sans 9",
    [FACE_STRONG] = "DejaVu Sans Bold 9",         [FACE_SMALL] = "DejaVu Sans 7.5",
    [FACE_SMALL_STRONG] = "DejaVu Sans Bold 7.5", [FACE_MONO] = "DejaVu Sans Mono 7",    [FACE_TINY] = "DejaVu Sans 6.5",
};
static const double COLOURS[][3] = {
    [COLOUR_INK] = {0.10, 0.12, 0.15},   [COLOUR_GREY] = {0.38, 0.43, 0.48},  [COLOUR_RULE] = {0.80, 0.83, 0.86},
    [COLOUR_PALE] = {0.95, 0.96, 0.97},  [COLOUR_PAPER] = {1, 1, 1},          [COLOUR_GREEN] = {0.13, 0.46, 0.29},
    [COLOUR_BLUE] = {0.16, 0.39, 0.66},  [COLOUR_AMBER] = {0.66, 0.47, 0.00}, [COLOUR_ORANGE] = {0.78, 0.33, 0.03},
    [COLOUR_RED] = {0.69, 0.12, 0.10},   [COLOUR_SLATE] = {0.36, 0.44, 0.53},
};

void sheet_ink(struct sheet *s, enum colour c)
{
    cairo_set_source_rgb(s->cr, COLOURS[c][0], COLOURS[c][1], COLOURS[c][2]);
}

enum colour colour_of_grade(const char *grade)
{
    static const struct {
        const char *grade;
        enum colour colour;
    } GRADES[] = {{"critical", COLOUR_RED}, {"high", COLOUR_ORANGE}, {"medium", COLOUR_AMBER}, {"low", COLOUR_BLUE},
                  {"info", COLOUR_SLATE},   {"none", COLOUR_GREEN}};
    for (size_t i = 0; grade && i < LENGTH(GRADES); i++)
        if (strcmp(GRADES[i].grade, grade) == 0)
            return GRADES[i].colour;
    return COLOUR_SLATE;
}

void sheet_box(struct sheet *s, double x, double y, double w, double h, double radius)
{
    static const double QUARTER = 1.5707963267948966;
    cairo_new_sub_path(s->cr);
    cairo_arc(s->cr, x + w - radius, y + radius, radius, -QUARTER, 0);
    cairo_arc(s->cr, x + w - radius, y + h - radius, radius, 0, QUARTER);
    cairo_arc(s->cr, x + radius, y + h - radius, radius, QUARTER, 2 * QUARTER);
    cairo_arc(s->cr, x + radius, y + radius, radius, 2 * QUARTER, 3 * QUARTER);
    cairo_close_path(s->cr);
}

/* ---- words ---- */

static void set_words(struct sheet *s, const struct words_at *w, const char *text)
{
    pango_layout_set_font_description(s->layout, s->fonts[w->face]);
    pango_layout_set_width(s->layout, w->width > 0 ? (int)(w->width * PANGO_SCALE) : -1);
    pango_layout_set_wrap(s->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_ellipsize(s->layout, w->is_one_line ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
    pango_layout_set_single_paragraph_mode(s->layout, w->is_one_line);
    pango_layout_set_text(s->layout, text, -1);
}

static double layout_height(const struct sheet *s)
{
    int width, height;
    pango_layout_get_size(s->layout, &width, &height);
    return (double)height / PANGO_SCALE;
}

double sheet_height(struct sheet *s, const struct words_at *where, const char *text)
{
    set_words(s, where, text);
    return layout_height(s);
}

double sheet_width(struct sheet *s, enum face face, const char *text)
{
    int width, height;
    set_words(s, &(struct words_at){.face = face}, text);
    pango_layout_get_size(s->layout, &width, &height);
    return (double)width / PANGO_SCALE;
}

double sheet_words(struct sheet *s, const struct words_at *where, const char *text)
{
    set_words(s, where, text);
    sheet_ink(s, where->colour);
    cairo_move_to(s->cr, where->x, where->y);
    pango_cairo_show_layout(s->cr, s->layout);
    return layout_height(s);
}

/* A paragraph that is longer than what is left goes on overleaf, line by line. */
void sheet_paragraph(struct sheet *s, double indent, enum face face, enum colour colour, const char *text)
{
    const struct words_at where = {.width = SHEET_RIGHT - SHEET_LEFT - indent, .face = face, .colour = colour};
    set_words(s, &where, text);
    /* header and footer use the same layout: the lines are kept apart from it */
    PangoLayout *lines = pango_layout_copy(s->layout);
    for (int i = 0; i < pango_layout_get_line_count(lines); i++) {
        PangoLayoutLine *line = pango_layout_get_line_readonly(lines, i);
        PangoRectangle box;
        pango_layout_line_get_extents(line, NULL, &box);
        double height = (double)box.height / PANGO_SCALE;
        sheet_need(s, height);
        sheet_ink(s, colour);
        cairo_move_to(s->cr, SHEET_LEFT + indent, s->y - (double)box.y / PANGO_SCALE);
        pango_cairo_show_layout_line(s->cr, line);
        s->y += height;
    }
    g_object_unref(lines);
}

void sheet_heading(struct sheet *s, const char *text)
{
    enum { ROOM = 64 }; /* for the first of what follows */
    sheet_need(s, ROOM);
    s->y += s->y > SHEET_TOP ? 16 : 0;
    sheet_paragraph(s, 0, FACE_HEAD, COLOUR_INK, text);
    s->y += 3;
    sheet_ink(s, COLOUR_RULE);
    cairo_set_line_width(s->cr, 0.7);
    cairo_move_to(s->cr, SHEET_LEFT, s->y);
    cairo_line_to(s->cr, SHEET_RIGHT, s->y);
    cairo_stroke(s->cr);
    s->y += 7;
}

/* ---- pages ---- */

/* Without hints, which are for screens: what is drawn hangs on no device. */
static PangoContext *context_of(cairo_t *cr, PangoFontMap *fonts)
{
    PangoContext *context = pango_font_map_create_context(fonts);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    pango_cairo_context_set_resolution(context, 72);
    pango_cairo_update_context(cr, context);
    cairo_font_options_destroy(options);
    return context;
}

void sheet_open(struct sheet *s, cairo_t *cr, PangoFontMap *fonts)
{
    PangoContext *context = context_of(cr, fonts);
    s->cr = cr;
    s->page = 0;
    s->layout = pango_layout_new(context);
    for (size_t i = 0; i < FACES; i++)
        s->fonts[i] = pango_font_description_from_string(FONTS[i]);
    g_object_unref(context);
}

void sheet_close(struct sheet *s)
{
    for (size_t i = 0; i < FACES; i++)
        pango_font_description_free(s->fonts[i]);
    g_object_unref(s->layout);
}

static void rule(struct sheet *s, double y)
{
    sheet_ink(s, COLOUR_RULE);
    cairo_set_line_width(s->cr, 0.7);
    cairo_move_to(s->cr, SHEET_LEFT, y);
    cairo_line_to(s->cr, SHEET_RIGHT, y);
    cairo_stroke(s->cr);
}

static void head_and_foot(struct sheet *s)
{
    enum { HEAD = 38, FOOT = 792, WIDE = SHEET_RIGHT - SHEET_LEFT };
    char page[64];
    double right = sheet_width(s, FACE_SMALL, s->head_right);
    sheet_words(s, &(struct words_at){SHEET_LEFT, HEAD, WIDE - right - 12, FACE_SMALL_STRONG, COLOUR_INK, true}, s->head_left);
    sheet_words(s, &(struct words_at){SHEET_RIGHT - right, HEAD, 0, FACE_SMALL, COLOUR_GREY, false}, s->head_right);
    rule(s, HEAD + 15);
    rule(s, FOOT - 6);
    sheet_words(s, &(struct words_at){SHEET_LEFT, FOOT, WIDE - 60, FACE_TINY, COLOUR_GREY, true}, s->foot_first);
    sheet_words(s, &(struct words_at){SHEET_LEFT, FOOT + 10, WIDE - 60, FACE_TINY, COLOUR_GREY, true}, s->foot_second);
    snprintf(page, sizeof page, "%d / %d", s->page, s->pages);
    sheet_words(s, &(struct words_at){SHEET_RIGHT - sheet_width(s, FACE_SMALL, page), FOOT, 0, FACE_SMALL, COLOUR_GREY, false}, page);
}

void sheet_begin(struct sheet *s)
{
    s->page++;
    s->y = SHEET_TOP;
    head_and_foot(s);
}

void sheet_end(struct sheet *s)
{
    cairo_show_page(s->cr);
}

void sheet_break(struct sheet *s)
{
    sheet_end(s);
    sheet_begin(s);
}

void sheet_need(struct sheet *s, double height)
{
    if (s->y + height > SHEET_BOTTOM && s->y > SHEET_TOP)
        sheet_break(s);
}
