/* test_rules_alert - every row of rules/cases_alert is a test of its own. */
#include "../rules/cases_alert.h"

int main(void)
{
    return run_cases("rules of alert", ALERT_CASES, LENGTH(ALERT_CASES));
}
