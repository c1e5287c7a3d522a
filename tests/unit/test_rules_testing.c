/* test_rules_testing - every row of rules/cases_testing is a test of its own. */
#include "../rules/cases_testing.h"

int main(void)
{
    return run_cases("rules of testing", TESTING_CASES, LENGTH(TESTING_CASES));
}
