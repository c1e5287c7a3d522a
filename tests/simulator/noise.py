"""What goes wrong in honest records, and what is odd in them and right.  None of it is fraud; most of it nobody corrects."""

import copy
import datetime

from world import after

NOISE = []  # (weight, function); a function answers whether it found something to disturb


def noise(weight):
    def keep(function):
        NOISE.append((weight, function))
        return function
    return keep


def disturb(chain):
    """None, one or two of them."""
    chance = chain.chance
    for _ in range(chance.choices((0, 1, 2), (4, 5, 2))[0]):
        function = chance.choices([f for _, f in NOISE], [w for w, _ in NOISE])[0]
        if function(chain, chance):
            chain.oddity = "%s, %s" % (chain.oddity, function.__name__) if chain.oddity else function.__name__
    return chain


def a_hop(c, x, test=lambda h: True):
    hops = [h for h in c.hops if test(h) and any(r is h.received for _, r in c.records)]
    return x.choice(hops) if hops else None


def drop(c, record):
    c.records = [(w, r) for w, r in c.records if r is not record]


def correct(c, who, wrong, right, x):
    """The slip is seen some days later: the record is voided, and sent again as it should have been."""
    seen = after(datetime.date.fromisoformat((wrong["time"] + "-01")[:10]), x.randint(0, 9))
    again = dict(right, id="%d/%d" % (c.number, c.next()))
    c.records.append((who, again))
    c.say(who, "voided", seen, record=wrong["id"], reason="typed wrongly", replacement=again["id"])
    return again


def is_untouched(c, stock):
    """Nothing is recorded of the lot after its receipt but that some of it was built in."""
    return not any(r["type"] != "installed" and (r.get("lot") == stock.code or stock.code in [i["lot"] for i in r.get("inputs", [])])
                   for _, r in c.records)


def is_sale(h):
    return "reason" not in h.received


# ---- missing ----

@noise(1)
def no_record_of_the_shipment(c, x):
    hop = a_hop(c, x)
    if hop:
        drop(c, hop.shipped)
    return hop


@noise(3)
def no_record_of_the_arrival(c, x):
    """Of a last buyer: everything that follows would be missing as well."""
    used = {id(h.source) for h in c.hops}
    hop = a_hop(c, x, lambda h: id(h.target) not in used)
    if not hop or any(r.get("lot") == hop.target.code for _, r in c.records) or not is_untouched(c, hop.target):
        return None
    drop(c, hop.received)
    c.stocks = [s for s in c.stocks if s is not hop.target]
    return hop


@noise(5)
def no_certificate(c, x):
    """The authorized chain hands one out on demand."""
    hop = a_hop(c, x, lambda h: h.paper and h.source.party.role == "franchised")
    if hop:
        hop.shipped.pop("documents", None)
        hop.received.pop("documents", None)
    return hop


@noise(5)
def no_shipment_number(c, x):
    hop = a_hop(c, x)
    if hop:
        hop.received["reference"].pop("shipment", None)
        hop.received["from"]["lot"] = hop.source.code
    return hop


@noise(4)
def no_marks(c, x):
    """A receipt that tells neither date code nor trace code."""
    hop = a_hop(c, x)
    if hop:
        for member in ("dateCodes", "traceCodes", "madeIn"):
            hop.received["lot"].pop(member, None)
    return hop


@noise(4)
def customer_is_not_told(c, x):
    hop = a_hop(c, x)
    if hop:
        hop.shipped.pop("to", None)
    return hop


# ---- late, twice ----

@noise(6)
def sent_twice(c, x):
    """The same record again: no answer was heard."""
    who, record = x.choice(c.records)
    c.records.append((who, record))
    return True


@noise(3)
def booked_twice(c, x):
    """One delivery is booked by two people; the second booking is voided."""
    hop = a_hop(c, x)
    if hop:
        twice = dict(copy.deepcopy(hop.received), id="%d/%d" % (c.number, c.next()))
        c.records.append((hop.target.party.id, twice))
        c.say(hop.target.party, "voided", hop.target.when, record=twice["id"], reason="booked twice")
    return hop


@noise(2)
def certificate_comes_later(c, x):
    hop = a_hop(c, x, lambda h: "documents" in h.received)
    if hop:
        papers = hop.received.pop("documents")
        c.say(hop.target.party, "described", after(hop.target.when, x.randint(3, 40)), lot=hop.target.code, documents=papers)
    return hop


# ---- typed wrongly ----

