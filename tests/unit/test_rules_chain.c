/* test_rules_chain - every row of rules/cases_chain is a test of its own. */
#include "../rules/cases_chain.h"

int main(void)
{
    return run_cases("rules of chain", CHAIN_CASES, LENGTH(CHAIN_CASES));
}
