/*
 * sheet - pages of a report: where the pen is, faces and colours, lines and boxes, header and footer.
 *
 * Everything is in points from the upper left; a report is drawn twice, first to count its pages.  Belongs to one
 * thread, and only one draws at a time (pdf.c).
 */
#pragma once

#include "pedigree/base/error.h"
#include "pedigree/base/text.h"

#include <cairo.h>
#include <pango/pangocairo.h>

enum { SHEET_WIDTH = 595, SHEET_HEIGHT = 842, SHEET_LEFT = 48, SHEET_RIGHT = 547, SHEET_TOP = 72, SHEET_BOTTOM = 776 };

enum face { FACE_TITLE, FACE_HEAD, FACE_BODY, FACE_STRONG, FACE_SMALL, FACE_SMALL_STRONG, FACE_MONO, FACE_TINY, FACES };
enum colour {
    COLOUR_INK, COLOUR_GREY, COLOUR_RULE, COLOUR_PALE, COLOUR_PAPER, COLOUR_GREEN, COLOUR_BLUE, COLOUR_AMBER, COLOUR_ORANGE, COLOUR_RED,
    COLOUR_SLATE
};

struct sheet {
    cairo_t *cr;
    PangoLayout *layout;
    PangoFontDescription *fonts[FACES];
    double y;
    int page, pages; /* pages 0: they are being counted */
    const char *head_left, *head_right, *foot_first, *foot_second;
};

void sheet_open(struct sheet *s, cairo_t *cr, PangoFontMap *fonts); /* borrows both */
void sheet_close(struct sheet *s);
void sheet_begin(struct sheet *s); /* a page */
void sheet_end(struct sheet *s);
void sheet_break(struct sheet *s);
void sheet_need(struct sheet *s, double height); /* a new page if so much is not left */

struct words_at {
    double x, y, width; /* width 0: in one line, as long as it is */
    enum face face;
    enum colour colour;
    bool is_one_line; /* and cut with an ellipsis */
};
/* Returns the height that it takes. */
double sheet_words(struct sheet *s, const struct words_at *where, const char *text);
double sheet_height(struct sheet *s, const struct words_at *where, const char *text);
double sheet_width(struct sheet *s, enum face face, const char *text);
/* At the pen, over the whole width from `indent` on; moves it. */
void sheet_paragraph(struct sheet *s, double indent, enum face face, enum colour colour, const char *text);
void sheet_heading(struct sheet *s, const char *text);

void sheet_ink(struct sheet *s, enum colour c);
void sheet_box(struct sheet *s, double x, double y, double w, double h, double radius);
enum colour colour_of_grade(const char *grade);
