/*
 * facts - everything a rule may look at: one lot, as it stands after a batch.
 *
 * Made by the ledger from records, reference statements and the neighbours' summaries; knows no
 * SQL, no clock (`today` is the ledger day) and no internal id.  Absent text is NULL, an absent
 * number or day is NONE / NO_DAY.  `seq` names the record a fact comes from.
 */
#pragma once

#include "pedigree/model/certificate.h"
#include "pedigree/model/datecode.h"
#include "pedigree/model/likeness.h"
#include "pedigree/model/record.h"

#define NO_DAY INT32_MIN

/* Who a source is for this part at that time (DFARS 252.246-7008; domain reference 1.2). */
enum tier { TIER_UNKNOWN, TIER_T1, TIER_T1A, TIER_T2, TIER_T3, TIER_T4, TIER_T5 };
const char *tier_code(enum tier t); /* "T1", "T1a", ...; "" for unknown */
const char *tier_word(enum tier t); /* the words of `as`: manufacturer aftermarket franchised
                                       exclusive-trace approved independent */
bool tier_find(const char *as, enum tier *out);
bool tier_is_authorized(enum tier t); /* T1 T1a T2 T3 */
bool tier_is_open(enum tier t);       /* T4 T5 */

enum standing { HOP_UNRECORDED, HOP_ASSERTED, HOP_CONSISTENT, HOP_CORROBORATED, HOP_INTERNAL };
const char *standing_word(enum standing s);

enum reason { REASON_SALE, REASON_SAMPLE, REASON_SERVICE, REASON_CONSIGNMENT, REASON_TRANSFER,
              REASON_RETURN };

enum truth { UNKNOWN, NO, YES };

enum cert_status {
    CERT_UNKNOWN,  /* no certificate of the required kind and no complete register known */
    CERT_VALID,    /* on that day */
    CERT_RENEWED,  /* lapsed on that day, reissued within the grace period */
    CERT_INVALID   /* suspended, cancelled, withdrawn, expired, not yet issued, or not in a
                      complete register */
};

/* Why a tier is what it is.  Of several misses the last of these is told. */
enum tier_why {
    TIER_PARTY_UNKNOWN, /* who sold is not recorded */
    TIER_NONE,          /* no authorization names it */
    TIER_BY_OTHERS,     /* one does, granted by who may not */
    TIER_NOT_YET, TIER_ENDED,
    TIER_SCOPE_OTHER,   /* it does not cover this part */
    TIER_SCOPE_UNKNOWN, /* whether it does cannot be told */
    TIER_TRACE_UNSHOWN, /* exclusive trace: where the seller bought is not recorded to its end */
    TIER_TRACE_MIXED,   /* exclusive trace: the chain leads to others than T1 and T2 */
    TIER_TRACED,        /* exclusive trace, borne out by the chain */
    TIER_GRANTED, TIER_MAKER
};
const char *tier_why_word(enum tier_why w);
bool tier_why_find(const char *word, enum tier_why *out);
/* "authorization, record 12"; seq NONE: without. In `a`. */
const char *tier_why_text(struct arena *a, enum tier_why w, int64_t seq);

/* What the seller of a hop is and shows: families B and A. */
struct seller_fact {
    enum tier_why why;   /* of the hop's tier */
    int64_t tier_seq;    /* the authorization, or the one that misses; NONE */
    enum truth exclusive; /* the buyer made it an exclusive-trace source: YES the chain bears it out, NO it
                             leads elsewhere, UNKNOWN it does not show */
    bool is_exclusive;   /* it did at all */
    enum tier otherwise; /* its tier without that */
    enum tier_why otherwise_why;
    int64_t otherwise_seq;
    enum cert_standing standing; /* of the certificate for avoiding suspect parts, if there is one */
    cert_set kinds;
    int32_t back_day;    /* valid then, and taken back on this day; NO_DAY */
    bool has_scope, has_sites;
    enum truth scope_fits, sites_fit; /* of a valid one */
    const char *scope;
    const char *ship_site, *ship_country; /* where it says, or is said, to ship from; NULL */
    enum truth site_known; /* among the sites of the source then; UNKNOWN: nobody lists them */
    bool ships_for_another; /* who handed over is not who sold */
    enum truth in_production; /* the part, on the day of the sale */
    int64_t production_seq;
};

