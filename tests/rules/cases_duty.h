/* cases_duty - fixtures of family G: what is owed for suspect stock. */
#pragma once

#include "build.h"

#define DONE_NEVER                                                                       \
    {                                                                                    \
        .day = NO_DAY, .seq = NONE                                                       \
    }
#define DONE(day_)                                                                       \
    {                                                                                    \
        .day = (day_), .seq = 9, .text = "G-9"                                           \
    }
/* Known on that day by an inspection. */
#define SUSPECT(day_, ...)                                                               \
    .duties = &(const struct duty_facts){                                                \
        .suspicions = (const struct suspicion_fact[]){{.what = "inspection I-1", .day = (day_), .seq = 4}}, \
        .suspicions_len = 1, .reported = DONE_NEVER, .exempt = DONE_NEVER, .disposed = DONE_NEVER, \
        .cleared = DONE_NEVER, .gone_day = NO_DAY, __VA_ARGS__}
#define HOLD(day_, ...)                                                                  \
    .holds = (const struct hold_fact[]){{.reason = "suspect", .day = (day_), .seq = 6, .placed = true, __VA_ARGS__}}, \
    .holds_len = 1
#define FRIDAY DAY(2024, 9, 6)
#define SCRAPPING(day_, ...)                                                             \
    {                                                                                    \
        .seq = 5, .key = "X-1", .type = REC_SCRAPPED, .quantity = 10, .day_first = (day_), .day_last = (day_), \
        .made = NO_DAY, .held_seq = NONE,                                                \
        .record = &(const struct record){.type = REC_SCRAPPED, .method = "crushed", __VA_ARGS__} \
    }
#define PROVED .witness = "QA"

static const struct rule_case DUTY_CASES[] = {
    {"not suspect", "CAP-103", "", LOT()},
    {"29 days ago", "CAP-103", "lot unknown", LOT(SUSPECT(TODAY - 29))},
    {"30 days ago", "CAP-103", "lot medium", LOT(SUSPECT(TODAY - 30))},
    {"44 days ago", "CAP-103", "lot medium", LOT(SUSPECT(TODAY - 44))},
    {"45 days ago", "CAP-103", "lot high", LOT(SUSPECT(TODAY - 45))},
    {"59 days ago", "CAP-103", "lot high", LOT(SUSPECT(TODAY - 59))},
    {"60 days ago", "CAP-103", "lot critical", LOT(SUSPECT(TODAY - 60))},
    {"reported in time", "CAP-103", "lot pass", LOT(SUSPECT(CAME, .reported = DONE(CAME + 60)))},
    {"reported late", "CAP-103", "lot low", LOT(SUSPECT(CAME, .reported = DONE(CAME + 61)))},
    {"reported before it was known here", "CAP-103", "lot pass", LOT(SUSPECT(CAME, .reported = DONE(CAME - 5)))},
    {"exempt", "CAP-103", "lot pass", LOT(SUSPECT(CAME, .exempt = DONE(CAME + 400)))},
    {"released in time", "CAP-103", "lot pass", LOT(SUSPECT(CAME, .cleared = DONE(CAME + 9)))},
    {"released late", "CAP-103", "lot low", LOT(SUSPECT(CAME, .cleared = DONE(CAME + 90)))},

    {"not suspect", "CAP-104", "", LOT()},
    {"held on that day", "CAP-104", "lot pass", LOT(SUSPECT(FRIDAY, HOLD(FRIDAY)))},
    {"held before", "CAP-104", "lot pass", LOT(SUSPECT(FRIDAY, HOLD(FRIDAY - 9, .reason = "papers")))},
    {"held on Monday", "CAP-104", "lot pass", LOT(SUSPECT(FRIDAY, HOLD(FRIDAY + 3)))},
    {"held on Tuesday", "CAP-104", "lot low", LOT(SUSPECT(FRIDAY, HOLD(FRIDAY + 4)))},
    {"nothing says where", "CAP-104", "lot low", LOT(SUSPECT(FRIDAY, HOLD(FRIDAY, .placed = false)))},
    {"never held", "CAP-104", "lot high", LOT(SUSPECT(FRIDAY))},
    {"not yet due", "CAP-104", "lot unknown", LOT(.today = FRIDAY + 3, SUSPECT(FRIDAY))},
    {"due", "CAP-104", "lot high", LOT(.today = FRIDAY + 4, SUSPECT(FRIDAY))},
    {"gone before", "CAP-104", "", LOT(SUSPECT(FRIDAY, .gone_day = FRIDAY))},
    {"gone after", "CAP-104", "lot high", LOT(SUSPECT(FRIDAY, .gone_day = FRIDAY + 4))},

    {"not suspect", "CAP-105", "", LOT(MOVES(SCRAPPING(CAME + 9)))},
    {"kept", "CAP-105", "lot pass", LOT(SUSPECT(CAME))},
    {"gone otherwise", "CAP-105", "lot unknown", LOT(SUSPECT(CAME, .gone_day = CAME + 9))},
    {"scrapped at will", "CAP-105", "move X-1 high", LOT(SUSPECT(CAME), MOVES(SCRAPPING(CAME + 9, PROVED)))},
    {"scrapped by order", "CAP-105", "move X-1 pass",
     LOT(SUSPECT(CAME), MOVES(SCRAPPING(CAME + 9, PROVED, .authority = "contracting officer")))},
    {"scrapped as a review decided", "CAP-105", "move X-1 pass",
     LOT(SUSPECT(CAME, .disposed = DONE(CAME + 9)), MOVES(SCRAPPING(CAME + 9, PROVED)))},
    {"scrapped before a review decided", "CAP-105", "move X-1 high",
     LOT(SUSPECT(CAME, .disposed = DONE(CAME + 10)), MOVES(SCRAPPING(CAME + 9, PROVED)))},
    {"scrapped by order, without proof", "CAP-105", "move X-1 low",
     LOT(SUSPECT(CAME), MOVES(SCRAPPING(CAME + 9, .authority = "contracting officer")))},
    {"with a certificate of destruction", "CAP-105", "move X-1 pass",
     LOT(SUSPECT(CAME),
         MOVES(SCRAPPING(CAME + 9, .authority = "contracting officer",
                         .documents = (struct document_ref[]){{.kind = "destruction-certificate"}}, .documents_len = 1)))},
    {"after five years", "CAP-105", "move X-1 pass",
     LOT(SUSPECT(DAY(2020, 3, 1)), MOVES(SCRAPPING(DAY(2025, 3, 1), PROVED)))},
    {"a day before five years", "CAP-105", "move X-1 high",
     LOT(SUSPECT(DAY(2020, 3, 1)), MOVES(SCRAPPING(DAY(2025, 2, 28), PROVED)))},
    {"before it was suspect", "CAP-105", "lot pass", LOT(SUSPECT(CAME + 20), MOVES(SCRAPPING(CAME + 9)))},
    {"after it was released", "CAP-105", "lot pass",
     LOT(SUSPECT(CAME, .cleared = DONE(CAME + 5)), MOVES(SCRAPPING(CAME + 9)))},
};
