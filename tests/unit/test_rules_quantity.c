/* test_rules_quantity - every row of rules/cases_quantity is a test of its own. */
#include "../rules/cases_quantity.h"

int main(void)
{
    return run_cases("rules of quantity", QUANTITY_CASES, LENGTH(QUANTITY_CASES));
}
