/*
 * codes - closed lists of others: countries (ISO 3166-1) and currencies (ISO 4217).
 *
 * Records reach back decades and are never changed, so a code once given stays good:
 * countries withdrawn since 1974, currencies withdrawn since 1973.  Metals, test codes
 * and "no currency" (XAU, XTS, XXX) are no money.
 */
#include "scalar.h"

#include <string.h>

/* AA is ours: mixed. */
/* clang-format off */
static const char COUNTRIES[] =
    "AA AD AE AF AG AI AL AM AN AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI "
    "BJ BL BM BN BO BQ BR BS BT BU BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO "
    "CR CS CT CU CV CW CX CY CZ DD DE DJ DK DM DO DY DZ EC EE EG EH ER ES ET FI FJ "
    "FK FM FO FQ FR FX GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK "
    "HM HN HR HT HU HV ID IE IL IM IN IO IQ IR IS IT JE JM JO JP JT KE KG KH KI KM "
    "KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MI MK "
    "ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NH NI NL NO NP NQ "
    "NR NT NU NZ OM PA PC PE PF PG PH PK PL PM PN PR PS PT PU PW PY PZ QA RE RH RO "
    "RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SU SV SX SY SZ TC "
    "TD TF TG TH TJ TK TL TM TN TO TP TR TT TV TW TZ UA UG UM US UY UZ VA VC VD VE "
    "VG VI VN VU WF WK WS YD YE YT YU ZA ZM ZR ZW";

static const char CURRENCIES[] =
    "ADP AED AFA AFN ALK ALL AMD ANG AOA AOK AON AOR ARA ARP ARS ARY ATS AUD AWG AYM "
    "AZM AZN BAD BAM BBD BDT BEC BEF BEL BGJ BGK BGL BGN BHD BIF BMD BND BOB BOP BOV "
    "BRB BRC BRE BRL BRN BRR BSD BTN BUK BWP BYB BYN BYR BZD CAD CDF CHC CHE CHF CHW "
    "CLF CLP CNY COP COU CRC CSD CSJ CSK CUC CUP CVE CYP CZK DDM DEM DJF DKK DOP DZD "
    "ECS ECV EEK EGP ERN ESA ESB ESP ETB EUR FIM FJD FKP FRF GBP GEK GEL GHC GHP GHS "
    "GIP GMD GNE GNF GNS GQE GRD GTQ GWE GWP GYD HKD HNL HRD HRK HTG HUF IDR IEP ILP "
    "ILR ILS INR IQD IRR ISJ ISK ITL JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT "
    "LAJ LAK LBP LKR LRD LSL LSM LTL LTT LUC LUF LUL LVL LVR LYD MAD MDL MGA MGF MKD "
    "MLF MMK MNT MOP MRO MRU MTL MTP MUR MVQ MVR MWK MXN MXP MXV MYR MZE MZM MZN NAD "
    "NGN NIC NIO NLG NOK NPR NZD OMR PAB PEH PEI PEN PES PGK PHP PKR PLN PLZ PTE PYG "
    "QAR RHD ROK ROL RON RSD RUB RUR RWF SAR SBD SCR SDD SDG SDP SEK SGD SHP SIT SKK "
    "SLE SLL SOS SRD SRG SSP STD STN SUR SVC SYP SZL THB TJR TJS TMM TMT TND TOP TPE "
    "TRL TRY TTD TWD TZS UAH UAK UGS UGW UGX USD USN USS UYI UYN UYP UYU UYW UZS VEB "
    "VED VEF VES VNC VND VUV WST XAD XAF XCD XCG XDR XEU XOF XPF YDD YER YUD YUM YUN "
    "ZAL ZAR ZMK ZMW ZRN ZRZ ZWC ZWD ZWG ZWL ZWN ZWR";
/* clang-format on */

/* `list` holds codes of `width` letters, a space between. */
static bool is_listed(const char *list, size_t width, const char *s)
{
    if (strlen(s) != width)
        return false;
    for (; memcmp(list, s, width) != 0; list += width + 1)
        if (!list[width])
            return false;
    return true;
}

bool code_is_country(const char *s)
{
    return is_listed(COUNTRIES, 2, s);
}

bool code_is_currency(const char *s)
{
    return is_listed(CURRENCIES, 3, s);
}

const char *code_countries(void)
{
    return COUNTRIES;
}

const char *code_currencies(void)
{
    return CURRENCIES;
}