/* How the pieces came into the lot: one for each receipt, claim of opening stock, count.. */
struct hop {
    int64_t seq;      /* the receipt */
    int64_t out_seq;  /* the shipment it pairs with; NONE */
    const char *key;  /* stable name of the receipt for subjects: its id, else hex of its key */
    const char *source;         /* who handed over, canonical id; NULL: not recorded */
    const char *seller;         /* who sold: seller, else source; NULL */
    const char *as;             /* capacity claimed by either side; NULL */
    enum tier tier;             /* of the seller, for this part, at that time, from statements */
    enum truth seller_authorized; /* any authorization of the manufacturer covers seller, part, day
                                     (manufacturer itself: YES); UNKNOWN: scope cannot be checked */
    bool seller_authorized_near; /* one covers within the grace days before or after */
    enum standing standing;
    enum reason reason;         /* effective: a reason other than sale on either side is it */
    bool to_customer_return;    /* REASON_RETURN of pieces that went out by sale */
    bool sealed;                /* came in under the factory seal */
    int64_t quantity;
    int64_t shipped_quantity;   /* over the whole shipment group; NONE if unpaired */
    int64_t received_quantity;  /* likewise */
    int64_t claimed_quantity;   /* all unpaired claims from the same source lots; NONE */
    int64_t room;               /* what that holder's records leave for them; NONE: not known */
    enum truth source_answer;   /* `verified` by the named source: YES ours, NO not-ours */
    int64_t answer_seq;
    bool source_submits;        /* the source submits custody records to this ledger */
    bool source_lot_recorded;   /* the source lot (paired or consistent) is here */
    int32_t day_first, day_last; /* of the receipt, as written */
    int32_t shipped_day;         /* what either side says; NO_DAY */
    int32_t sold_day;            /* the day the sale is judged by: shipped_day, else day_first */
    bool has_coc;                /* a certificate of conformity goes with it, from either side */
    enum cert_status counterfeit_avoidance; /* AP-CAP, AS6081, AS6496, AS5553.. of the seller */
    int64_t certificate_seq;     /* the statement that decides it; NONE */
    const char *certificate;     /* "scheme number" of it; NULL */
    bool opening;                /* `counted` opening stock, not a receipt */
    struct seller_fact its;
    bool of_undescribed;         /* a shipment may be its other side, of a lot nobody described */
};

/* What left the lot, or was tried. */
struct move {
    int64_t seq;
    const char *key;
    enum record_type type; /* SHIPPED INSTALLED SCRAPPED TRANSFORMED COUNTED(loss) INSPECTED.. */
    enum reason reason;    /* shipped: effective */
    int64_t quantity;
    int32_t day_first, day_last;
    const struct record *record;
    int32_t made;                 /* first day of the latest date code that it names; NO_DAY */
    const char *to;               /* canonical; NULL */
    bool to_source;               /* `to` is a source or seller of this lot */
    bool to_submits;              /* `to` submits custody records */
    bool arrived;                 /* a receipt pairs with it, or is not to be expected */
    const char *claimed_condition; /* of a sale: stated, else the lot's, else "new"; NULL: no sale */
    const char *held_reason;      /* the lot (or those pieces) was held for this then; NULL */
    int64_t held_seq;
};

struct code_fact { /* one date code with what belongs to it */
    const char *code;
    struct date_code parsed;
    int64_t quantity; /* NONE */
    const char *const *trace_codes;
    size_t trace_codes_len;
    const char *made_in; /* that goes with it; NULL */
    bool observed; /* an inspection found it, or a label alone tells it; else declared by the holder */
    int32_t came;  /* last day of the record that brought it in; NO_DAY: not told which */
    int64_t seq;
};

