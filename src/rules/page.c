/*
 * page - what is said of each rule for people: why it is asked, what it looks at, what it needs, what to do.
 *
 * Beside the rows, which decide; nothing here does.  How it is printed is at the end.
 */
#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/rules/rule.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Sorted by id. */
static const struct rule_page PAGES[] = {
    {
        .id = "CAP-001",
        .why = "Pieces whose way back to the maker is not recorded cannot be told from copies or used parts; who buys "
               "them owes extra tests.",
        .looks_at = "`manufactured`, `received`, `shipped`, `transformed` of the lot and of all lots that it came "
                    "from; `authorization` of each seller.",
        .needs = "A description of the lot; how it came in; of a sample, the lot that it was taken from. Have the "
                 "holder record `received` or `described`.",
        .grades = "High where the chain ends in no authorized hands, or some pieces have no origin. Medium where only "
                  "the holder names the origin, low where who it names did hold the authorization.",
        .advice = "Ask the seller for the missing hop and have it recorded by both sides; else test as for an "
                  "open-market buy (CAP-085).",
    },
    {
        .id = "CAP-002",
        .why = "A receipt that the named source, who records its custody here, does not confirm may be invented; so "
               "may a shipment that never arrives.",
        .looks_at = "`received` against the source's `shipped`, by shipment number, or by part, quantity and days; "
                    "`verified` answers; `shipped` to a party that records here.",
        .needs = "Who handed the parts over, and that party's own records; of a shipment, a description of the lot.",
        .grades = "High if no shipment fits or the source denies it, low if its lot agrees but the shipment is "
                  "missing; a shipment that never arrived is medium. Pending for three days after the receipt, but "
                  "for a denial.",
        .advice = "Ask the other side to record its half, or to answer by `verified`; correct a wrong source or "
                  "shipment number by voiding the receipt.",
        .parameters = {{"transitDays", "A shipment not recorded as received after so many days counts as not "
                                        "arrived."}},
    },
    {
        .id = "CAP-003",
        .why = "Out of sight for long, pieces can be exchanged, and nobody can say how they were stored.",
        .looks_at = "Days of `shipped` and `received` of each hop; `counted`, `inspected` and whatever else its "
                    "holder records of the lot.",
        .needs = "The day of shipment: the sender's `shipped`.",
        .grades = "Always medium.",
        .advice = "Count the stock and record it (`counted`); ask the carrier or keeper where the goods were.",
        .parameters = {{"gapDays", "The longest time between two signs of the lot."},
                       {"authorizedGapDays", "The same for a holder whom the manufacturer authorized."},
                       {"transitDays", "The longest time on the way."}},
    },
    {
        .id = "CAP-004",
        .why = "Days that run backwards show a record that was made up, or a mistake in typing that hides something "
               "else.",
        .looks_at = "Days of `shipped`, `received`, `installed`, `scrapped`, and the earliest reading of each date "
                    "code.",
        .needs = "The day of shipment, and how the pieces came in.",
        .grades = "Always high.",
        .advice = "Compare with the papers; void what was mistyped and record it anew. If the papers say the same, "
                  "ask the seller.",
        .parameters = {{"slackDays", "Days of slack, for time zones and late bookings."},
                       {"codeDays", "Parts leave a factory at the earliest so many days before the first day that "
                                     "their date code can mean."}},
    },
    {
        .id = "CAP-005",
        .why = "Goods that come back to who sold them before gain a clean history that is no history.",
        .looks_at = "All hops upstream of the lot.",
        .needs = "A description of the lot.",
        .grades = "Always high.",
        .advice = "Find the record that closes the circle with `pedigree trace`; void it if it is a mistake, ask its "
                  "submitter if not.",
    },
    {
        .id = "CAP-006",
        .why = "Returns are a known way for exchanged parts to come into authorized stock; they are looked at before "
               "they are new again.",
        .looks_at = "`received` by return, later `shipped` with its claimed condition, `inspected` with purpose "
                    "`return` in between.",
        .needs = "The condition that the pieces were sold in: state it on `shipped`.",
        .grades = "High; medium where the factory's seal was whole.",
        .advice = "Inspect what is left and record it; tell who bought the rest.",
    },
    {
        .id = "CAP-007",
        .why = "Put together, good pieces are worth no more than the worst, and nobody can tell them apart again.",
        .looks_at = "`transformed` (merge, pack): trace, sources, condition and date codes of each input, and the "
                    "pieces of each code in the output.",
        .needs = "Records of every input.",
        .grades = "High where part, trace, source or condition differ and the pieces are not told apart; medium where "
                  "only a claimed trace differs; low for date codes alone.",
        .advice = "Take them apart by date code if that can still be done, and tell the pieces of each; else treat "
                  "all as the worst input.",
    },
    {
        .id = "CAP-008",
        .why = "Suspect pieces that move on reach somebody's equipment, or the market once more.",
        .looks_at = "`held` and `released` against `shipped` and `installed`.",
        .needs = "How many pieces the lot has, to judge a sample.",
        .grades = "Critical if held as suspect, also back to its source; high if held for another reason.",
        .advice = "Stop the shipment or find where the pieces were built in; hold again, and record the release if "
                  "there was one.",
        .parameters = {{"samplePieces", "Up to so many pieces may go to a laboratory though held."},
                       {"samplePercent", "And no more than this share of the lot."}},
    },
    {
        .id = "CAP-009",
        .why = "Each unauthorized trader on the way is one more place where pieces can be exchanged.",
        .looks_at = "Sellers on all recorded sales upstream, and the manufacturer's `authorization` of each.",
        .needs = "The whole way from the manufacturer: a short way that begins nowhere proves nothing.",
        .grades = "Always medium.",
        .advice = "Buy nearer to the manufacturer, or decide on tests by the risk.",
        .parameters = {{"sellers", "So many unauthorized sellers are no finding."}},
    },
    {
        .id = "CAP-010",
        .why = "Parts that come from where their seller has no site may come from somebody else.",
        .looks_at = "Site or country on `shipped` or `received`, against `sites` of the sender's `organisation` "
                    "record.",
        .needs = "The sites of who handed the parts over.",
        .grades = "Always low.",
        .advice = "Ask the seller where the parts were stored; have it complete its sites.",
    },
    {
        .id = "CAP-020",
        .why = "What is still made can be had from the authorized chain; another source for it takes a risk for a "
               "price.",
        .looks_at = "Sales on the open market, and the life cycle of the part on that day (`part`, `notice`); in the holder's "
                    "own view its `decision` (derogation), as for a long allocation.",
        .needs = "What the seller is for this part, and whether it was made on that day: life cycle or notices of the "
                 "part.",
        .grades = "Always high.",
        .advice = "Buy from the authorized chain next time; test what was bought, and record why it was (`decision`, "
                  "derogation).",
    },
    {
        .id = "CAP-021",
        .why = "A capacity that does not exist lends goods a trust that they do not have.",
        .looks_at = "`as` on `shipped` or `received`, against `authorization` of the manufacturer, or of the buyer "
                    "for an exclusive-trace source, on the day of the sale.",
        .needs = "Who sold, and what its authorization covers: parts, packages, regions.",
        .grades = "High; medium where an authorization holds within the days of grace before or after.",
        .advice = "Ask the manufacturer whether it authorized the seller; have the authorization recorded, or treat "
                  "the lot as an open-market buy.",
        .parameters = {{"graceDays", "An authorization that is so near makes the claim a matter of late lists."}},
    },
    {
        .id = "CAP-022",
        .why = "Who sells outside the authorized chain is audited for keeping suspect parts out; without a valid "
               "certificate nobody looked.",
        .looks_at = "`certificate` of the seller for avoiding suspect parts (IECQ AP-CAP, AS6081, AS6496, AS5553, IEC "
                    "62668, CCAP-101), its status on the day of the sale; `snapshot` of the register.",
        .needs = "A certificate of the seller, or a register read to its end.",
        .grades = "High on the open market, medium there if it was renewed within the days of grace, low for "
                  "authorized sellers; a certificate that was taken back later is a note.",
        .advice = "Look the certificate up in the register for that day; treat the lot as from an unaudited source.",
        .parameters = {{"renewalDays", "One reissued within so many days was lapsing, not missing."},
                       {"reviewDays", "One withdrawn within so many days after the sale is told as a note."}},
    },
    {
        .id = "CAP-023",
        .why = "A certificate for something else, or for another site, says nothing of this sale.",
        .looks_at = "`scope` and `sites` of the seller's valid certificate, against what it did and where the goods "
                    "were shipped from.",
        .needs = "A scope that names known activities; where the goods were shipped from.",
        .grades = "Always medium.",
        .advice = "Ask the seller for the certificate that covers this site and trade.",
    },
    {
        .id = "CAP-024",
        .why = "A certificate that belongs to another, or that its body never issued, says nothing of who shows it.",
        .looks_at = "`certificate` as its holder shows it, against the same as a certifier, operator or feed records "
                    "it, and `snapshot` of that register.",
        .needs = "A register that knows the certificate, or that was read to its end.",
        .grades = "Always high.",
        .advice = "Ask the certification body; until it answers rely on nothing that this party shows.",
    },
    {
        .id = "CAP-025",
        .why = "Parts of the open market in critical equipment are a decision that somebody has to take and sign.",
        .looks_at = "The holder's `bom` (criticality), tier of the sellers, `decision` (derogation, risk-assessment). "
                    "In its owner's view only.",
        .needs = "How critical the programme is: `criticality` of the bill of materials.",
        .grades = "Always critical.",
        .advice = "Record the derogation or risk assessment, with its authority, or use other pieces.",
    },
    {
        .id = "CAP-026",
        .why = "A party that an alert service lists had these pieces in its hands.",
        .looks_at = "`alert` of the class party, or that names suppliers and no parts; every party upstream.",
        .needs = "An alert or list that names parties: configure a feed, or record one.",
        .grades = "High; medium if only the name matches.",
        .advice = "Confirm that it is the same party; then hold the lot and test it.",
    },
    {
        .id = "CAP-027",
        .why = "A seller without a history here may be anybody.",
        .looks_at = "Earlier sales of the seller that were accepted, by this buyer or by five others together; the "
                    "first of them.",
        .needs = "Enough history of the buyer itself; who sold the parts.",
        .grades = "Always medium.",
        .advice = "Assess the supplier before more is bought; inspect this lot.",
        .parameters = {{"acceptedLots", "So many accepted lots make a seller known."},
                       {"knownDays", "And so many days since the first of them."},
                       {"historyLots", "The buyer is judged from so many bought lots on."}},
    },
    {
        .id = "CAP-028",
        .why = "An invented company often has an invented number.",
        .looks_at = "Identifiers of all parties of the lot: LEI, GLN, CAGE and others, by form and check digits.",
        .needs = "A registered identifier: a party that is only a name has none.",
        .grades = "Always low.",
        .advice = "Look the party up in the register of the code; correct a slip by an alias.",
    },
    {
        .id = "CAP-040",
        .why = "Codes that look like none that is known are misread, invented, or of a form that nobody told us.",
        .looks_at = "Date codes and trace codes of the lot; `dateCodeFormats` and `traceCodePattern` of the part.",
        .needs = "A description of the lot with its date codes; a pattern that can be matched.",
        .grades = "Always low.",
        .advice = "Read the package again; if the code is right, have the manufacturer's form recorded in `part`.",
    },
    {
        .id = "CAP-041",
        .why = "No factory marks a week that never was; who marks parts anew may.",
        .looks_at = "Date codes of the lot, declared and observed.",
        .needs = "Date codes of a known form; N/T tells none.",
        .grades = "High; low for week 53 of a year that has 52.",
        .advice = "Look at the package. If it says so, treat the pieces as suspect and test for remarking.",
    },
    {
        .id = "CAP-042",
        .why = "Pieces are made before they come in: a later code is a wrong one, or belongs to other pieces.",
        .looks_at = "Date codes against the day on which the record that names them brought the pieces in.",
        .needs = "Date codes of a known form, and the day on which the pieces came in.",
        .grades = "Critical; medium if the code makes sense with week and year exchanged.",
        .advice = "Read the package again and correct the record if it was a slip; else hold the lot.",
        .parameters = {{"slackDays", "Days of slack."}},
    },
    {
        .id = "CAP-043",
        .why = "Nobody can have made the part before it existed.",
        .looks_at = "Date codes against `introduced` of the part, as the earliest source states it.",
        .needs = "The day of the part's introduction; date codes of a known form.",
        .grades = "Always high.",
        .advice = "Check the date of introduction with the manufacturer; if it stands, treat the pieces as suspect.",
        .parameters = {{"slackWeeks", "Samples come so long before the introduction."}},
    },
    {
        .id = "CAP-044",
        .why = "Pieces with a code from after the end of production may be remarked, or nobody knows who made them.",
        .looks_at = "Date codes against `endOfProduction` and the last shipment by `notice`; `manufactured` of the "
                    "maker; authorizations of aftermarket manufacturers.",
        .needs = "The end of the part's production, and date codes of a known form.",
        .grades = "Always critical.",
        .advice = "Ask the manufacturer when it made the last; look for an aftermarket manufacturer's papers; else "
                  "hold and report.",
        .parameters = {{"slackWeeks", "Production runs on for so long after the announced end."}},
    },
    {
        .id = "CAP-045",
        .why = "Mixed lots are put together from several sources, and one certificate cannot speak for all.",
        .looks_at = "Date codes, trace codes and the pieces of each; a second description of the same lot; the "
                    "sources of the lot.",
        .needs = "Date codes of a known form.",
        .grades = "High for two parts in a lot, for several date codes under one trace code, and for open-market lots "
                  "that do not tell the pieces of each code; medium for those that do; low or a note for authorized "
                  "sources.",
        .advice = "Sort the pieces by code and record how many there are of each; sample each code by itself.",
        .parameters = {{"spreadWeeks", "Codes further apart are medium even from an authorized source."},
                       {"sealedCodes", "More codes than this under a factory seal are medium."}},
    },
    {
        .id = "CAP-046",
        .why = "One production lot has one time of production; the same code on other days may have been copied.",
        .looks_at = "Trace codes with their date codes in all lots of the same maker and part.",
        .needs = "Trace codes of the lot, each with a date code that goes with it.",
        .grades = "High; a note where this chain leads to the maker and only the open market says otherwise.",
        .advice = "Ask the manufacturer when it made that code. The other lots are not named to you; an investigator "
                  "of the operator sees them.",
    },
    {
        .id = "CAP-047",
        .why = "A code under another part, or from many unrelated sellers at once, may have been copied from a real "
               "label.",
        .looks_at = "Trace codes in all lots of the same maker; the roots of their chains.",
        .needs = "Trace codes of the lot.",
        .grades = "High; a note for another part's code where this chain leads to the maker.",
        .advice = "Ask the manufacturer which part the code belongs to; inspect the marking.",
        .parameters = {{"sources", "So many unrelated origins of one code are a finding."},
                       {"windowDays", "Within so many days."}},
    },
    {
        .id = "CAP-048",
        .why = "A country in which the part was not made then suggests that somebody else marked it.",
        .looks_at = "Countries of origin, assembly and diffusion as told by records, labels, documents and "
                    "inspections, against `sites` of the part.",
        .needs = "A country of origin; the sites at which the part is assembled, with their dates.",
        .grades = "High in all cases that can be compared.",
        .advice = "Ask the manufacturer for its sites at that time; inspect the marking.",
        .parameters = {{"slackWeeks", "Slack about each move from site to site."}},
    },
    {
        .id = "CAP-049",
        .why = "One lot told as of two countries is two lots, or one false paper.",
        .looks_at = "Origins by receipts, later records, documents and inspections of the same goods, and under the "
                    "same trace code.",
        .needs = "A second word on the origin.",
        .grades = "Always medium.",
        .advice = "Compare package, label and certificate; correct what was mistyped.",
    },
    {
        .id = "CAP-050",
        .why = "Numbers that only look right deceive the eye and every search.",
        .looks_at = "The part number against the manufacturer's catalogue: all `part` records of that maker, aliases, "
                    "letters of other scripts.",
        .needs = "The manufacturer's catalogue, or the number in what is known of it.",
        .grades = "High for letters of another script that imitate; medium if it looks like a listed number, or is "
                  "one character off on the open market; low if so from an authorized source, or merely unlisted.",
        .advice = "Compare with the data sheet letter by letter; correct a slip, else hold the lot.",
    },
    {
        .id = "CAP-051",
        .why = "The label was printed by the packer; where it disagrees with what is declared, one of the two is "
               "about other goods.",
        .looks_at = "`labels` (2D payloads as read) against part, date codes, lot codes, origin, maker and quantity "
                    "of the lot.",
        .needs = "A description of the lot. Without labels the rule does not apply.",
        .grades = "High for part, date and lot code; medium for origin, maker and quantity; less where only the "
                  "packing suffix differs.",
        .advice = "Read the label again; if it stands, treat label and goods as not belonging together.",
        .parameters = {{"slackDays", "Date codes and label dates may differ by so much."}},
    },
    {
        .id = "CAP-052",
        .why = "Without date or lot code on any label the pieces cannot be traced by their packages.",
        .looks_at = "`labels` of the lot.",
        .needs = "A label that can be read.",
        .grades = "Medium on the open market, low where the parts themselves tell codes or are passive, a note for "
                  "authorized sources.",
        .advice = "Record the codes from the parts themselves; ask the seller for the original labels.",
    },
    {
        .id = "CAP-053",
        .why = "A pack sealed before its parts were made, or of a size the maker does not pack, was probably packed "
               "anew; damp parts may crack when they are soldered.",
        .looks_at = "`sealedOn`, `seal`, `msl`, packages and their pieces, against date codes and `packQuantities` of "
                    "the part.",
        .needs = "Date codes; when the dry pack was sealed; the quantities that the part is packed in.",
        .grades = "Medium; low for one begun package.",
        .advice = "Inspect the pack; bake and reseal by its moisture level and record it (`transformed`).",
        .parameters = {{"slackDays", "Days of slack between code and seal."},
                       {"dryDays", "A dry pack holds for so many days."}},
    },
    {
        .id = "CAP-054",
        .why = "Parts keep the date code that they were made with: one that appears when a lot is reworked or repacked "
               "may have been marked anew, or other parts may have come in.",
        .looks_at = "`dateCodes` that a `transformed` states of what came out, against those of the lots that went in; "
                    "`authorization` of who did it.",
        .needs = "Date codes of all that went in.",
        .grades = "Always high. Not asked of the manufacturer, nor of one who may make the part, nor where the part "
                  "changes.",
        .advice = "Look at the marking, and test for remarking; where a carton held more codes than were told, record "
                  "them of the lot that went in (`described`).",
    },
    {
        .id = "CAP-060",
        .why = "Where more pieces leave than came in, some are from elsewhere, or a record is missing.",
        .looks_at = "All inflow and outflow of the lot in the order of their days; `counted`; inputs and outputs of "
                    "`transformed`.",
        .needs = "How the pieces came in.",
        .grades = "Critical for a deficit or a transformation that made more; medium for finds of counts beyond what "
                  "is tolerated. Pending until three days after the newest record.",
        .advice = "Record the missing receipt, or correct the quantity; if neither exists, hold the lot and count it.",
        .parameters = {{"slackDays", "Days of slack between in and out."},
                       {"foundPieces", "Counts may find so many pieces more than the books."},
                       {"foundPercent", "Or this share of the lot, whichever is more."}},
    },
    {
        .id = "CAP-061",
        .why = "A production lot has as many pieces as were made; where more carry its trace code, some are likely to carry a "
               "copied one.",
        .looks_at = "`lotSize` of `manufactured`, or declared by the manufacturer's certificate on a chain that leads to it; "
                    "the pieces of all lots with the trace code, where their recorded chains begin.",
        .needs = "A trace code, and the size of the production lot, which few manufacturers tell.",
        .grades = "Critical where pieces that cannot be the same are too many: made, first sold to those authorized, or one "
                  "lot from nowhere. Medium where only all together are, and only on lots from nowhere.",
        .advice = "Ask the manufacturer whether the code, and how many pieces of it, are its own; hold the lot until then.",
        .parameters = {{"tolerancePercent", "So much more than the size is tolerated."}},
    },
    {
        .id = "CAP-062",
        .why = "A serial number is given once: in two places one of the pieces is not what it says.",
        .looks_at = "`serials` of all lots of the same maker and part.",
        .needs = "A description of the lot. Without serial numbers the rule does not apply.",
        .grades = "Always critical.",
        .advice = "Find out which of the two is real with the manufacturer; hold both until then.",
    },
    {
        .id = "CAP-063",
        .why = "The same package in two places suggests a copied label.",
        .looks_at = "Package ids and label payloads in all lots; the same package on two sales to one holder.",
        .needs = "Ids that are long enough to be unique.",
        .grades = "High; medium where all lots lead to one root.",
        .advice = "Compare the packages; ask the packer which one it packed.",
        .parameters = {{"leastCharacters", "Shorter ids are not compared."}},
    },
    {
        .id = "CAP-064",
        .why = "The market cannot sell more of a discontinued part than its maker left behind.",
        .looks_at = "`offer` records and pieces that came into the ledger with no source, since the last shipment, "
                    "against what the maker sold in its last three years.",
        .needs = "How many pieces the maker sold in its last years, and how many are on the open market.",
        .grades = "High; medium where the maker's sales are known from their buyers alone.",
        .advice = "Test this lot before use; ask the seller where its stock is from.",
        .parameters = {{"times", "So many times what the maker sold is a finding."}},
    },
    {
        .id = "CAP-065",
        .why = "Packages that do not add up were opened, or are not those of the record.",
        .looks_at = "Pieces of each package, by the record or by labels under the factory seal, against its quantity.",
        .needs = "The pieces in each package.",
        .grades = "Always low.",
        .advice = "Count, and correct the record.",
    },
    {
        .id = "CAP-066",
        .why = "Who claims more from a source than that had has the rest from elsewhere.",
        .looks_at = "Receipts from a source lot, all together, against what its holder records of it; answers by "
                    "`verified`.",
        .needs = "Records of the source lot.",
        .grades = "Always high. Pending until three days after the receipt, unless the holder denies it.",
        .advice = "Compare delivery note and count; correct the quantity, or ask the source.",
    },
    {
        .id = "CAP-070",
        .why = "A price far below the market has a reason, and what the goods are may be it.",
        .looks_at = "`price` of the receipt, against `offer` of authorized sellers and what all pay for like "
                    "quantities in a year, in one currency.",
        .needs = "Enough prices of this part in such quantities.",
        .grades = "High on the open market; medium for surplus and for authorized sellers; low where the amount is so "
                  "small that it may be for another number of pieces.",
        .advice = "Ask for the reason in writing; test the lot.",
        .parameters = {{"observations", "So many prices make a market."},
                       {"zThousandths", "So far below the median, in robust deviations times a thousand."},
                       {"listPercent", "Or below this share of an authorized seller's price."}},
    },
    {
        .id = "CAP-071",
        .why = "What nobody authorized can deliver and brokers have in plenty may not be what it is sold as.",
        .looks_at = "`offer` of both sides in the same year: lead time, quantity, price.",
        .needs = "When authorized sellers could deliver, and what is usually bought at once.",
        .grades = "Always medium.",
        .advice = "Ask where the stock is from before buying; test.",
        .parameters = {{"leadWeeks", "Authorized sellers need longer than this."},
                       {"times", "The open market offers so many times what is usually bought."},
                       {"listPercent", "At up to this share of the list price."}},
    },
    {
        .id = "CAP-072",
        .why = "A seller whose lots are found suspect more often than others' is a risk in itself.",
        .looks_at = "Lots of the seller that were found suspect, against those of all sellers.",
        .needs = "Enough lots of this seller, from five organisations besides the reader.",
        .grades = "Always medium.",
        .advice = "See the scorecard (`pedigree scorecard`), and assess the supplier.",
        .parameters = {{"lots", "Judged from so many lots on."},
                       {"times", "So many times the rate of all."}},
    },
    {
        .id = "CAP-073",
        .why = "Very many lots on one day may be records that were made up, or a transfer of old data.",
        .looks_at = "Lots that the holder named for the first time, by day.",
        .needs = "Enough days on which the holder named lots.",
        .grades = "Always low.",
        .advice = "Ask the submitter what was loaded that day.",
        .parameters = {{"days", "So many earlier days are the measure."},
                       {"sigmas", "So many deviations above them are a finding."},
                       {"least", "Fewer lots never are."}},
    },
    {
        .id = "CAP-080",
        .why = "With a certificate somebody answers for the goods in writing.",
        .looks_at = "`documents` of the kinds coc and release-certificate, on either side of the hop, at any time.",
        .needs = "Who handed the parts over, what it is for this part, what the lot is.",
        .grades = "High on the open market, medium for authorized sellers.",
        .advice = "Ask the seller for it, and record it on a `received` or by `described` later.",
    },
    {
        .id = "CAP-081",
        .why = "A certificate that leaves out part, quantity or codes can go with any goods.",
        .looks_at = "What is recorded under `declares` of each certificate, its number, date and signatory.",
        .needs = "What the certificate declares; of a redacted copy, the full one.",
        .grades = "Medium if part number, quantity, codes or signatory are missing, low for the rest.",
        .advice = "Record what the paper says; if it does not say it, ask its issuer for a complete one.",
    },
    {
        .id = "CAP-082",
        .why = "A certificate for other goods says nothing of these.",
        .looks_at = "What the certificate `declares` (part, maker, quantity, codes, serial numbers, origin) against "
                    "the lot.",
        .needs = "What the certificate declares of this lot.",
        .grades = "Always high.",
        .advice = "Compare paper and package; correct a slip of typing, else ask the issuer.",
    },
    {
        .id = "CAP-083",
        .why = "A certificate that goes with goods of several origins covers at most one of them.",
        .looks_at = "Certificates by issuer, number and line in all lots; the pieces they go with.",
        .needs = "Issuer, number and quantity of the certificate.",
        .grades = "Critical; a note for lots whose chain leads to the issuer.",
        .advice = "Ask the issuer for which goods it wrote the certificate.",
    },
    {
        .id = "CAP-084",
        .why = "A reseller's own word rests on the manufacturer's, or on nothing.",
        .looks_at = "The certificate's issuer and its tier, `parent` of what it declares, other certificates of the "
                    "lot.",
        .needs = "What its issuer is for this part, and who issued the one that it rests on; of a redacted copy, the full one.",
        .grades = "Always medium.",
        .advice = "Ask for the manufacturer's certificate, and record its issuer and number, or its hash.",
    },
    {
        .id = "CAP-085",
        .why = "The further from the maker, the more a lot has to be tested before it is used.",
        .looks_at = "`inspected` and their methods before each `released` and `installed`; tier and trace of the lot, "
                    "its life cycle, alerts; criticality by the holder's `bom`.",
        .needs = "What the seller is for this part.",
        .grades = "Always high. The end of a hold for papers, or of one that a customer or lawyers asked for, asks for no "
                  "tests.",
        .advice = "Have the missing tests made, and record them; until then hold what is left.",
        .parameters = {{"criticality", "Asked where no bill of materials tells: 0 non-critical, 1 essential, 2 "
                                        "flight-critical."},
                       {"slackDays", "Days of slack between test and use."}},
    },
    {
        .id = "CAP-086",
        .why = "A few good pieces say little of a large lot.",
        .looks_at = "`sampled` of each method by lot size and date code.",
        .needs = "How many pieces the lot has; a test by a sampling plan that is known.",
        .grades = "Always medium; the message says what such a sample could have found.",
        .advice = "Test more pieces, of each date code.",
    },
    {
        .id = "CAP-087",
        .why = "What a test found in these pieces, or in others of the same origin, is the strongest evidence there "
               "is.",
        .looks_at = "`inspected` of the lot, of lots upstream and of lots out of the same source; `held` as suspect.",
        .needs = "An inspection with a conclusive result, for lots bought on the open market.",
        .grades = "Critical for the lot's own inspection or one of the same holder's source; high for what other "
                  "holders found upstream; high to low for another lot of the same source, by who found it and by "
                  "this lot's trace; a note from who may not speak of the lot.",
        .advice = "Hold the lot, report it (CAP-103), ask the laboratory for its report.",
    },
    {
        .id = "CAP-088",
        .why = "A laboratory that is not accredited, or sold the parts itself, proves little.",
        .looks_at = "`inspected` with purpose authenticity: laboratory, methods; its `certificate` (IECQ ITL, ISO/IEC "
                    "17025) on that day; the sellers of the lot.",
        .needs = "An accreditation with its methods, or a register read to its end.",
        .grades = "High; medium for a test in house, by a seller certified to test, or by one accredited again soon "
                  "after.",
        .advice = "Have the test repeated by an accredited laboratory that has no part in the sale.",
    },
    {
        .id = "CAP-089",
        .why = "A test of other pieces is no test of these.",
        .looks_at = "Part, date codes, number of pieces and day of each `inspected`; what a test report `declares`.",
        .needs = "What the lot is and since when it is here; what the report says that it is about.",
        .grades = "High; a note from who may not speak of the lot.",
        .advice = "Correct the record, or have these pieces tested.",
        .parameters = {{"slackDays", "Days of slack before the pieces came."}},
    },
    {
        .id = "CAP-090",
        .why = "A certificate signed by a stranger, before the parts were made or long after they went, was written "
               "for another purpose.",
        .looks_at = "Date and signatory of the certificate, date codes, day of shipment, `signatories` of its issuer.",
        .needs = "The date of the certificate, who signed it, the register of signatories.",
        .grades = "Medium; low for one that was asked for later.",
        .advice = "Ask the issuer to confirm it.",
        .parameters = {{"lateDays", "It may be signed so many days after the shipment."},
                       {"codeDays", "And so many before the first day of the date code."}},
    },
    {
        .id = "CAP-091",
        .why = "Whoever is named as maker, issuer or laboratory knows best, and may deny it.",
        .looks_at = "`verified` answers of the party that a document, an origin or an inspection names.",
        .needs = "An answer other than cannot-tell: ask the party.",
        .grades = "Always critical.",
        .advice = "Hold the lot and report it; keep the paper as evidence.",
    },
    {
        .id = "CAP-100",
        .why = "Somebody found these very pieces suspect.",
        .looks_at = "`alert` that names the part with this trace code, or this serial number.",
        .needs = "A description of the lot; alerts to match: configure a feed.",
        .grades = "Always critical.",
        .advice = "Hold the lot, find what was used (CAP-102), report.",
    },
    {
        .id = "CAP-101",
        .why = "An alert about the same part, date code or seller raises the odds.",
        .looks_at = "`alert` that names the part, its date codes or suppliers, and not this very lot.",
        .needs = "A description of the lot; alerts to match.",
        .grades = "By what matches: part and date code high, part or supplier medium, the weakest match low; an old "
                  "alert of the part alone low.",
        .advice = "Read the alert; inspect for what it describes.",
        .parameters = {{"decayYears", "After so many years an alert of the part alone is low."}},
    },
    {
        .id = "CAP-102",
        .why = "Suspect pieces that are built in have to be found before they fail.",
        .looks_at = "`alert` against lots of which pieces were `shipped` or `installed`; the evidence tells into "
                    "what.",
        .needs = "A description of the lot; alerts to match.",
        .grades = "Critical by trace code or serial number, high by date code, low by the part alone.",
        .advice = "Tell who received the pieces, by the list in the evidence; decide on use and record it "
                  "(`decision`, alert-usage).",
    },
    {
        .id = "CAP-103",
        .why = "Who knows of suspect parts owes a report in time.",
        .looks_at = "The first awareness: `inspected`, `held` as suspect, `alert`, denial, `review`; the report: "
                    "`review` with step reported.",
        .needs = "The report itself, while it is not yet due.",
        .grades = "Medium, high and critical as the three days pass; low for one that came late.",
        .advice = "Report, and record it as `review` with its number; an exemption or release ends the clock, too.",
        .parameters = {{"firstDay", "From this day on medium."},
                       {"secondDay", "From this day on high."},
                       {"lastDay", "From this day on critical."},
                       {"applies", "0 where no contract asks for reports."}},
    },
    {
        .id = "CAP-104",
        .why = "Suspect stock on the shelf is taken by mistake.",
        .looks_at = "`held` and its place, after the first awareness.",
        .needs = "The quarantine itself, while it is not yet due.",
        .grades = "High; low if held late, or in a place that nobody tells.",
        .advice = "Put it into quarantine, and record `held` with `location`.",
        .parameters = {{"businessDays", "So many days, Monday to Friday."}},
    },
    {
        .id = "CAP-105",
        .why = "Suspect parts are evidence, and what is thrown away untold comes back to the market.",
        .looks_at = "`scrapped` of a suspect lot: authority, witness, documents; `review` that disposed of it.",
        .needs = "What became of the suspect pieces.",
        .grades = "High if scrapped early without an order, low without proof of destruction.",
        .advice = "Record order and proof if there were any.",
        .parameters = {{"years", "Kept for so long."}},
    },
    {
        .id = "CYB-001",
        .why = "Records are worth what their submitter's systems are.",
        .looks_at = "`certificate` for information security (ISO/IEC 27001, IECQ ISMS) of the holder, on the day of "
                    "the lot's newest record.",
        .needs = "A register that bears the certificate out.",
        .grades = "Always low.",
        .advice = "Have the renewed certificate recorded by its certifier.",
    },
    {
        .id = "CYB-003",
        .why = "What holds a program and hangs on a network has to withstand what the programme expects, requirement "
               "by requirement.",
        .looks_at = "`securityLevel` and `networked` of the holder's `bom`, `programmable` of the part, `certificate` "
                    "of its maker for this part by IEC 62443-4-2 with `level`. In its owner's view only.",
        .needs = "The level that the programme needs; whether the part holds a program; a valid certificate of the "
                 "part, and the levels that it tells.",
        .grades = "Medium where the best certificate is short in any requirement, or where a policy requires one and "
                  "there is none.",
        .advice = "Ask the maker for a certificate of that level, or choose another part; correct the programme's "
                  "level if it asks for too much.",
        .parameters = {{"certificateRequired", "1 makes a part without any certificate a finding."}},
    },
    {
        .id = "CYB-004",
        .why = "A profile says what levels mean in a trade; a certificate that does not refer to it was not assessed "
               "by it.",
        .looks_at = "`securityProfile` of the holder's `bom`, `profile` of each certificate of the part by IEC 62443. "
                    "In its owner's view only.",
        .needs = "A valid certificate of the part, and what its additional information says.",
        .grades = "Always low: the field is free text.",
        .advice = "Read the certificate; record its additional information as it is written, or ask the maker.",
    },
    {
        .id = "CYB-005",
        .why = "IECEE no longer surveys factories, so an IECEx certificate that rests on one of IECEE speaks of "
               "single units.",
        .looks_at = "`certificate` for the part with `kind` and `basis`.",
        .needs = "The kind of certificate.",
        .grades = "Always medium.",
        .advice = "Ask the certification body for the kind of certificate.",
        .parameters = {{"enabled", "0 switches the rule off."}},
    },
    {
        .id = "CYB-006",
        .why = "Parts that were programmed before are used parts, or carry somebody's program.",
        .looks_at = "`inspected` with `blank` and `contentHash`, against `contentHash` of the part, the lot and "
                    "`transformed` (program).",
        .needs = "A blank check, or the program read out and the one to expect.",
        .grades = "High; a note from who may not speak of these goods.",
        .advice = "Ask who programmed them; do not install.",
    },
    {
        .id = "ENV-001",
        .why = "Outside its rating a part may fail, unless somebody showed that it does not.",
        .looks_at = "`environment` of the holder's `bom`, `temperature` of the part, `decision` (uprating). In its "
                    "owner's view only.",
        .needs = "The rated temperature of the part.",
        .grades = "Always high.",
        .advice = "Record the uprating assessment, or choose another part.",
    },
    {
        .id = "ENV-002",
        .why = "Parts marked up to a better grade are sold for more than they are.",
        .looks_at = "`grade` of all parts under one trace code and the same days of production.",
        .needs = "A grade of a known name, and trace codes.",
        .grades = "High; a note where only the open market says so and this chain leads to the maker.",
        .advice = "Ask the manufacturer for the grade of that trace code.",
    },
    {
        .id = "ENV-003",
        .why = "High up, neutrons upset memory and logic.",
        .looks_at = "`altitude` of the holder's `bom`, `seeSensitive` of the part, `decision` (see). In its owner's "
                    "view only.",
        .needs = "Whether the part is sensitive to single events.",
        .grades = "Always medium.",
        .advice = "Record the assessment of single-event effects.",
        .parameters = {{"altitudeFeet", "Asked above this height."}},
    },
    {
        .id = "ENV-004",
        .why = "Small features may wear out within the life of an aircraft.",
        .looks_at = "`featureSize` of the part, the holder's `bom`, `decision` (lifetime). In its owner's view only.",
        .needs = "The feature size of the part.",
        .grades = "Always medium.",
        .advice = "Record the assessment of its lifetime.",
        .parameters = {{"nanometres", "Asked up to this feature size."}},
    },
    {
        .id = "ENV-005",
        .why = "High voltage and neutrons burn out power parts.",
        .looks_at = "`voltage` and `altitude` of the holder's `bom`, `decision` (see). In its owner's view only.",
        .needs = "The altitude of the programme.",
        .grades = "Always low.",
        .advice = "Record the assessment of single-event burnout.",
        .parameters = {{"volts", "Asked above this voltage."},
                       {"altitudeFeet", "And above this height."}},
    },
    {
        .id = "ITN-001",
        .why = "ISO 19443 asks for nuclear safety of all who supply, not only of the last one.",
        .looks_at = "`nuclear` of the holder's `bom`, `allocated`, `certificate` by ISO 19443 of each who had the goods after "
                    "their maker, on the day on which it handed them on; `decision` (dedication, derogation). In its owner's "
                    "view only.",
        .needs = "Certificates or a complete register of all of them, and the whole way from the manufacturer.",
        .grades = "High once pieces of the lot are reserved for the programme, medium where the part is only listed.",
        .advice = "Use other pieces, dedicate these and record it, or record a derogation for a supplier that is approved "
                  "otherwise.",
    },
    {
        .id = "ITN-002",
        .why = "What matters to nuclear safety is screened for suspect items (CFSI) before it is used.",
        .looks_at = "`nuclear` of the holder's `bom`, `decision` (cfsi-screening, dedication). In its owner's view "
                    "only.",
        .needs = "Whether the programme is important to nuclear safety.",
        .grades = "Always medium.",
        .advice = "Screen the pieces, and record it.",
    },
    {
        .id = "MAT-001",
        .why = "Tin without lead grows whiskers that short circuits, so programmes say how far they tolerate it.",
        .looks_at = "`whiskerLevel` of the holder's `bom`, the finish of the lot or of the part, `decision` "
                    "(whisker-mitigation). In its owner's view only.",
        .needs = "Which finish it is: one that is only said to be free of lead does not tell.",
        .grades = "High in a programme whose control level limits tin.",
        .advice = "Record the mitigation, have the parts dipped and record the rework with its new finish, or use "
                  "others.",
        .parameters = {{"leastLevel", "Programmes of this control level and above limit tin."},
                       {"slackWeeks", "Slack about each change of the manufacturer's finish."}},
    },
    {
        .id = "MAT-002",
        .why = "A finish that the manufacturer never used suggests that the parts were dipped or remarked.",
        .looks_at = "`finish` as declared and observed, against the order code and `finishes` of the part on the days "
                    "of the date codes.",
        .needs = "Whether the finish that is told has lead, and the manufacturer's finish on those days.",
        .grades = "Always high.",
        .advice = "Measure it by XRF; ask the manufacturer about its change of finish.",
        .parameters = {{"slackWeeks", "Slack about each change."}},
    },
    {
        .id = "MAT-003",
        .why = "What is measured decides over what is declared.",
        .looks_at = "`elements` of an inspection (Pb, in percent) against the declared finish, or the manufacturer's.",
        .needs = "A declared finish of which it is known whether it has lead; a reading that decides.",
        .grades = "Critical; a note from who may not speak of these goods.",
        .advice = "Hold the lot; measure again with another method.",
        .parameters = {{"leadedPercent", "From so much lead on a finish has lead."},
                       {"freePpm", "Up to so much it has none."},
                       {"slackWeeks", "Slack about each change of the manufacturer's finish."}},
    },
    {
        .id = "MAT-004",
        .why = "Pure tin grows whiskers; who flies it has to know it.",
        .looks_at = "`finish` of the lot, `finishes` and `category` of the part; the holder's role avionics.",
        .needs = "The category of the part.",
        .grades = "Always low.",
        .advice = "Record the finish from label, certificate or data sheet.",
    },
    {
        .id = "MAT-005",
        .why = "Suppliers of articles declare substances of concern, by the list in force when they deliver.",
        .looks_at = "`documents` of the kind material-declaration and their dates; country and role of the holder; "
                    "`certificate` of who sold, by IECQ QC 080000.",
        .needs = "The country of the holder; the date of the declaration; a declaration, for what was not bought.",
        .grades = "Low; info where each who sold had a valid certificate for hazardous substances on the day of its sale.",
        .advice = "Ask the supplier for a declaration by the current list.",
        .parameters = {{"listDay", "The day of the candidate list, as YYYYMMDD."}},
    },
    {
        .id = "OBS-001",
        .why = "Who builds a part in has to know whether it will be made tomorrow.",
        .looks_at = "The holder's `bom` and the newest `lifecycle` of the part. In its owner's view only.",
        .needs = "The day on which the life cycle was said.",
        .grades = "Always low.",
        .advice = "Ask the maker or a service, and record `part` anew.",
        .parameters = {{"staleDays", "A statement is fresh for so long."}},
    },
    {
        .id = "OBS-002",
        .why = "A design that begins with an ending part is redesigned before it flies.",
        .looks_at = "`phase` of the holder's `bom`, `lifecycle` of the part, `decision` (obsolescence-plan). In its "
                    "owner's view only.",
        .needs = "The phase of the programme; the life cycle of the part.",
        .grades = "Always medium.",
        .advice = "Choose another part, or record the plan.",
    },
    {
        .id = "OBS-003",
        .why = "After the last day to order nobody delivers.",
        .looks_at = "`notice` with `lastOrder`, the holder's `bom`, `decision` (obsolescence-plan). In its owner's "
                    "view only.",
        .needs = "The last day to order.",
        .grades = "High within the window, critical in its last days.",
        .advice = "Decide to buy or to redesign, and record it.",
        .parameters = {{"windowDays", "Asked so long before the day."},
                       {"soonDays", "Critical from here on."}},
    },
    {
        .id = "OBS-004",
        .why = "What is not bought in time has to be found on the open market later.",
        .looks_at = "`annualDemand`, `onHand`, `onOrder` and `supportUntil` of the holder's `bom`, for parts that are "
                    "ending. In its owner's view only.",
        .needs = "The annual demand, the end of support, the stock on hand.",
        .grades = "Always high.",
        .advice = "Buy the difference while it can be bought, or record a plan.",
        .parameters = {{"bandPercent", "A shortage within this share is none."}},
    },
    {
        .id = "OBS-005",
        .why = "A short notice leaves users no time to buy.",
        .looks_at = "`notice` (PDN): issued, last order, last shipment.",
        .needs = "The day of issue and the days that it names.",
        .grades = "Always low: it says something of the maker, not of the pieces.",
        .advice = "Ask the maker for a longer time; plan the last buy.",
        .parameters = {{"orderDays", "From the issue to the last order."},
                       {"shipDays", "From the issue to the last shipment."}},
    },
    {
        .id = "OBS-006",
        .why = "A change has to be assessed before changed pieces come.",
        .looks_at = "`notice` (PCN): issued, effective.",
        .needs = "The day of issue and the day of the change.",
        .grades = "Always low.",
        .advice = "Assess the change; ask the maker for samples.",
        .parameters = {{"changeDays", "From the issue to the change."}},
    },
    {
        .id = "OBS-007",
        .why = "Changed pieces are not those that were qualified.",
        .looks_at = "`notice` of a change of form, fit, function, material, process, site, test or software; its "
                    "first date code; date codes of the lot; `decision` (change-assessment).",
        .needs = "Since when pieces are changed; date codes that can be read.",
        .grades = "Medium for a holder who lists the part in a bill of materials, else a note.",
        .advice = "Assess the change for these pieces, and record it.",
    },
    {
        .id = "OBS-008",
        .why = "Obsolete parts are bought on the open market of necessity; then the tests of that route are due.",
        .looks_at = "Sales outside the authorized chain after the end of production or the last shipment.",
        .needs = "What the seller is for this part, and the part's life cycle.",
        .grades = "Always medium: a route, no accusation.",
        .advice = "Follow the tests for open-market buys (CAP-085).",
    },
    {
        .id = "OBS-009",
        .why = "A part that ends without an alternate ends the product.",
        .looks_at = "The holder's `bom`, `lifecycle` and `alternates` of the part, aftermarket makers on the chain. "
                    "In its owner's view only.",
        .needs = "The life cycle of the part.",
        .grades = "Always medium.",
        .advice = "Find and record an alternate, or record the plan.",
    },
    {
        .id = "OBS-010",
        .why = "A part forecast to end before its programme does needs a plan now.",
        .looks_at = "`yearsToEndOfLife` of the part, `supportUntil` of the holder's `bom`. In its owner's view only.",
        .needs = "A forecast of the end of life; the end of support.",
        .grades = "Always medium: a forecast is a model's word.",
        .advice = "Record the obsolescence plan.",
    },
    {
        .id = "OBS-011",
        .why = "Where sources disagree one of them is old.",
        .looks_at = "`lifecycle` of the part by each source.",
        .needs = "A second source that knows.",
        .grades = "Always low.",
        .advice = "Ask the maker, and have its word recorded.",
        .parameters = {{"stages", "So many stages apart are a finding."}},
    },
    {
        .id = "OBS-012",
        .why = "Parts under a name that is used no more may have been marked by somebody else.",
        .looks_at = "Date codes against `successorOf` of the heir, and notices of takeover or insolvency.",
        .needs = "Date codes of a known form.",
        .grades = "Always medium.",
        .advice = "Ask the heir whether it still used the old name then.",
        .parameters = {{"runOnMonths", "The old name may run on for so long."}},
    },
};

