"""Frauds, as they look in records: each variant takes a chain that has no records yet, lives it, and marks the lots it spoils.

Whoever submits tells what is so in its books: a cheat keeps books as well, and buyers record what they got.
"""

from chains import Chain, Stock
from world import LETTERS, Party, after, day

SCHEMES = {}


def variant(scheme):
    def keep(function):
        SCHEMES.setdefault(scheme, []).append(function)
        return function
    return keep


def crooked(world, seed, number, scheme, turn):
    """The variants in turn, so that a small run has each."""
    chain = Chain(world, seed, number)
    function = SCHEMES[scheme][turn % len(SCHEMES[scheme])]
    chain.scheme, chain.variant = scheme, function.__name__
    function(chain, chain.chance)
    assert chain.fraud, chain.variant
    return chain


# ---- what several have in common ----

def bought(c, party, part, quantity, made, when, source, codes=None, **more):
    """A receipt of what nobody recorded before."""
    stock = Stock(party, c.unique("R"), part, quantity, codes or c.codes_made(part, made, quantity), when)
    stock.condition = more.pop("condition", None)
    stock.record = c.say(party, "received", when, lot=c.described(stock), reference={"shipment": c.unique("PS")},
                         **dict({"from": {"organisation": source}}, **more))
    c.stocks.append(stock)
    return stock


def shady(c):
    return "name:%s/%s %d" % (c.chance.choice(("cn", "hk", "zz")), c.chance.choice(("bright star", "gold chips", "shantou parts")), c.number)


def genuine(c, part=None):
    """A franchised distributor's lot of an honest chain, with a user's beside it."""
    stock = c.to_franchised(c.begin(part))
    user = c.move(stock, c.user(), c.some(stock, 0.2, 0.4), c.later(stock.when), claim="franchised")
    return stock, user


def sold_on(c, stock, **more):
    """To a user, with the seller's own certificate."""
    return c.move(stock, c.user(), c.some(stock, 0.5, 0.95), c.later(stock.when, 10, 60), **more)