struct trace_fact {
    const char *code;
    bool observed;
    enum truth fits; /* the maker's pattern; UNKNOWN: none is known */
    int64_t seq;
};

/* Where the goods are said to be made. */
enum made { MADE_IN, ASSEMBLED_IN, DIFFUSED_IN };
enum teller { TOLD_BY_HOLDER, TOLD_BY_DOCUMENT, TOLD_BY_INSPECTION };
struct origin_fact {
    const char *country;
    enum made made;
    enum teller by;
    const char *code; /* date code that it goes with; NULL: the lot's */
    const char *const *trace_codes; /* likewise */
    size_t trace_codes_len;
    bool came; /* by the record that brought the pieces in */
    int64_t seq;
};

/* A mark that other lots carry too; what the set says (architecture 1.5), never who. */
/* Pieces of one production lot where recorded chains begin; those of one kind are never the same pieces. */
struct population {
    int64_t lot_size;   /* the production lot, as its maker tells; NONE */
    int64_t made;       /* by its maker, in lots of its own */
    int64_t first_sold; /* by its maker, to those whom it authorized */
    int64_t open;       /* from nowhere; some may be the same, sold on where nobody records */
    int64_t most_open;  /* in one such lot */
    bool is_cut;        /* there are more lots than are looked at */
};

enum mark_kind { MARK_SERIAL, MARK_PACKAGE, MARK_PAYLOAD, MARK_TRACE, MARK_DOCUMENT };
struct mark_fact {
    enum mark_kind kind;
    const char *value;
    int64_t seq;
    bool conflict;          /* serial, package, payload: still here, and in a lot that is not on this chain */
    bool again;             /* package, payload: on two sales to this lot, of different shipments */
    bool same_root;         /* package, payload: all lots in conflict lead to a root of this one */
    bool borne_out;         /* the issuer of the document is on this chain; the maker of the trace
                               code, whose own record of it agrees with this lot */
    bool disjoint_dates;    /* trace: seen with a date code interval disjoint from this lot's */
    const char *this_dates; /* trace: "2024-07-29..2024-08-04" of this lot; NULL */
    bool other_part;        /* trace: seen under another base part number of the same maker */
    bool reuse_declared;    /* trace: the maker declares that it re-uses trace codes */
    const char *other_grade; /* trace: the lowest grade of another part of the same days; NULL */
    struct population population; /* trace: how many pieces there are of it */
    int64_t sources;        /* trace: unrelated open-market roots within the days of the window */
    bool other_root;        /* document: carried by lots of another root */
    int64_t pieces;         /* document: over the lots of one root, chain counted once; NONE */
    int64_t declared;       /* document: quantity it covers; NONE */
};

struct document_fact {
    const struct document_ref *document;
    const char *issuer;   /* resolved, canonical */
    const char *maker;    /* the manufacturer that it declares, resolved; NULL */
    int64_t seq;
    int64_t quantity;     /* pieces it goes with (the lot's, or the shipment's); NONE */
    /* Of certificates of conformity and release certificates. */
    enum tier issuer_tier;      /* of the issuer, for this part, on that day */
    enum tier parent_tier;      /* likewise of who issued the certificate that it rests on */
    enum truth signatory;       /* is in the issuer's register of those days; UNKNOWN: none is known */
    int64_t register_seq;       /* NONE */
    int32_t went_day;           /* of the shipment that it goes with; NO_DAY */
    bool came_later;            /* added to a lot that was there */
};

struct inspection_fact {
    int64_t seq;
    const char *key;
    const char *by;        /* who says so, canonical */
    bool binding;          /* by the holder, or by one who may speak above info of this lot */
    bool own;              /* submitted by the holder */
    bool other_part;       /* what it says to have had before it is another part */
    const struct record *record;
    int32_t day_last;
    const char *laboratory;   /* who tested, canonical */
    bool is_in_house;         /* the holder itself */
    bool is_of_seller;        /* who sold or handed over the lot */
    enum cert_status accredited; /* ISO/IEC 17025 or ITL on that day */
    enum truth methods_covered;
    const char *accreditation;   /* "scheme number"; NULL */
    int64_t accreditation_seq;
};