static int by_id(const void *key, const void *page)
{
    return strcmp(key, ((const struct rule_page *)page)->id);
}

const struct rule_page *rule_page(const char *id)
{
    return id ? bsearch(id, PAGES, LENGTH(PAGES), sizeof *PAGES, by_id) : NULL;
}

const struct rule_page *rule_pages(size_t *len)
{
    *len = LENGTH(PAGES);
    return PAGES;
}

const char *parameter_meaning(const char *id, const char *name)
{
    const struct rule_page *p = rule_page(id);
    for (size_t i = 0; p && i < LENGTH(p->parameters) && p->parameters[i].name; i++)
        if (strcmp(p->parameters[i].name, name) == 0)
            return p->parameters[i].meaning;
    return NULL;
}

/* ---- printed ---- */

enum { LABEL = 15, WIDTH = 110 };

/* "  Label          words, and more words", broken before the margin. */
static void add_words(struct text *out, const char *label, const char *words)
{
    size_t column = LABEL + 2;
    text_addf(out, "  %-*s", LABEL, label);
    while (*words) {
        size_t n = strcspn(words, " ");
        if (column + n + 1 > WIDTH) {
            text_addf(out, "\n  %-*s", LABEL, "");
            column = LABEL + 2;
        }
        text_add_n(out, words, n);
        words += n;
        column += n + 1;
        if (*words == ' ' && column + strcspn(words + 1, " ") + 1 <= WIDTH)
            text_add_c(out, ' ');
        words += *words == ' ';
    }
    text_add_c(out, '\n');
}

