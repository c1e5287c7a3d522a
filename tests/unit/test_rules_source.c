/* test_rules_source - every row of rules/cases_source is a test of its own. */
#include "../rules/cases_source.h"

int main(void)
{
    return run_cases("rules of source", SOURCE_CASES, LENGTH(SOURCE_CASES));
}