/* A certificate that a party says it holds, against what registers say. */
enum claim_fit { CLAIM_OPEN, /* nobody who could tells */
                 CLAIM_NOT_THERE, /* in no register, and all of it was read */
                 CLAIM_OTHER_HOLDER, CLAIM_OTHER_BODY, CLAIM_BORNE_OUT };
struct claim_fact {
    const char *party, *scheme, *number;
    cert_set kinds;
    const char *other; /* the register's holder or body */
    int64_t seq, register_seq; /* NONE */
    enum claim_fit fit;
};

/* A party of the chain that a list of parties names. */
struct listing_fact {
    const char *party;
    bool here;     /* source or seller of a hop of this lot, or its holder; else further up */
    bool by_name;  /* only by a provisional name */
    const char *source, *number; /* of the alert */
    const char *hop; /* key of the hop; NULL */
    int64_t seq;
    int64_t hop_seq;
};

/* A certificate of the maker for this very part (IEC 62443, IECEx). */
struct product_fact {
    const char *scheme, *number, *kind, *basis, *profile, *level;
    cert_set kinds;
    enum cert_standing standing; /* on the day of the lot's newest record */
    int64_t seq;
};

struct denial_fact { /* `verified` not-ours by the named maker, issuer or laboratory */
    int64_t seq;
    int32_t day;
    const char *by;
    const char *what;  /* "certificate OCMA-31", "trace code L77A", "date code 2431", "hop" */
    bool of_hop;       /* by the other side of a hop: CAP-066 speaks, not CAP-091 */
};

struct alert_fact {
    int64_t seq;
    const struct alert_statement *alert;
    int level;           /* 1 part+date+trace (or serial), 2 part+date, 3 part, 4 supplier, 5 base part */
    int32_t issued;      /* NO_DAY */
    const char *matched; /* what matched: "date code 2431, trace code L77A" */
};

/* What `part` statements of the maker and of operators say of what a part is; each with the record
 * that it is from.  Never NULL in facts: of a part that nobody states all is absent. */
struct said_text {
    const char *value; /* NULL */
    int64_t seq;
};
struct said_number {
    int64_t value; /* NONE */
    int64_t seq;
};
struct said_truth {
    enum truth value;
    int64_t seq;
};
struct said_numbers {
    const int64_t *at;
    size_t len;
    int64_t seq;
};
struct said_parts {
    const struct part_name *at;
    size_t len;
    int64_t seq;
};
struct dated_fact {
    const char *value, *activity;
    int32_t first, last; /* days; INT32_MIN since ever, INT32_MAX without an end */
    int64_t seq;
};
struct said_dated { /* of all sources, each once; sorted by value */
    const struct dated_fact *at;
    size_t len;
};
struct part_facts {
    struct said_text category, grade, family, package, msl, content_hash, export_control,
        trace_code_pattern;
    struct said_number temperature_min, temperature_max; /* degrees Celsius */
    struct said_number voltage, feature_size, years_to_end_of_life; /* V, nm, years */
    struct said_truth see_sensitive, programmable;
    struct said_numbers pack_quantities;
    struct said_parts alternates;
    struct said_dated date_code_formats, finishes, sites; /* sites: country, activity */
};
extern const struct part_facts NOTHING_SAID;
/* A change or discontinuance notice about the part that is in force, as its source last said. */
struct notice_fact {
    int64_t seq;
    const char *number;
    bool ends;                   /* a discontinuance; else a change */
    const struct words *reasons; /* as written: codes of VDMA 24903, or words */
    const char *from_date_code;  /* first of the changed parts; NULL */
    int32_t issued;              /* first; NO_DAY */
    int32_t effective, last_order, last_ship; /* NO_DAY */
};
/* Who handed the goods on, after their maker, without a valid certificate for nuclear safety (ISO 19443). */
struct lapse_fact {
    const char *party;       /* as of today */
    int32_t day;             /* on which it did */
    int64_t hop_seq;         /* of a hop to this lot; NONE: further up */
    const char *certificate; /* "scheme number"; NULL: none, and all of the register was read */
    enum cert_standing standing; /* on that day, if there is one */
    int64_t certificate_seq;
};