static void add_parameters(struct text *out, const struct rule *r)
{
    for (size_t i = 0; i < LENGTH(r->parameters) && r->parameters[i].name; i++) {
        const struct parameter *p = &r->parameters[i];
        const char *meaning = parameter_meaning(r->id, p->name);
        add_words(out, i == 0 ? "Parameters" : "",
                  arena_printf(out->arena, "%s = %" PRId64 " (%s)%s%s%s", p->name, p->value, p->unit,
                               parameter_is_shared(r->id, p->name) ? ", which no policy sets" : "", meaning ? ": " : "",
                               meaning ? meaning : ""));
    }
}

static void add_references(struct text *out, const struct rule *r)
{
    struct text all = text_new(out->arena);
    for (size_t i = 0; i < LENGTH(r->refs) && r->refs[i]; i++)
        text_addf(&all, "%s%s", i > 0 ? "; " : "", r->refs[i]);
    add_words(out, "Standards", text_str(&all));
}

static void add_page(struct text *out, const struct rule *r)
{
    static const struct rule_page NOTHING = {.why = NULL};
    const struct rule_page *p = rule_page(r->id) ? rule_page(r->id) : &NOTHING;
    const struct {
        const char *label, *words;
    } LINES[] = {{"Why", p->why},         {"Looks at", p->looks_at}, {"Needs", p->needs},
                 {"Severity", p->grades}, {"Guards", r->guards},     {"What to do", p->advice}};
    text_addf(out, "\n%s v%d %s: %s\n", r->id, r->version, severity_word(r->severity), r->title);
    for (size_t i = 0; i < LENGTH(LINES); i++)
        if (LINES[i].words)
            add_words(out, LINES[i].label, LINES[i].words);
    add_parameters(out, r);
    add_references(out, r);
}

void rules_dump(struct text *out)
{
    size_t len;
    const struct rule *rules = rules_all(&len);
    text_addf(out, "%zu rules, version %s.\n\n", len, rules_version());
    text_add(out, "The first line says what should hold of a lot, and how severe it is at most if it does not. Needs: without that the\n"
                  "rule is not evaluated, which is told, and lowers the coverage. Guards: what keeps it from speaking of honest\n"
                  "lots. A flag is a suspect indicator with its evidence, and no verdict. Parameters and severities are those of\n"
                  "the catalogue; `GET /v1/rules` tells what policies make of them. Words `so written` are record types and members.\n");
    for (size_t i = 0; i < len; i++)
        add_page(out, &rules[i]);
}
