/* test_rules_certificate - every row of rules/cases_certificate is a test of its own. */
#include "../rules/cases_certificate.h"

int main(void)
{
    return run_cases("rules of certificate", CERTIFICATE_CASES, LENGTH(CERTIFICATE_CASES));
}