/* ---- labels and packing ---- */

/* Whether a number on a label is the lot's part; `other packing`: but for the packing suffix. */
enum label_part { LABEL_PART_UNTOLD, LABEL_PART_SAME, LABEL_PART_OTHER_PACKING, LABEL_PART_OTHER };
struct label_code { /* a date code on a label */
    const char *code;
    struct date_code parsed;
};
struct label_fact { /* a 2D label of a package of the lot */
    int64_t seq;
    const char *name;    /* its package id or serial number, else the beginning of its digest */
    const char *trouble; /* why it cannot be read; NULL */
    bool certain;        /* where its fields end is sure */
    bool sealed;         /* on a pack under the factory seal */
    enum label_part part;
    const char *mpn;     /* as it writes it; NULL */
    const char *maker;   /* likewise, of somebody who is registered; NULL */
    enum truth maker_agrees;
    const struct label_code *dates;
    size_t dates_len;
    const char *const *traces; /* lot codes, but those that are a holder's own */
    size_t traces_len;
    const char *const *origins;
    size_t origins_len;
    bool not_traceable;  /* N/T where a date or a lot code would stand */
    int64_t quantity;    /* NONE */
    int64_t declared;    /* pieces that the record tells of that package; NONE */
};
struct pack_fact { /* the packages of one record that brought pieces in */
    int64_t seq;
    const char *key;   /* as of a hop */
    int64_t quantity;  /* pieces that the record tells */
    int64_t packed;    /* pieces that its packages tell, together; NONE: none tells */
    bool whole;        /* all of them tell */
    bool by_labels;    /* their labels do, not the record */
    bool sealed;       /* under the factory seal */
    const int64_t *sizes; /* pieces of each that tells */
    size_t sizes_len;
};
struct seal_fact { /* when a dry pack was sealed */
    int64_t seq;
    int32_t first, last;
    bool stated;       /* else it was opened and packed again then */
};
/* What figures of earlier days say of a hop: of prices like its own, of the part's market then, of who sold
 * (ledger/figures.h).  What too few organisations besides the reader tell is NONE, as if it were not known. */
struct hop_figures {
    int64_t price;        /* paid, billionths of the currency a piece; NONE: not told */
    const char *currency;
    int64_t floor;        /* what the market hardly goes below for such quantities; NONE */
    int64_t list;         /* of an authorized seller for such quantities; NONE */
    bool list_is_old;     /* the last one, of an obsolete part */
    int64_t lead_weeks;   /* shortest of authorized sellers without stock; NONE */
    int64_t typical;      /* pieces that are usually bought at once; NONE */
    int64_t glut;         /* most that one open-market seller offered at little above the list price; NONE */
    bool seller_is_judged; /* enough lots, of enough organisations */
    bool seller_is_adverse;
    int64_t seller_lots, seller_found; /* of them found suspect; only if judged */
    int64_t accepted;     /* lots of the seller that the holder took and nobody found suspect; NONE: nothing is known */
    int64_t accepted_by_others; /* likewise by all; NONE: by too few to tell */
    int32_t seller_since; /* first sale known; NO_DAY */
};
struct part_figures { /* since the part is not shipped any more; NONE: not known */
    int64_t offered, entered; /* pieces on the open market at once; that came from nowhere into recorded lots */
    int64_t made;             /* by its maker, three years before */
    bool made_is_proven;      /* both sides of those sales say so */
};
struct day_figures { /* the ledger day on which the lot was first named */
    int32_t day;
    bool is_known;        /* its submitter has a history */
    bool is_unusual;
    int64_t lots, usual;  /* if unusual: named that day, and at most as a rule */
    int64_t seq;          /* the first record of the lot */
};

