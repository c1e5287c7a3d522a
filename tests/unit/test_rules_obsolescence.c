/* test_rules_obsolescence - every row of rules/cases_obsolescence is a test of its own. */
#include "../rules/cases_obsolescence.h"

int main(void)
{
    return run_cases("rules of obsolescence", OBSOLESCENCE_CASES, LENGTH(OBSOLESCENCE_CASES));
}
