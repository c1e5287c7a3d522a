/* test_rules_goods - every row of rules/cases_goods is a test of its own. */
#include "../rules/cases_goods.h"

int main(void)
{
    return run_cases("rules of origin", ORIGIN_CASES, LENGTH(ORIGIN_CASES)) +
           run_cases("rules of part numbers", NUMBER_CASES, LENGTH(NUMBER_CASES)) +
           run_cases("rules of materials", MATERIAL_CASES, LENGTH(MATERIAL_CASES)) +
           run_cases("rules of substances", SUBSTANCE_CASES, LENGTH(SUBSTANCE_CASES)) +
           run_cases("rules of grades", GRADE_CASES, LENGTH(GRADE_CASES)) +
           run_cases("rules of content", CONTENT_CASES, LENGTH(CONTENT_CASES)) +
           run_cases("rules of makers' names", BRAND_CASES, LENGTH(BRAND_CASES));
}