int grade_rank(const char *grade); /* commercial 1 .. space 6; 0: no word for one */
const char *grade_word(int rank);

/* The part number as it is written, beside what is known of its maker's catalogue. */
enum number_standing {
    NUMBER_UNKNOWN,  /* nothing is known of the catalogue */
    NUMBER_LISTED,   /* it is in it, perhaps in another packing */
    NUMBER_ALIKE,    /* it is not, and looks the same as one that is */
    NUMBER_SLIP,     /* it is not, and is one slip of the pen from one that is */
    NUMBER_UNLISTED  /* it is not, nor anything like it */
};
struct number_fact {
    enum number_standing standing;
    enum script script;
    const char *like; /* key of the one that it looks like or nearly is; NULL */
    int64_t seq;      /* the statement that has it, or what it is like; NONE */
};

/* What the holder keeps for itself, and what only its own view of the lot has: a bill of materials that these pieces
 * may go into, what it decided. */
struct use_fact {
    int64_t seq;             /* of the record that has the line */
    const char *programme;   /* the bill's name */
    int64_t terms_seq;       /* and of the latest that says what the programme asks for; NONE */
    const char *phase, *criticality, *whisker_level, *nuclear, *security_level, *security_profile; /* as written; NULL */
    enum truth networked;
    int64_t temperature_min, temperature_max, altitude, voltage; /* degrees Celsius, feet, V; NONE */
    int32_t support_until;   /* NO_DAY */
    int64_t per_unit, annual_demand, on_hand, on_order; /* pieces; NONE */
    int64_t allocated;       /* pieces of this lot; NONE: no piece of it is reserved for anything */
    int64_t allocated_seq;   /* of the latest record that reserves some; NONE */
};
struct decision_fact { /* in force today, and concerned with this lot */
    int64_t seq;
    const char *kind;        /* "derogation", "uprating", .. */
    const char *programme, *notice, *alert, *organisation; /* that it is about; NULL: about none in particular */
    bool consents;           /* its outcome is no refusal */
    bool is_upstream;        /* about a party that handed nothing to this lot itself */
    int32_t until;           /* NO_DAY: no end */
};

/* What is owed for a lot that is held for suspect, from the first day on which anybody who may say so
 * knew; and what was done about it. */
struct suspicion_fact {
    const char *what; /* "inspection I-1", "hold H-1", "alert GIDEP G-1", "denial of certificate C-1", "review R-7" */
    int32_t day;
    int64_t seq;
};
struct hold_fact { /* by the holder, for whatever reason */
    const char *reason;
    int32_t day; /* first */
    int64_t seq;
    bool placed; /* says where */
};
struct done_fact { /* the first of its kind */
    int32_t day; /* NO_DAY: never */
    int64_t seq;
    const char *text; /* number of a report, reason of an exemption, what becomes of the lot; NULL */
};
struct duty_facts {
    const struct suspicion_fact *suspicions; /* by day */
    size_t suspicions_len;
    const struct hold_fact *holds;
    size_t holds_len;
    struct done_fact reported, exempt, disposed; /* by reviews */
    struct done_fact cleared; /* released from its holds for suspicion, after all of it */
    int32_t gone_day; /* on which the last piece left; NO_DAY: some are here */
};
struct release_fact {
    const char *key;
    int32_t day_first, day_last;
    int64_t seq;
};
struct storage_fact { /* the longest time in which no record of the holder speaks of the lot */
    int32_t from, to; /* days; NO_DAY: what came in has not left */
    int64_t from_seq, to_seq;
    bool authorized; /* the holder was, for this part; told of what is long */
};

enum traced { TRACED_NOT_EVALUATED, TRACED_MANUFACTURER, TRACED_AUTHORIZATION, TRACED_CLAIMED,
              TRACED_PARTIAL, TRACED_NONE };
const char *traced_word(enum traced t); /* manufacturer authorization claimed partial none, "" */

/* ---- what was put together ---- */

