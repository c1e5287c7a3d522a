/* test_rules_marking - every row of rules/cases_marking is a test of its own. */
#include "../rules/cases_marking.h"

int main(void)
{
    return run_cases("rules of marking", MARKING_CASES, LENGTH(MARKING_CASES)) +
           run_cases("rules of mixture", MIXTURE_CASES, LENGTH(MIXTURE_CASES));
}
