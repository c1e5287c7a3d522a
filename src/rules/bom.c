/* bom - see the header. */
#include "pedigree/rules/bom.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

enum { WINDOW_DAYS = 90, RANK_ACTIVE = 1, RANK_NRND, RANK_LTB, RANK_EOL };

int lifecycle_rank(const char *lifecycle)
{
    static const char *const RANKS[] = {"preview", "active", "nrnd", "ltb", "eol", "obsolete"};
    for (size_t i = 0; i < LENGTH(RANKS); i++)
        if (text_is(lifecycle, RANKS[i]))
            return (int)i;
    return -1;
}

static bool is_past(int32_t day, int32_t today)
{
    return day != NO_DAY && day < today;
}

static bool has_ended(const struct bom_facts *f)
{
    return f->lifecycle >= RANK_EOL || is_past(f->last_order, f->today) || is_past(f->last_ship, f->today);
}

static bool closes_soon(const struct bom_facts *f)
{
    return f->last_order != NO_DAY && !is_past(f->last_order, f->today) && f->last_order - f->today <= WINDOW_DAYS;
}

static bool is_covered(const struct bom_facts *f)
{
    return f->need == 0;
}

static bool lacks_after_end(const struct bom_facts *f)
{
    return has_ended(f) && f->need != NONE && f->need > 0;
}

static bool ended_of_unknown_need(const struct bom_facts *f)
{
    return has_ended(f) && f->need == NONE;
}

static bool window_closes(const struct bom_facts *f)
{
    return closes_soon(f) && !is_covered(f);
}

static bool is_flagged_high(const struct bom_facts *f)
{
    return f->worst_flag >= SEV_HIGH;
}

static bool ended_and_covered(const struct bom_facts *f)
{
    return has_ended(f);
}

static bool has_last_order(const struct bom_facts *f)
{
    return f->last_order != NO_DAY || f->lifecycle == RANK_LTB;
}

static bool disagrees(const struct bom_facts *f)
{
    return f->disagrees;
}

static bool is_flagged_medium(const struct bom_facts *f)
{
    return f->worst_flag == SEV_MEDIUM;
}

static bool is_nrnd(const struct bom_facts *f)
{
    return f->lifecycle == RANK_NRND;
}

static bool is_unknown(const struct bom_facts *f)
{
    return f->lifecycle < 0;
}

static bool is_flagged_low(const struct bom_facts *f)
{
    return f->worst_flag == SEV_LOW;
}

/* The first that holds. */
static const struct {
    bool (*holds)(const struct bom_facts *f);
    enum severity grade;
    const char *why;
} GRADES[] = {
    {lacks_after_end, SEV_CRITICAL, "It can be ordered no more, and what is here and on order does not last to the end of support."},
    {window_closes, SEV_CRITICAL, "The last order is due within 90 days, and what is here and on order does not last to the end of support."},
    {ended_of_unknown_need, SEV_HIGH, "It can be ordered no more, and how many are needed is not told."},
    {is_flagged_high, SEV_HIGH, "Lots of yours have open flags that are high or critical."},
    {has_last_order, SEV_MEDIUM, "It has a last order."},
    {disagrees, SEV_MEDIUM, "Sources disagree about its life cycle."},
    {is_flagged_medium, SEV_MEDIUM, "Lots of yours have open flags that are medium."},
    {ended_and_covered, SEV_MEDIUM, "It can be ordered no more; what is here and on order lasts."},
    {is_nrnd, SEV_LOW, "It is not recommended for new designs."},
    {is_unknown, SEV_LOW, "Nobody says where it stands in its life cycle."},
    {is_flagged_low, SEV_LOW, "Lots of yours have open flags that are low."},
};

enum severity bom_grade(const struct bom_facts *f, const char **why)
{
    for (size_t i = 0; i < LENGTH(GRADES); i++)
        if (GRADES[i].holds(f)) {
            *why = i == 1 && f->need == NONE ? "The last order is due within 90 days, and how many are needed is not told."
                                             : GRADES[i].why;
            return GRADES[i].grade;
        }
    *why = "Nothing speaks against it.";
    return SEV_NONE;
}
