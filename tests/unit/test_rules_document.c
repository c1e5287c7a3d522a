/* test_rules_document - every row of rules/cases_document is a test of its own. */
#include "../rules/cases_document.h"

int main(void)
{
    return run_cases("rules of document", DOCUMENT_CASES, LENGTH(DOCUMENT_CASES));
}