def fresh(c):
    """A broker of this chain alone: what is said of it touches no other."""
    party = Party("cage:%s%s%s%02d" % (1 + c.number // 100 % 8, "S", LETTERS[c.number // 800 % len(LETTERS)], c.number % 100), "broker")
    party.people = ["S 1"]
    return party


def excess_of(c, part=None, seller=None):
    """A user's surplus of an obsolete part, with a broker."""
    part = part or c.chance.choice(c.world.obsolete)
    stock = c.to_franchised(c.begin(part, after(part.end, -c.chance.randint(150, 700))))
    owner = c.move(stock, c.user(), c.some(stock, 0.5, 0.9), c.later(stock.when))
    return c.move(owner, seller or c.chance.choice(c.world.brokers), c.some(owner, 0.5, 0.9), after(max(owner.when, part.end), 90),
                  condition="surplus")


# ---- used parts sold as new ----

@variant("recycled sold as new")
def bought_as_used(c, x):
    part = x.choice(c.world.obsolete)
    when = after(part.end, x.randint(200, 1500))
    pulls = bought(c, x.choice(c.world.brokers), part, x.randint(100, 900), after(part.end, -400), when, shady(c), condition="used")
    clean = c.transform(pulls, "rework", [pulls.left], c.later(when))[0]
    clean.record["outputs"][0]["condition"] = clean.condition = "new"
    c.mark(pulls, clean, sold_on(c, clean, condition="new"))


@variant("recycled sold as new")
def sibling_fails_at_the_laboratory(c, x):
    lot = excess_of(c)
    first, other = c.transform(lot, "split", [lot.left // 2, lot.left // 2], c.later(lot.when))
    got = sold_on(c, first, condition="new")
    tested = c.move(other, x.choice(c.world.independent), other.left, c.later(other.when), condition="new")
    c.sample(tested, c.later(tested.when), result="suspect", suspect=3)
    c.mark(first, other, got, tested)


@variant("recycled sold as new")
def pulled_from_what_was_installed(c, x):
    stock = c.to_franchised(c.begin())
    used = c.move(stock, x.choice(c.world.ems), c.some(stock), c.later(stock.when))
    serials = ["%sU%05d%03d" % (used.part.mpn[:2], c.number, n) for n in range(12)]
    used.record["lot"]["serials"] = list(serials)
    c.say(used.party, "installed", c.later(used.when), lot=used.code, quantity=12, serials=serials, into={"workOrder": c.unique("WO")})
    pulls = bought(c, x.choice(c.world.brokers), stock.part, 12, used.when, c.later(used.when, 700, 1500), shady(c),
                   codes=[dict(used.codes[0], quantity=12)])
    pulls.record["lot"]["serials"] = list(serials)
    pulls.serials = list(serials)
    c.mark(pulls, c.move(pulls, c.user(), 12, c.later(pulls.when), condition="new"))


@variant("recycled sold as new")
def found_at_receiving(c, x):
    got = sold_on(c, excess_of(c), condition="new")
    c.inspect(got, after(got.when, 4), "receiving", "suspect", observed={"condition": "used"})
    c.mark(got)


@variant("recycled sold as new")
def several_date_codes_under_one_trace(c, x):
    lot = excess_of(c)
    got = sold_on(c, lot, condition="new")
    maker = got.part.maker
    seen = [got.codes[0]["code"]] + [maker.date_code(after(lot.when, -x.randint(1200, 3000))) for _ in range(3)]
    c.inspect(got, after(got.when, 4), "receiving", "nonconforming",
              observed={"dateCodes": seen, "traceCodes": list(got.codes[0]["traceCodes"])})
    c.mark(got)


@variant("recycled sold as new")
def far_too_cheap(c, x):
    part = x.choice(c.world.active)
    when = day(x.randint(2022, 2024), x.randint(3, 12))
    lot = bought(c, x.choice(c.world.brokers), part, x.randint(500, 3000), after(when, -300), when, shady(c),
                 price={"amount": "%.2f" % (part.price * 0.1), "currency": "USD"})
    c.mark(lot, sold_on(c, lot, condition="new", price=part.price * 0.35))


@variant("recycled sold as new")
def leads_measured_otherwise(c, x):
    got = sold_on(c, excess_of(c), condition="new")
    got.record["lot"]["finish"] = "e3"
    c.inspect(got, after(got.when, 6), "authenticity", "nonconforming")["methods"].append(
        {"method": "xrf", "sampled": 5, "elements": [{"element": "Sn", "percent": "63"}, {"element": "Pb", "percent": "37"}]})
    c.mark(got)


# ---- date codes that the parts did not have ----

def marked(c, x, part, code, when, trace=None):
    """A broker's lot with a date code of its choice, and its sale."""
    lot = bought(c, x.choice(c.world.brokers), part, x.randint(100, 2000), None, when, shady(c),
                 codes=[{"code": code, "quantity": 1, "traceCodes": [trace or part.maker.trace_code(when, c.number * 10 + 9)],
                         "madeIn": part.maker.sites[0]}])
    c.mark(lot, sold_on(c, lot, condition="new"))
    return lot


@variant("remarked date codes")
def after_the_end_of_production(c, x):
    part = x.choice(c.world.obsolete)
    made = after(part.end, x.randint(250, 900))
    marked(c, x, part, part.maker.date_code(made), after(made, x.randint(60, 400)))


@variant("remarked date codes")
def later_than_the_receipt(c, x):
    part = x.choice(c.world.obsolete)
    when = after(part.end, -x.randint(300, 600))
    marked(c, x, part, part.maker.date_code(after(when, x.randint(30, 200))), when)


@variant("remarked date codes")
def before_the_part_was_introduced(c, x):
    part = x.choice(c.world.active + c.world.obsolete)
    marked(c, x, part, part.maker.date_code(after(part.introduced, -x.randint(400, 1500))), day(2015, x.randint(1, 12)))


@variant("remarked date codes")
def reworked_and_made_uniform(c, x):
    lot = excess_of(c)
    young = c.codes_made(lot.part, after(lot.part.end, -20), lot.left)
    clean = c.transform(lot, "rework", [lot.left], c.later(lot.when))[0]
    clean.codes = young
    clean.record["outputs"][0].update(dateCodes=[young[0]["code"]], traceCodes=list(young[0]["traceCodes"]))
    c.mark(clean, sold_on(c, clean, condition="new"))


@variant("remarked date codes")
def true_trace_code_other_date(c, x):
    stock, user = genuine(c)
    true = user.codes[0]
    made = after(stock.when, x.randint(400, 900))
    marked(c, x, stock.part, stock.part.maker.date_code(made), after(made, x.randint(60, 300)), true["traceCodes"][0])


@variant("remarked date codes")
def a_week_that_is_none(c, x):
    part = x.choice(c.world.obsolete)
    code = part.maker.date_code(after(part.end, -300))[:-2] + str(x.randint(54, 89))
    marked(c, x, part, code, after(part.end, 300))


@variant("remarked date codes")
def changed_between_seller_and_buyer(c, x):
    got = sold_on(c, excess_of(c))
    young = got.part.maker.date_code(after(got.hop.source.hop.source.when, x.randint(400, 800)))
    got.record["lot"]["dateCodes"] = [young]
    c.mark(got)


@variant("remarked date codes")
def sold_as_a_better_grade(c, x):
    """The same production lot under another part number of its maker."""
    stock, user = genuine(c)
    other = x.choice([p for p in c.world.active + c.world.obsolete if p.maker is stock.part.maker and p is not stock.part])
    when = c.later(user.when, 100, 300)
    lot = bought(c, x.choice(c.world.brokers), other, 300, None, when, shady(c), codes=[dict(user.codes[0], quantity=300)])
    c.mark(lot, sold_on(c, lot))


# ---- papers and labels of other goods ----

def cloned(c, x, stock, user, **more):
    when = c.later(user.when, 30, 300)
    lot = bought(c, x.choice(c.world.brokers), stock.part, user.quantity, None, when, shady(c),
                 codes=[dict(k) for k in user.codes], **more)
    return lot


@variant("cloned paperwork")
def certificate_of_another_lot(c, x):
    stock, user = genuine(c)
    lot = cloned(c, x, stock, user, documents=[dict(user.hop.paper)])
    c.mark(lot, sold_on(c, lot))


@variant("cloned paperwork")
def certificate_passed_on_by_the_broker(c, x):
    stock, user = genuine(c)
    lot = cloned(c, x, stock, user)
    got = sold_on(c, lot, paper=False)
    got.record["documents"] = [dict(user.hop.paper)]
    c.mark(lot, got)


@variant("cloned paperwork")
def package_labels(c, x):
    stock, user = genuine(c)
    ids = [{"id": "S%dQ%05d%d" % (x.randint(1, 9), c.number, n), "quantity": user.quantity // 2} for n in range(2)]
    for record in (user.record["lot"],):
        record["packageIds"] = [dict(p) for p in ids]
    lot = cloned(c, x, stock, user)
    lot.record["lot"]["packageIds"] = [dict(p) for p in ids]
    c.mark(lot, sold_on(c, lot))


@variant("cloned paperwork")
def says_to_be_of_a_lot_that_is_gone(c, x):
    stock, _ = genuine(c)
    last = c.move(stock, c.user(), stock.left, c.later(stock.when, 121, 200))
    when = c.later(last.when)
    lot = bought(c, x.choice(c.world.brokers), stock.part, last.quantity, None, when, stock.party.id, codes=[dict(k) for k in last.codes])
    lot.record["from"]["lot"] = stock.code
    c.mark(lot, sold_on(c, lot))


@variant("cloned paperwork")
def labels_contradict_the_goods(c, x):
    lot = excess_of(c)
    got = sold_on(c, lot, condition="new")
    other = lot.part.maker.date_code(after(lot.when, -x.randint(2500, 3500)))
    got.record["lot"]["labels"] = ["[)>\x1e06\x1d1P%s\x1dQ%d\x1d10D%s\x1d1T%s\x1e\x04" % (
        lot.part.mpn, got.quantity, other[-4:], "Z99%06d" % c.number)]
    c.mark(got)


@variant("cloned paperwork")
def serial_numbers(c, x):
    stock, user = genuine(c)
    serials = ["%sK%05d%03d" % (stock.part.mpn[:2], c.number, n) for n in range(10)]
    user.record["lot"]["serials"] = list(serials)
    lot = cloned(c, x, stock, user)
    lot.record["lot"]["serials"] = list(serials)
    lot.serials = list(serials)
    c.mark(lot, sold_on(c, lot))


# ---- more sold than there is ----

@variant("over-selling a good lot")
def ships_more_than_came_in(c, x):
    lot = excess_of(c)
    got = [c.move(lot, c.user(), int(lot.quantity * 0.6), c.later(lot.when, 5 + 30 * n, 25 + 30 * n)) for n in range(2)]
    c.mark(lot, *got)


@variant("over-selling a good lot")
def repacked_into_more(c, x):
    lot = excess_of(c)
    half = int(lot.quantity * x.uniform(0.55, 0.8))
    one, two = c.transform(lot, "repack", [half, half], c.later(lot.when))
    one.record["inputs"][0]["quantity"] = lot.quantity
    c.mark(one, two, sold_on(c, one), sold_on(c, two))


@variant("over-selling a good lot")
def several_claim_the_same(c, x):
    """The seller writes down one sale; the buyers have its papers for three."""
    lot = excess_of(c)
    got = [c.move(lot, c.user(), int(lot.quantity * 0.7), c.later(lot.when, 5 + 9 * n, 13 + 9 * n)) for n in range(3)]
    for late in got[1:]:
        c.records = [(w, r) for w, r in c.records if r is not late.hop.shipped]
        late.record["from"]["lot"] = lot.code
    c.mark(*got)


@variant("over-selling a good lot")
def topped_up_on_the_way(c, x):
    lot = excess_of(c)
    got = sold_on(c, lot)
    got.record["lot"]["quantity"] = got.quantity * 2
    if got.record["lot"].get("dateCodes") and isinstance(got.record["lot"]["dateCodes"][0], dict):
        got.record["lot"]["dateCodes"] = [k["code"] for k in got.codes]
    c.mark(got)


@variant("over-selling a good lot")
def topped_up_in_stock(c, x):
    """A good lot is booked to by a count, and sold whole."""
    lot = excess_of(c)
    when = c.later(lot.when)
    c.say(lot.party, "counted", when, lot=lot.code, quantity=int(lot.quantity * 1.5), book=lot.quantity, reason="count")
    c.mark(lot, c.move(lot, c.user(), int(lot.quantity * 1.4), c.later(when)))


@variant("over-selling a good lot")
def certificate_for_fewer(c, x):
    lot = excess_of(c)
    got = sold_on(c, lot)
    paper = got.record["documents"][0]
    paper["declares"]["quantity"] = max(1, got.quantity // 3)
    got.hop.shipped["documents"] = [dict(paper)]
    c.mark(got)


# ---- goods of the open market that come to look authorized ----

@variant("broker laundering")
def a_return_that_was_never_sold(c, x):
    stock, user = genuine(c)
    broker = x.choice(c.world.brokers)
    lot = bought(c, broker, stock.part, 500, c.later(stock.when), c.later(user.when, 100, 300), shady(c))
    back = c.move(lot, stock.party, lot.left, c.later(lot.when), reason="return")
    c.mark(lot, back, sold_on(c, back, claim="franchised", condition="new"))


@variant("broker laundering")
def more_comes_back_than_was_sold(c, x):
    stock, user = genuine(c)
    back = c.move(user, stock.party, int(user.quantity * 1.5), c.later(user.when), reason="return")
    c.mark(user, back, sold_on(c, back, claim="franchised"))


@variant("broker laundering")
def merged_with_a_good_lot(c, x):
    stock, user = genuine(c)
    when = c.later(user.when, 30, 200)
    bad = bought(c, stock.party, stock.part, max(100, stock.left // 2), after(when, -200), when, shady(c))
    mixed = Stock(stock.party, c.unique("T"), stock.part, stock.left + bad.left,
                  [dict(stock.codes[0], quantity=stock.left + bad.left)], c.later(when))
    mixed.record = c.say(stock.party, "transformed", mixed.when, how="merge",
                         inputs=[{"lot": s.code, "quantity": s.left} for s in (stock, bad)], outputs=[c.described(mixed)])
    c.stocks.append(mixed)
    c.mark(bad, mixed, sold_on(c, mixed, claim="franchised", condition="new"))


@variant("broker laundering")
def bought_by_a_franchised_distributor(c, x):
    """It sells what a broker brought as if it had come from the maker."""
    part = x.choice(c.world.active + c.world.obsolete)
    maker, when = part.maker, day(2015, x.randint(1, 12))
    lot = bought(c, x.choice(c.world.brokers), part, 800, after(when, -100), when, shady(c))
    inside = c.move(lot, x.choice(maker.franchised), lot.left, c.later(lot.when))
    c.mark(lot, inside, sold_on(c, inside, claim="franchised"))


@variant("broker laundering")
def round_and_round(c, x):
    lot = excess_of(c)
    first = lot.party
    others = [b for b in c.world.brokers if b is not first]
    one = c.move(lot, others[0], lot.left, c.later(lot.when))
    two = c.move(one, others[1], one.left, c.later(one.when))
    three = c.move(two, first, two.left, c.later(two.when))
    c.mark(three, sold_on(c, three, claim="franchised"))


@variant("broker laundering")
def through_a_shell_with_papers(c, x):
    """Nobody's goods, sold as franchised by a party with a similar name."""
    part = x.choice(c.world.active)
    when = day(x.randint(2015, 2023), x.randint(1, 12))
    got = bought(c, c.user(), part, 600, after(when, -90), when, "name:us/%s franchised" % part.maker.franchised[0].id[-4:].lower(),
                 documents=[{"kind": "coc", "number": c.unique("X"), "declares": {"mpn": part.mpn, "quantity": 600}}])
    got.record["from"]["as"] = "franchised"
    c.mark(got)


# ---- certificates ----

@variant("forged or re-used certificates")
def issuer_denies(c, x):
    got = sold_on(c, excess_of(c))
    maker = got.part.maker
    forged = {"kind": "coc", "number": c.unique("F"), "issuer": maker.id, "declares": {"mpn": got.part.mpn, "quantity": got.quantity}}
    got.record["documents"].append(forged)
    c.say(maker, "verified", c.later(got.when), of={"document": {"issuer": maker.id, "number": forged["number"]}}, answer="not-ours")
    c.mark(got)


@variant("forged or re-used certificates")
def declares_another_part(c, x):
    got = sold_on(c, excess_of(c))
    got.record["documents"][0]["declares"]["mpn"] = got.part.mpn[:-2] + "99"
    got.hop.shipped["documents"] = [dict(got.record["documents"][0])]
    c.mark(got)


@variant("forged or re-used certificates")
def declares_other_codes(c, x):
    got = sold_on(c, excess_of(c))
    got.record["documents"][0]["declares"]["dateCodes"] = [got.part.maker.date_code(after(got.when, -2500))]
    got.hop.shipped["documents"] = [dict(got.record["documents"][0])]
    c.mark(got)


@variant("forged or re-used certificates")
def the_same_for_two_lots(c, x):
    one = sold_on(c, excess_of(c))
    part = one.part
    when = c.later(one.when, 20, 200)
    lot = bought(c, one.hop.source.party, part, one.quantity, after(part.end, -500), when, shady(c))
    two = sold_on(c, lot, paper=False)
    paper = {"kind": "coc", "number": one.hop.paper["number"], "issuer": one.hop.paper["issuer"], "date": two.when.isoformat(),
             "declares": {"mpn": part.mpn, "quantity": two.quantity, "dateCodes": [k["code"] for k in two.codes]}}
    two.record["documents"], two.hop.shipped["documents"] = [paper], [dict(paper)]
    c.mark(lot, two)


@variant("forged or re-used certificates")
def report_of_another_lot(c, x):
    got = sold_on(c, excess_of(c))
    other = got.part.maker.date_code(after(got.when, -x.randint(2000, 3000)))
    got.record["documents"].append({"kind": "test-report", "number": c.unique("TR"), "issuer": x.choice(c.world.laboratories).id,
                                    "declares": {"mpn": got.part.mpn, "dateCodes": [other]}})
    c.mark(got)


@variant("forged or re-used certificates")
def quality_certificate_of_another(c, x):
    """The seller shows a number that the register has for somebody else."""
    true = x.choice(c.world.independent)
    lot = excess_of(c, seller=fresh(c))
    c.say(lot.party, "certificate", day(2012), scheme=true.scheme, number=true.certificate, holder=lot.party.id, body=true.body,
          issued="2012-01-01", expires="2028-01-01", status="active")
    c.mark(sold_on(c, lot, claim="independent"))


@variant("forged or re-used certificates")
def laboratory_denies(c, x):
    got = sold_on(c, excess_of(c))
    laboratory = x.choice(c.world.laboratories)
    number = c.unique("TR")
    got.record["documents"].append({"kind": "test-report", "number": number, "issuer": laboratory.id, "declares": {"mpn": got.part.mpn}})
    c.say(laboratory, "verified", c.later(got.when), of={"document": {"issuer": laboratory.id, "number": number}}, answer="not-ours")
    c.mark(got)


@variant("forged or re-used certificates")
def one_certificate_stretched(c, x):
    """A certificate of one sale goes with three, together more than it covers."""
    lot = excess_of(c)
    got = [c.move(lot, c.user(), lot.quantity // 4, c.later(lot.when, 5 + 9 * n, 13 + 9 * n), paper=n == 0) for n in range(3)]
    for late in got[1:]:
        late.record["documents"] = [dict(got[0].hop.paper)]
        late.hop.shipped["documents"] = [dict(got[0].hop.paper)]
    c.mark(*got)


# ---- returns ----

@variant("returns resold")
def sold_as_new_unseen(c, x):
    stock, user = genuine(c)
    back = c.move(user, stock.party, c.some(user), c.later(user.when), reason="return")
    c.mark(back, sold_on(c, back, condition="new", claim="franchised"))


@variant("returns resold")
def repacked_first(c, x):
    stock, user = genuine(c)
    back = c.move(user, stock.party, c.some(user), c.later(user.when), reason="return")
    again = c.transform(back, "repack", [back.left], c.later(back.when))[0]
    c.mark(again, sold_on(c, again, condition="new", claim="franchised"))


@variant("returns resold")
def returned_as_suspect(c, x):
    """A buyer finds it suspect and sends it back; the broker sells it to the next."""
    lot = excess_of(c)
    got = sold_on(c, lot)
    c.inspect(got, after(got.when, 5), "authenticity", "suspect")
    back = c.move(got, lot.party, got.left, c.later(got.when, 8, 30), reason="return")
    c.mark(got, back, sold_on(c, back, condition="new"))


@variant("returns resold")
def other_goods_came_back(c, x):
    stock, user = genuine(c)
    back = c.move(user, stock.party, c.some(user), c.later(user.when), reason="return")
    back.codes = [dict(k, code=stock.part.maker.date_code(after(stock.when, -1500)), quantity=back.quantity) for k in back.codes[:1]]
    back.record["lot"].update(dateCodes=[back.codes[0]["code"]])
    c.mark(back, sold_on(c, back, claim="franchised", condition="new"))


@variant("returns resold")
def failed_its_inspection(c, x):
    stock, user = genuine(c)
    back = c.move(user, stock.party, c.some(user), c.later(user.when), reason="return")
    c.inspect(back, after(back.when, 2), "return", "nonconforming")
    c.mark(back, sold_on(c, back, condition="new", claim="franchised"))


# ---- overproduction ----

def by_contractor(c, x):
    part = x.choice(c.world.active)
    stock = c.begin(part, maker=part.maker.contractor)
    return part, stock


@variant("overproduction")
def ships_more_than_it_made(c, x):
    part, stock = by_contractor(c, x)
    maker = c.move(stock, part.maker, stock.quantity, c.later(stock.when))
    extra = c.move(stock, x.choice(c.world.brokers), stock.quantity // 3, c.later(maker.when))
    c.mark(stock, extra, sold_on(c, extra))


@variant("overproduction")
def a_second_run_under_the_same_trace_code(c, x):
    """The lot was of so many pieces, and twice as many are about."""
    part, stock = by_contractor(c, x)
    c.move(stock, part.maker, stock.left, c.later(stock.when))
    more = Stock(stock.party, c.unique("W"), part, stock.quantity, [dict(k) for k in stock.record_codes], stock.when)
    more.record = c.say(stock.party, "manufactured", stock.when, lot=c.described(more), lotSize=stock.quantity)
    c.stocks.append(more)
    extra = c.move(more, x.choice(c.world.brokers), more.left // 2, c.later(more.when))
    c.mark(more, extra, sold_on(c, extra))


@variant("overproduction")
def goes_on_after_its_contract(c, x):
    part, works = x.choice(c.world.active), fresh(c)
    c.world_said("authorization", day(2010), holder=works.id, by=part.maker.id, manufacturer=part.maker.id, kind="contract-manufacturer",
                 scope={"parts": [part.name]}, to="2014-12-31", **{"from": "2010-01-01"})
    stock = c.make(part, part.pack * 4, day(2016, x.randint(1, 12)), works)
    c.mark(stock, sold_on(c, stock))


@variant("overproduction")
def rejects_that_were_to_be_scrapped(c, x):
    part, stock = by_contractor(c, x)
    c.move(stock, part.maker, stock.quantity * 3 // 4, c.later(stock.when))
    c.say(stock.party, "scrapped", c.later(stock.when, 130, 160), lot=stock.code, quantity=stock.quantity - stock.quantity * 3 // 4, method="reject")
    extra = c.move(stock, x.choice(c.world.brokers), stock.quantity // 5, c.later(stock.when, 170, 250))
    c.mark(stock, extra, sold_on(c, extra))


@variant("overproduction")
def the_same_serial_numbers_again(c, x):
    part, stock = by_contractor(c, x)
    serials = ["%sO%05d%03d" % (part.mpn[:2], c.number, n) for n in range(15)]
    stock.record["lot"]["serials"] = list(serials)
    got = c.move(stock, part.maker, stock.left, c.later(stock.when))
    got.record["lot"]["serials"] = list(serials)
    lot = bought(c, x.choice(c.world.brokers), part, 15, stock.when, c.later(got.when), stock.party.id, codes=[dict(got.codes[0], quantity=15)])
    lot.record["lot"]["serials"] = list(serials)
    lot.serials = list(serials)
    c.mark(lot, sold_on(c, lot))


# ---- authorizations that ended ----

@variant("lapsed authorization")
def franchise_ended(c, x):
    part, seller = x.choice(c.world.active), fresh(c)
    c.world_said("authorization", day(2008), holder=seller.id, by=part.maker.id, manufacturer=part.maker.id, kind="franchised",
                 scope={"parts": [part.name]}, to="2013-06-30", **{"from": "2008-01-01"})
    stock, user = genuine(c, part)
    lot = c.move(user, seller, user.left, max(c.later(user.when), day(2014)))
    c.mark(sold_on(c, lot, claim="franchised"))


@variant("lapsed authorization")
def for_other_parts_only(c, x):
    part, seller = x.choice(c.world.active), fresh(c)
    other = x.choice([p for p in c.world.active if p is not part])
    c.world_said("authorization", day(2008), holder=seller.id, by=part.maker.id, manufacturer=part.maker.id, kind="franchised",
                 scope={"parts": [dict(part.name, mpn=other.mpn)]}, **{"from": "2008-01-01"})
    stock, user = genuine(c, part)
    lot = c.move(user, seller, user.left, c.later(user.when))
    c.mark(sold_on(c, lot, claim="franchised"))


@variant("lapsed authorization")
def licence_to_make_ended(c, x):
    part, works = x.choice(c.world.obsolete), fresh(c)
    c.world_said("authorization", day(2012), holder=works.id, by=part.maker.id, manufacturer=part.maker.id, kind="aftermarket-manufacturer",
                 scope={"parts": [part.name]}, to=after(part.end, 300).isoformat(), **{"from": "2012-01-01"})
    stock = c.make(part, part.pack, after(part.end, x.randint(600, 1200)), works)
    c.mark(stock, sold_on(c, stock, claim="aftermarket"))


@variant("lapsed authorization")
def certificate_suspended(c, x):
    seller = fresh(c)
    number = c.unique("Q")
    c.world_said("certificate", day(2010), scheme="AS6081", number=number, holder=seller.id, body="DNV", issued="2010-01-01", expires="2013-01-01",
                 status="active", statusFrom="2010-01-01")
    part = x.choice(c.world.obsolete)
    owner = c.to_franchised(c.begin(part, after(part.end, -300)))
    user = c.move(owner, c.user(), c.some(owner), c.later(owner.when))
    lot = c.move(user, seller, user.left, after(part.end, 100), condition="surplus")
    c.mark(sold_on(c, lot, claim="independent"))


@variant("lapsed authorization")
def the_manufacturer_says_so(c, x):
    """A seller claims to be franchised and never was."""
    lot = excess_of(c)
    c.mark(sold_on(c, lot, claim="franchised"))


# ---- alerts that come when the parts are built in ----

def in_use(c):
    stock, user = genuine(c)
    when = c.later(user.when)
    c.install(user, c.some(user), when)
    return stock, user, c.later(when, 100, 900)


@variant("alert after installation")
def names_the_trace_code(c, x):
    stock, user, when = in_use(c)
    c.world_said("alert", when, source="GIDEP", number=c.unique("G"), issued=when.isoformat(), parts=[stock.part.name],
                 traceCodes=[user.codes[0]["traceCodes"][0]], **{"class": "suspect-counterfeit"})
    c.mark(user)


@variant("alert after installation")
def names_the_date_code(c, x):
    """Also what others have of that week: the alert does not tell them apart."""
    stock, user, when = in_use(c)
    c.world_said("alert", when, source="ERAI", number=c.unique("E"), issued=when.isoformat(), parts=[stock.part.name],
                 dateCodes=[user.codes[0]["code"]], **{"class": "suspect-counterfeit"})
    c.mark(user)


@variant("alert after installation")
def the_maker_recalls_a_trace_code(c, x):
    stock, user, when = in_use(c)
    c.say(stock.part.maker, "alert", when, source="maker", number=c.unique("M"), issued=when.isoformat(), parts=[stock.part.name],
          traceCodes=[user.codes[0]["traceCodes"][0][:-1] + "*"], **{"class": "nonconforming"})
    c.mark(user)


@variant("alert after installation")
def names_serial_numbers(c, x):
    stock, user = genuine(c)
    serials = ["%sA%05d%03d" % (stock.part.mpn[:2], c.number, n) for n in range(10)]
    user.record["lot"]["serials"] = list(serials)
    when = c.later(user.when)
    c.say(user.party, "installed", when, lot=user.code, quantity=4, serials=serials[:4], into={"workOrder": c.unique("WO")})
    c.world_said("alert", c.later(when, 100, 900), source="GIDEP", number=c.unique("G"), parts=[stock.part.name], serials=serials[:4],
                 **{"class": "suspect-counterfeit"})
    c.mark(user)


@variant("alert after installation")
def names_the_supplier(c, x):
    """And its goods by their trace code."""
    part = x.choice(c.world.obsolete)
    lot = excess_of(c, part)
    got = sold_on(c, lot)
    c.install(got, c.some(got), c.later(got.when))
    c.world_said("alert", c.later(got.when, 200, 500), source="ERAI", number=c.unique("E"), parts=[part.name],
                 traceCodes=[got.codes[0]["traceCodes"][0]], suppliers=[lot.party.id], **{"class": "suspect-counterfeit"})
    c.mark(got)