def slip(c, x, hop, change, seen):
    """`change` spoils the receipt; that is put right in `seen` of a hundred cases."""
    right = copy.deepcopy(hop.received)
    change(hop.received)
    if hop.received != right and x.randint(1, 100) <= seen:
        hop.received = correct(c, hop.target.party.id, hop.received, right, x)
    return hop


@noise(3)
def quantity_typed_wrongly(c, x):
    hop = a_hop(c, x)

    def change(r):
        if not isinstance(r["lot"].get("dateCodes", [""])[0], dict) and "packageIds" not in r["lot"]:
            r["lot"]["quantity"] = r["lot"]["quantity"] * 10
    return hop and slip(c, x, hop, change, 100)


@noise(3)
def year_typed_wrongly(c, x):
    """Last year's, in January."""
    hop = a_hop(c, x)

    def change(r):
        r["time"] = "%d%s" % (int(r["time"][:4]) - 1, r["time"][4:].replace("-02-29", "-02-28"))
    return hop and slip(c, x, hop, change, 100)


@noise(3)
def digits_of_the_date_code_swapped(c, x):
    hop = a_hop(c, x, lambda h: isinstance(h.received["lot"].get("dateCodes", [None])[0], str))

    def change(r):
        code = r["lot"]["dateCodes"][0]
        r["lot"]["dateCodes"] = [code[:-2] + code[-1] + code[-2]]
    return hop and slip(c, x, hop, change, 85)


@noise(2)
def weeks_before_years(c, x):
    """WWYY, as some write it."""
    hop = a_hop(c, x, lambda h: isinstance(h.received["lot"].get("dateCodes", [None])[0], str))

    def change(r):
        code = r["lot"]["dateCodes"][0]
        r["lot"]["dateCodes"] = [code[:-4] + code[-2:] + code[-4:-2]]
    return hop and slip(c, x, hop, change, 60)


@noise(4)
def trace_code_written_otherwise(c, x):
    hop = a_hop(c, x, lambda h: h.received["lot"].get("traceCodes"))
    if hop:
        code = hop.received["lot"]["traceCodes"][0]
        hop.received["lot"]["traceCodes"] = [x.choice((code.lower(), code[:3] + "-" + code[3:], code[0] + " " + code[1:], code.replace("0", "O", 1)))]
    return hop


@noise(5)
def part_number_written_otherwise(c, x):
    hop = a_hop(c, x)
    if hop:
        mpn = hop.received["lot"]["part"]["mpn"]
        hop.received["lot"]["part"]["mpn"] = x.choice((mpn.lower(), mpn.replace("-", ""), mpn.replace("-", " "), mpn + "-REEL"))
    return hop


@noise(2)
def one_letter_of_the_part_number_wrong(c, x):
    hop = a_hop(c, x)

    def change(r):
        mpn = r["lot"]["part"]["mpn"]
        r["lot"]["part"]["mpn"] = mpn[:2] + mpn[3] + mpn[2] + mpn[4:]
    return hop and slip(c, x, hop, change, 90)


@noise(3)
def date_code_with_words(c, x):
    hop = a_hop(c, x, lambda h: isinstance(h.received["lot"].get("dateCodes", [None])[0], str))
    if hop:
        code = hop.received["lot"]["dateCodes"][0]
        hop.received["lot"]["dateCodes"] = [x.choice(("D/C " + code, code[:-2] + "-" + code[-2:], code + "+", "DC" + code))]
    return hop


@noise(2)
def wrong_lot_named(c, x):
    """The seller's lot number is copied from another line."""
    hop = a_hop(c, x, lambda h: "lot" in h.received["from"])
    if hop:
        hop.received["from"]["lot"] = "R%05d-99" % c.number
    return hop


# ---- odd, and right ----

@noise(4)
def a_few_pieces_short(c, x):
    hop = a_hop(c, x, lambda h: h.target.quantity > 50 and not isinstance(h.received["lot"].get("dateCodes", [""])[0], dict)
                and h.target.left > 10 and "packageIds" not in h.received["lot"] and is_untouched(c, h.target))
    if hop:
        hop.received["lot"]["quantity"] -= x.randint(1, 5)
    return hop


@noise(4)
def a_count_finds_some(c, x):
    hop = a_hop(c, x, lambda h: h.target.left > 100)
    if hop:
        left = hop.target.left
        c.say(hop.target.party, "counted", after(hop.target.when, x.randint(100, 300)), lot=hop.target.code, quantity=left + x.randint(-4, 5),
              book=left, reason="count")
    return hop


