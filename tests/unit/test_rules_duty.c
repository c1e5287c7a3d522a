/* test_rules_duty - every row of rules/cases_duty is a test of its own. */
#include "../rules/cases_duty.h"

int main(void)
{
    return run_cases("rules of duty", DUTY_CASES, LENGTH(DUTY_CASES));
}
