/* test_rules_credential - every row of rules/cases_credential is a test of its own. */
#include "../rules/cases_credential.h"

int main(void)
{
    return run_cases("rules of credentials", CREDENTIAL_CASES, LENGTH(CREDENTIAL_CASES));
}