@noise(4)
def arrives_in_two_deliveries(c, x):
    """One shipment, two receipts on two days, into two lots."""
    hop = a_hop(c, x, lambda h: h.target.quantity > 200 and h.target.left > h.target.quantity // 2 and is_untouched(c, h.target)
                and not isinstance(h.received["lot"].get("dateCodes", [""])[0], dict)
                and "packageIds" not in h.received["lot"] and "serials" not in h.received["lot"])
    if hop:
        part = hop.target.left // 2
        second = copy.deepcopy(hop.received)
        hop.target.left -= part
        hop.received["lot"]["quantity"] -= part
        second["lot"].update(quantity=part, code=hop.target.code + "B")
        second.update(id="%d/%d" % (c.number, c.next()), time=after(hop.target.when, x.randint(1, 12)).isoformat())
        c.records.append((hop.target.party.id, second))
    return hop


@noise(4)
def held_and_released(c, x):
    """Papers are asked for, and come."""
    hop = a_hop(c, x)
    if hop:
        c.say(hop.target.party, "held", hop.target.when, lot=hop.target.code, reason="papers")
        c.say(hop.target.party, "released", after(hop.target.when, 1), lot=hop.target.code, reason="papers came", authority="QA")
    return hop


@noise(3)
def wrong_goods_go_back(c, x):
    """What is left was not what was ordered."""
    hop = a_hop(c, x, lambda h: h.source.party.role == "franchised" and is_sale(h) and h.target.left > 20 and is_untouched(c, h.target))
    if hop:
        when = after(hop.target.when, x.randint(160, 200))
        c.say(hop.target.party, "held", when, lot=hop.target.code, reason="nonconforming", quantity=hop.target.left)
        back = c.move(hop.target, hop.source.party, hop.target.left, after(when, 2), reason="return")
        c.inspect(back, after(back.when, 1), "return")
    return hop


@noise(3)
def fails_acceptance(c, x):
    """Bent leads: no question of where it is from."""
    hop = a_hop(c, x, lambda h: h.target.party.role in ("ems", "avionics"))
    if hop:
        c.inspect(hop.target, after(hop.target.when, 1), "acceptance", "nonconforming")
    return hop


@noise(3)
def put_together_again(c, x):
    """Two lots of one source and code become one."""
    hop = a_hop(c, x, lambda h: h.target.left > 100 and len(h.target.codes) == 1)
    if hop:
        when = after(hop.target.when, x.randint(100, 160))
        one, two = c.transform(hop.target, "split", [40, 40], when)
        c.say(one.party, "transformed", after(when, 5), how="merge", inputs=[{"lot": one.code, "quantity": 40}, {"lot": two.code, "quantity": 40}],
              outputs=[{"code": c.unique("T"), "part": dict(one.part.name), "quantity": 80}])
    return hop


@noise(3)
def taken_out_and_baked(c, x):
    hop = a_hop(c, x, lambda h: h.target.left > 50)
    if hop:
        when = after(hop.target.when, x.randint(100, 160))
        c.say(hop.target.party, "transformed", when, how="repack", inputs=[{"lot": hop.target.code, "quantity": hop.target.left}],
              outputs=[{"code": hop.target.code, "quantity": hop.target.left}])
    return hop


@noise(2)
def no_country_or_mixed(c, x):
    hop = a_hop(c, x, lambda h: "madeIn" in h.received["lot"])
    if hop:
        hop.received["lot"]["madeIn"] = "AA"
    return hop


@noise(3)
def delivered_by_the_maker(c, x):
    """A drop shipment: sold by the distributor, sent by the maker."""
    hop = a_hop(c, x, lambda h: h.source.party is h.source.part.maker and h.source.left >= 10)
    if hop:
        got = c.move(hop.source, c.user(), max(1, hop.source.left // 3), after(hop.source.when, x.randint(20, 60)))
        got.record.update(seller=hop.target.party.id)
        got.record["from"]["as"] = "franchised"
    return hop


@noise(3)
def only_month_known(c, x):
    hop = a_hop(c, x)
    if hop:
        hop.received["time"] = hop.received["time"][:7]
        if hop.shipped["time"][:7] != hop.received["time"]:
            hop.shipped["time"] = hop.shipped["time"][:7]
    return hop


@noise(3)
def times_with_an_offset(c, x):
    hop = a_hop(c, x, lambda h: len(h.received["time"]) == len("2024-01-31"))
    if hop:
        hop.received["time"] += "T%02d:%02d:00-05:00" % (x.randint(7, 18), x.randint(0, 59))
    return hop
