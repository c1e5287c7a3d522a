/*
 * number - family C: the part number as it is written, beside its maker's catalogue.
 *
 * A number that the maker's own chain uses needs no catalogue.  What is in none is no fault as such:
 * catalogues are known in part, and the question is how near it is to one that is known.
 */
#include "family.h"

static bool is_makers_word(const struct facts *f)
{
    return f->traced == TRACED_MANUFACTURER || f->traced == TRACED_AUTHORIZATION;
}

/* Some of it was bought outside the authorized chain, or nobody knows where. */
static bool is_from_open_market(const struct facts *f)
{
    for (size_t i = 0; i < f->hops_len; i++)
        if (f->hops[i].standing != HOP_INTERNAL && !tier_is_authorized(f->hops[i].tier) &&
            (!f->hops[i].opening || f->hops[i].source))
            return true;
    return false;
}

static json_t *number_json(const struct facts *f, const char *how)
{
    return json_pack("{s:s, s:s, s:s*}", "mpn", f->part.mpn, "is", how, "like", f->number.like);
}

static void imitates(const struct rule *self, const struct facts *f, struct findings *out)
{
    rule_fail(out, self, "part", SEV_HIGH, NO_DAY, SEQS(f->description_seq, f->number.seq),
              number_json(f, "look-alike"),
              "Part number %s has letters of another script that look like Latin ones%s%s.", f->part.mpn,
              f->number.like ? ": in the manufacturer's catalogue is " : "",
              f->number.like ? f->number.like : "");
}

static void looks_alike(const struct rule *self, const struct facts *f, struct findings *out)
{
    rule_fail(out, self, "part", SEV_MEDIUM, NO_DAY, SEQS(f->description_seq, f->number.seq),
              number_json(f, "confusable"),
              "Part number %s is not in the manufacturer's catalogue, and looks like %s, which is.",
              f->part.mpn, f->number.like);
}

/* An authorized source sells what its papers call so: a slip, or a number that is new. */
static void is_one_off(const struct rule *self, const struct facts *f, struct findings *out)
{
    rule_fail(out, self, "part", is_from_open_market(f) ? SEV_MEDIUM : SEV_LOW, NO_DAY,
              SEQS(f->description_seq, f->number.seq), number_json(f, "one off"),
              "Part number %s is not in the manufacturer's catalogue, and one character from %s, which is.",
              f->part.mpn, f->number.like);
}

static void is_unlisted(const struct rule *self, const struct facts *f, struct findings *out)
{
    if (!is_from_open_market(f)) {
        rule_unknown(out, self, "part", "the number in what is known of the manufacturer's catalogue");
        return;
    }
    rule_fail(out, self, "part", SEV_LOW, NO_DAY, SEQS(f->description_seq), number_json(f, "unlisted"),
              "Part number %s is not in what is known of the manufacturer's catalogue, and was not bought "
              "from an authorized source.",
              f->part.mpn);
}

static void number_is_regular(const struct rule *self, const struct facts *f, struct findings *out)
{
    bool whole = f->number.script == SCRIPT_WHOLE && f->number.standing == NUMBER_ALIKE;
    if (!lot_is_described(self, f, out))
        return;
    if (f->number.standing != NUMBER_LISTED && (f->number.script == SCRIPT_IMITATES || whole)) {
        imitates(self, f, out);
        return;
    }
    if (is_makers_word(f)) {
        rule_pass(out, self, "part");
        return;
    }
    switch (f->number.standing) {
    case NUMBER_LISTED:
        rule_pass(out, self, "part");
        return;
    case NUMBER_ALIKE:
        looks_alike(self, f, out);
        return;
    case NUMBER_SLIP:
        is_one_off(self, f, out);
        return;
    case NUMBER_UNLISTED:
        is_unlisted(self, f, out);
        return;
    case NUMBER_UNKNOWN:
        rule_unknown(out, self, "part", "the manufacturer's catalogue");
        return;
    }
}

static const struct rule RULES[] = {
    {
        .id = "CAP-050",
        .family = "C",
        .title = "A part number is one of its manufacturer's, and does not merely look like one",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"DFARS 252.246-7007", "Unicode UTS 39"},
        .guards = "Packing suffixes and a letter more at the end are no difference; a number that the "
                  "manufacturer's own chain uses is good without a catalogue; one that is one character "
                  "off is low from an authorized source, as catalogues are known in part; letters of "
                  "another script alone may be a name of their own.",
        .check = number_is_regular,
    },
};

const struct rule_family NUMBER_RULES = {RULES, LENGTH(RULES)};
