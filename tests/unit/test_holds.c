/*
 * test_holds - which moves of a lot take held pieces along.
 *
 * A row is what happens to one lot of 100 pieces, a day apart.  "in 100 bag=B1:20" describes a bag of
 * 20; "hold", "free" and "out" name so many pieces (none: all of them, or all that they name) by
 * bag=, date= or serial=, as often as need be.  A move that ends in "!" breaks a hold, others do not;
 * a row that ends in "held" leaves pieces held.
 */
#include "ledger/lot.h"

#include "pedigree/base/cleanup.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STEPS_MAX = 12 };

/* clang-format off */
static const struct row {
    const char *label, *steps;
} ROWS[] = {
    {"no hold", "in; out 100"},
    {"all of it", "in; hold; out 1!; held"},
    {"all of it, ended in part", "in; hold; free 10; out 10; out 1!; held"},
    {"some, and others are free", "in; hold 30; out 70; out 1!; held"},
    {"ended by number", "in; hold 30; free 30; out 100"},
    {"serials", "in; hold serial=S1 serial=S2; out 1 serial=S3; free serial=S1; out 1 serial=S1; out 1 serial=S2!; held"},
    {"a bag", "in; hold bag=B1; out 5 bag=B2; out 5 bag=B1!; held"},
    {"a bag, freed", "in; hold bag=B1; free bag=B1; out 100"},
    {"one of two bags, freed", "in; hold bag=B1 bag=B2; free bag=B1; out 5 bag=B1; out 5 bag=B2!; held"},
    {"some of a bag", "in; hold bag=B1; free 10 bag=B1; out 10 bag=B1; out 1 bag=B1!; held"},
    {"more of a bag than was freed", "in; hold bag=B1; free 10 bag=B1; out 11 bag=B1!; held"},
    {"freed pieces go once", "in; hold bag=B1; free 10 bag=B1; out 6 bag=B1; out 6 bag=B1!; held"},
    {"some of a bag twice", "in; hold bag=B1; free 5 bag=B1; free 5 bag=B1; out 10 bag=B1; out 1 bag=B1!; held"},
    {"another bag beside some of one", "in; hold bag=B1; free 10 bag=B1; out 50 bag=B2; held"},
    {"some of a bag, unnamed moves", "in; hold bag=B1; free 10 bag=B1; out 10; out 1!; held"},
    {"a counted bag, others are free", "in; hold 20 bag=B1; free 5 bag=B1; out 80; held"},
    {"a counted bag, more than was freed", "in; hold 20 bag=B1; free 5 bag=B1; out 6 bag=B1!; held"},
    {"a counted bag, all of it freed", "in; hold 20 bag=B1; free 20 bag=B1; out 100"},
    {"a counted bag, freed in two halves", "in; hold 20 bag=B1; free 10 bag=B1; free 10 bag=B1; out 20 bag=B1; out 80"},
    {"a described bag, freed in two halves", "in bag=B1:20 bag=B2:80; hold bag=B1; free 10 bag=B1; free 10 bag=B1; out 100"},
    {"a described bag, freed but for one", "in bag=B1:20 bag=B2:80; hold bag=B1; free 19 bag=B1; out 19 bag=B1; out 1 bag=B1!; held"},
    {"two counted bags, freed together", "in; hold 10 bag=B1; hold 20 bag=B2; free 30 bag=B1 bag=B2; out 100"},
    {"two bags of one hold, freed together", "in; hold 30 bag=B1 bag=B2; free 30 bag=B1 bag=B2; out 100"},
    {"some of two bags", "in; hold 30 bag=B1 bag=B2; free 10 bag=B1 bag=B2; out 10 bag=B1; out 21 bag=B2!; held"},
    {"some of two bags, moved together", "in; hold bag=B1; free 10 bag=B1; out 10 bag=B1 bag=B2; held"},
    {"some of two bags, of a counted one", "in; hold 20 bag=B1; free 5 bag=B1; out 85 bag=B1 bag=B2; held"},
    {"more of two bags, of a counted one", "in; hold 20 bag=B1; free 5 bag=B1; out 86 bag=B1 bag=B2!; held"},
    {"held again", "in; hold bag=B1; free 10 bag=B1; hold bag=B1; out 1 bag=B1!; held"},
    {"pieces of a bag by serial", "in; hold bag=B1; free serial=S1 bag=B1; out 1 serial=S1 bag=B1; out 1 serial=S2 bag=B1!; held"},
    {"another hold is none of a bag's", "in; hold 10; hold bag=B1; free 5 bag=B1; out 5 bag=B1; out 5 bag=B1!; held"},
    {"of all of it a bag, freed", "in bag=B1:50 bag=B2:50; hold; free bag=B1; out 50 bag=B1; out 5 bag=B2!; held"},
    {"of all of it a bag that nobody described", "in; hold; free bag=B1; out 50 bag=B1; out 5 bag=B2!; out 5!; held"},
    {"of all of it some of a bag", "in bag=B1:50 bag=B2:50; hold; free 40 bag=B1; out 40 bag=B2!; held"},
    {"of all of it some of a bag, which go", "in bag=B1:50 bag=B2:50; hold; free 40 bag=B1; out 40 bag=B1; out 1 bag=B1!; held"},
    {"of all of it some of a bag, which go unnamed", "in bag=B1:50 bag=B2:50; hold; free 40 bag=B1; out 40; out 1 bag=B1!; held"},
    {"of a counted hold a bag", "in bag=B1:50 bag=B2:50; hold 100; free 40 bag=B1; out 40 bag=B2!; held"},
    {"of all of it a date code, freed", "in; hold; free date=2431; out 5 date=2431; out 5 date=2440!; held"},
    {"of all of it a serial, freed, which goes", "in; hold; free serial=S1; out 1 serial=S1; out 1 serial=S2!; held"},
    {"of all of it a serial, freed, and another goes", "in; hold; free serial=S1; out 1 serial=S2!; held"},
    {"some of a described bag, unnamed moves", "in bag=B1:50 bag=B2:50; hold bag=B1; free 30 bag=B1; out 80; out 1!; held"},
    {"a described bag, others are free", "in bag=B1:50 bag=B2:50; hold bag=B1; out 50; out 1!; held"},
    {"a date code", "in; hold date=2431; out 5 date=2432; out 5 date=2431!; held"},
    {"some of a date code", "in; hold date=2431; free 10 date=2431; out 10 date=2431; out 1 date=2431!; held"},
    {"some of a date code, by number", "in; hold 50 date=2431; out 50 date=2431; out 1 date=2431!; held"},
    {"a described date code, all of it freed", "in date=2431:40 date=2432:60; hold date=2431; free 40 date=2431; out 100"},
    {"a bag of another name", "in; hold bag=B1; free 10 bag=B2; out 1 bag=B1!; held"},
};
/* clang-format on */

