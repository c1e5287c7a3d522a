/* test_rules_cyber - every row of rules/cases_cyber is a test of its own. */
#include "../rules/cases_cyber.h"

int main(void)
{
    return run_cases("rules of security", CYBER_CASES, LENGTH(CYBER_CASES));
}
