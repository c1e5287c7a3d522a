/* test_rules_price - every row of rules/cases_price is a test of its own. */
#include "../rules/cases_price.h"

int main(void)
{
    return run_cases("rules of statistics", PRICE_CASES, LENGTH(PRICE_CASES));
}
