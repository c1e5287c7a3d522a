/* test_rules_merge - every row of rules/cases_merge is a test of its own. */
#include "../rules/cases_merge.h"

int main(void)
{
    return run_cases("rules of merges", MERGE_CASES, LENGTH(MERGE_CASES));
}
