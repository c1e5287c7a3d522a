/* test_rules_label - every row of rules/cases_label is a test of its own. */
#include "../rules/cases_label.h"

int main(void)
{
    return run_cases("rules of labels", LABEL_CASES, LENGTH(LABEL_CASES));
}