struct merge_input {
    const char *code;      /* the holder's lot */
    bool known;            /* it is recorded and described */
    bool other_part;       /* than the output's */
    const char *condition; /* NULL */
    enum traced traced;
    enum tier worst;       /* of the sources upstream */
    const char *const *codes;
    size_t codes_len;
};
struct merge_fact { /* one merging or packing together of several lots into this one */
    int64_t seq;
    const char *key;  /* as of a hop */
    const struct merge_input *inputs;
    size_t inputs_len;
    bool stratified;  /* the output tells the pieces of each date code */
};

/* A transformation by one who does not make the part, whose output tells date codes; what it took is of the same part. */
struct recode_fact {
    int64_t seq;
    const char *key;      /* as of a hop */
    const char *how;      /* NULL */
    const char *foreign;  /* a date code that none of the inputs is described with; NULL: none */
    bool unknown;         /* of an input no date code is known */
};

/* What the pieces are, as described. */
struct goods_fact {
    const char *finish, *content; /* content: hash of the program in them; NULL */
    bool finish_stated, content_stated; /* by a record of this lot, and not inherited */
    int64_t refinished_seq;       /* reworked, or away for a service: the finish need not be the maker's */
    int32_t refinished;           /* last day of the rework, which `finish_stated` speaks of then; NO_DAY */
    const char *finish_before;    /* that was stated before it; NULL */
    int64_t programmed_seq;       /* a transformation that put a program in; NONE */
    int32_t programmed;           /* its last day; NO_DAY */
    enum truth adhp;              /* held for avionics, by a role that an operator gave */
    const char *country;          /* the holder's; NULL */
};

struct facts {
    int32_t today; /* the ledger day */

    const char *holder; /* canonical id */
    const char *code;
    bool described;
    struct part_name part;
    const char *maker;  /* canonical id of the part's manufacturer, or its brand: */
    const char *condition, *seal, *owner, *made_in;
    int64_t quantity;   /* described; NONE */
    int64_t description_seq;
    int32_t seen_day;   /* earliest on which pieces came in, last day of that record; NO_DAY */
    int64_t seen_seq;
    int32_t came_last;  /* last day on which pieces came in that did not come back; NO_DAY */
    int64_t came_last_seq;
    bool described_twice; /* two descriptions that contradict; the first in order counts */
    int64_t contradiction_seq;

    const struct hop *hops;
    size_t hops_len;
    const struct move *moves;
    size_t moves_len;
    const struct code_fact *codes;
    size_t codes_len;
    const struct trace_fact *traces;
    size_t traces_len;
    const struct mark_fact *marks;
    size_t marks_len;
    const struct document_fact *documents;
    size_t documents_len;
    const struct inspection_fact *inspections;
    size_t inspections_len;
    const struct origin_fact *origins;
    size_t origins_len;
    struct goods_fact goods;
    const struct denial_fact *denials;
    size_t denials_len;
    int64_t answers_ours; /* `verified` ours by a maker, issuer or laboratory, of what names it */
    int64_t answers_open; /* likewise cannot-tell, where no other answer came from them */
    const struct alert_fact *alerts; /* that match; empty if none */
    size_t alerts_len;
    bool alerts_known; /* there is any alert statement to match against */
    const struct claim_fact *claims;
    size_t claims_len;
    const struct listing_fact *listings;
    size_t listings_len;
    bool lists_known; /* there is any alert about parties */
    const struct product_fact *products;
    size_t products_len;
    const struct lapse_fact *lapses; /* nearest first, each party once; at most 8 */
    size_t lapses_len;
    bool has_uncertified; /* somebody on the way here of whom no such certificate is known */
    const char *substances; /* "scheme number": who sold had a valid certificate for hazardous substances (QC 080000), each of
                               them on the day of its sale; NULL: not all had */
    int64_t substances_seq;
    enum cert_status isms; /* the holder's ISO/IEC 27001, on the day of its newest record */
    const char *isms_name;
    int64_t isms_seq;

    /* Under the holder's own view; else none. */
    const struct use_fact *uses;
    size_t uses_len;
    const struct decision_fact *decisions;
    size_t decisions_len;

