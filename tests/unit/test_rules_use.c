/* test_rules_use - every row of rules/cases_use is a test of its own. */
#include "../rules/cases_use.h"

int main(void)
{
    return run_cases("rules of use", USE_CASES, LENGTH(USE_CASES));
}