struct story {
    struct arena arena;
    struct lot lot;
    struct event *events[STEPS_MAX];
    bool breaks[STEPS_MAX];
    size_t len;
    bool ends_held;
};

static void add_word(struct arena *a, struct words *list, const char *word)
{
    const char **at = ARENA_ARRAY(a, const char *, list->len + 1);
    for (size_t i = 0; i < list->len; i++)
        at[i] = list->at[i];
    at[list->len] = word;
    *list = (struct words){at, list->len + 1, true};
}

static void describe(struct story *s, bool is_bag, const char *name, int64_t quantity)
{
    enum { MOST = 4 };
    struct lot_description *d = &s->lot.description;
    if (!d->package_ids)
        d->package_ids = ARENA_ARRAY(&s->arena, struct package_item, MOST);
    if (!d->date_codes)
        d->date_codes = ARENA_ARRAY(&s->arena, struct date_code_item, MOST);
    if (is_bag)
        d->package_ids[d->package_ids_len++] = (struct package_item){.id = name, .quantity = quantity};
    else
        d->date_codes[d->date_codes_len++] = (struct date_code_item){.code = name, .quantity = quantity};
}

/* "bag=B1", "bag=B1:20" or a number of pieces. */
static void read_word(struct story *s, struct record *r, char *word)
{
    char *value = strchr(word, '=');
    if (!value) {
        r->quantity = strtoll(word, NULL, 10);
        return;
    }
    *value++ = '\0';
    char *pieces = strchr(value, ':');
    bool is_bag = strcmp(word, "bag") == 0;
    if (pieces)
        *pieces++ = '\0';
    struct part_of *of = &r->of_pieces;
    if (pieces)
        describe(s, is_bag, value, strtoll(pieces, NULL, 10));
    else if (is_bag)
        add_word(&s->arena, &of->package_ids, value);
    else
        add_word(&s->arena, strcmp(word, "date") == 0 ? &of->date_codes : &of->serials, value);
}