    /* Chain. */
    enum traced traced;
    bool claimed_of_authorized; /* claimed: the source or seller named held the authorization */
    bool sample_without_source; /* here as sample or for service, source lot not recorded */
    int depth;                  /* hops to the farthest known ancestor, at most 64 */
    bool aftermarket_root;      /* the chain leads to a holder of an aftermarket authorization */
    int32_t made_last;          /* last day on which a maker on the chain records that it made; NO_DAY */
    const char *suspect_here;   /* code of the nearest lot of the holder that this came out of and that is
                                   suspect; NULL */
    int suspect_above;          /* hops to the nearest lot that this came from and that is suspect; 0: none */
    int32_t back_day;           /* this came out of a lot that a customer returned then; NO_DAY */
    int32_t back_verified;      /* there, the day on which that was found good; NO_DAY */
    int64_t root_seq;           /* newest record that decides `traced`; NONE */

    /* Balance (formula sheet 5), pieces. */
    int64_t inflow, outflow;
    int64_t overdrawn;     /* largest deficit over all prefixes in time order; 0: none */
    int64_t overdrawn_seq; /* the record at which it is reached */
    int64_t found;         /* counted above the books, all counts together */
    int64_t found_allowed; /* as the parameters of CAP-060 say */
    int64_t found_seq;
    int64_t conjured;      /* most pieces that a transformation gave beyond what it took */
    int64_t conjured_seq;
    bool has_inflow;       /* anything came in by the records */
    int32_t newest_day;    /* of the newest record of the balance */

    /* What statements say of the part. */
    int32_t introduced;        /* earliest over sources; NO_DAY */
    int64_t introduced_seq;
    int32_t end_of_production; /* of a notice-grade source; NO_DAY */
    int32_t last_ship;         /* of a PDN in force (not withdrawn); NO_DAY */
    int64_t end_seq;           /* the statement that decides; NONE */
    bool discontinuance_withdrawn;
    const char *lifecycle;     /* worst of the sources; NULL */
    int64_t lifecycle_seq;
    const struct part_facts *spec;
    const char *lifecycle_source;                       /* who says the worst */
    const char *lifecycle_best, *lifecycle_best_source; /* best of those that know; NULL */
    int64_t lifecycle_best_seq;
    int32_t lifecycle_day; /* newest on which any source said so; NO_DAY */
    int lifecycle_sources; /* that say anything of it */
    int lifecycle_known;   /* of them, those that do not say `unknown` */
    const struct notice_fact *notices;
    size_t notices_len;

    const struct merge_fact *merges;
    size_t merges_len;
    const struct recode_fact *recodes;
    size_t recodes_len;

    /* Labels and packing. */
    const struct label_fact *labels;
    size_t labels_len;
    const struct pack_fact *packs;
    size_t packs_len;
    const struct seal_fact *seals; /* in their order */
    size_t seals_len;
    const char *assembled_in, *diffused_in; /* as described; NULL */
    const char *msl; /* as described; NULL */

    /* What is owed. */
    const struct duty_facts *duties; /* NULL: nobody who may say so holds it for suspect */
    const struct release_fact *releases; /* by the holder */
    size_t releases_len;
    struct storage_fact stored;
    struct beside_fact { /* a lot that failed a test: came out of this one, or of one that this came from */
        bool any, well; /* `well`: found by a laboratory or the maker, or in the hands of that lot's holder */
        int hops;       /* to the lot that both came out of; below: 0 */
    } below, beside;
    const char *const *brokers; /* who sold on the way here without authorization, each once; at most 8 */
    size_t brokers_len;
    struct number_fact number;
    int32_t taken_over; /* the business of the maker, by its name on the parts; NO_DAY */
    int64_t taken_over_seq;
    const char *heir;
    /* What statistics say (ledger/figures.h). */
    const struct hop_figures *figures; /* one a hop; NULL: none were taken */
    int64_t bought;                    /* lots of the holder that figures know of */
    struct part_figures supply;
    struct day_figures named;
};
