/* environment - family J: grades, and what a part may be exposed to. */
#include "family.h"

/* ---- ENV-002 ---- */

static void mark_grade(const struct rule *self, const struct facts *f, const struct mark_fact *m,
                       struct findings *out)
{
    const char *subject = arena_printf(out->arena, "trace code %s", m->value);
    const struct said_text *mine = &f->spec->grade;
    if (!m->other_grade || grade_rank(m->other_grade) >= grade_rank(mine->value)) {
        rule_pass(out, self, subject);
        return;
    }
    rule_fail(out, self, subject, m->borne_out ? SEV_INFO : SEV_HIGH, NO_DAY, SEQS(m->seq, mine->seq),
              json_pack("{s:s, s:s, s:s, s:b}", "traceCode", m->value, "grade", mine->value, "also",
                        m->other_grade, "borneOut", m->borne_out),
              "These parts are of %s grade, and trace code %s is also recorded with the same dates for parts "
              "of %s grade%s.",
              mine->value, m->value, m->other_grade,
              m->borne_out ? ", but by nothing that outweighs this chain, which leads to the maker" : "");
}

static void grade_is_kept(const struct rule *self, const struct facts *f, struct findings *out)
{
    bool any = false;
    if (!f->spec->grade.value) /* a part that nobody grades has none to be raised from */
        return;
    if (!grade_rank(f->spec->grade.value)) {
        rule_unknown(out, self, "", "a grade of a known name");
        return;
    }
    for (size_t i = 0; i < f->marks_len; i++)
        if (f->marks[i].kind == MARK_TRACE) {
            mark_grade(self, f, &f->marks[i], out);
            any = true;
        }
    if (!any)
        rule_unknown(out, self, "", "trace codes");
}

static const struct rule RULES[] = {
    {
        .id = "ENV-002",
        .family = "J",
        .title = "Parts of one production lot are not also recorded as of a lower grade",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"DFARS 252.246-7007", "SAE AS6171"},
        .guards = "The same maker, trace code and days of production; a manufacturer that sorts one lot "
                  "into grades says so by its own records, or by naming one part as an alternate of "
                  "the other; a word of the open market is a note to the maker's own chain.",
        .check = grade_is_kept,
    },
};

const struct rule_family ENVIRONMENT_RULES = {RULES, LENGTH(RULES)};