static void read_step(struct story *s, char *step)
{
    static const struct {
        const char *verb;
        enum record_type type;
    } VERBS[] = {{"in", REC_RECEIVED}, {"hold", REC_HELD}, {"free", REC_RELEASED}, {"out", REC_SHIPPED}};
    char *rest, *verb = strtok_r(step, " ", &rest);
    struct record *r = ARENA_NEW(&s->arena, struct record);
    struct event *e = ARENA_NEW(&s->arena, struct event);
    *r = (struct record){.quantity = NONE, .lot.quantity = 100, .book = NONE, .type = REC_COUNT, .reason = "papers"};
    if (strcmp(verb, "held") == 0) {
        s->ends_held = true;
        return;
    }
    for (size_t i = 0; i < LENGTH(VERBS); i++)
        if (strcmp(VERBS[i].verb, verb) == 0)
            r->type = VERBS[i].type;
    assert_true(r->type != REC_COUNT && s->len < STEPS_MAX);
    for (char *word = strtok_r(NULL, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *mark = strchr(word, '!');
        s->breaks[s->len] = mark != NULL;
        if (mark)
            *mark = '\0';
        read_word(s, r, word);
    }
    r->time.first_us = r->time.last_us = (int64_t)s->len;
    *e = (struct event){.seq = (int64_t)s->len, .owner = "x", .today = "x", .record = r};
    s->events[s->len++] = e;
}

static void tell(struct story *s, const char *steps)
{
    static struct org holder = {.name = "x", .class_ = &holder};
    char *rest, *text = arena_strdup(&s->arena, steps);
    for (char *step = strtok_r(text, ";", &rest); step; step = strtok_r(NULL, ";", &rest))
        read_step(s, step);
    s->lot.holder = &holder;
    s->lot.was_held = s->lot.ordered = true;
    s->lot.events.at = s->events;
    s->lot.events.len = s->len;
}

static void test_row(void **state)
{
    const struct row *row = &ROWS[(size_t)(uintptr_t)*state];
    struct story s = {.len = 0};
    arena_init(&s.arena, 0);
    struct space space = {.arena = &s.arena};
    tell(&s, row->steps);
    lot_holds(&space, &s.lot);
    for (size_t i = 0; i < s.len; i++)
        if ((held_at(&s.lot, s.events[i]).reason != NULL) != s.breaks[i])
            fail_msg("step %zu of \"%s\": %s", i + 1, row->steps, s.breaks[i] ? "breaks no hold" : "breaks a hold");
    if ((s.lot.held_now.reason != NULL) != s.ends_held)
        fail_msg("\"%s\" ends %s", row->steps, s.ends_held ? "free" : "held");
    arena_reset(&s.arena);
}

int main(void)
{
    enum { N = LENGTH(ROWS) };
    struct CMUnitTest tests[N];
    for (size_t i = 0; i < N; i++)
        tests[i] = (struct CMUnitTest){ROWS[i].label, test_row, NULL, NULL, (void *)(uintptr_t)i};
    return _cmocka_run_group_tests("holds", tests, N, NULL, NULL);
}
