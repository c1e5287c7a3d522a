"""Honest supply chains, record by record; schemes and noise change what is here."""

import hashlib
import random

from world import OPERATOR, after, day

TESTS = (("visual-inspection", None), ("marking", 3), ("x-ray-inspection", 45), ("xrf", 3), ("decapsulation", 3), ("electrical", 116))


class Stock:
    """What somebody holds of one lot, and the record that describes it."""

    def __init__(self, party, code, part, quantity, codes, when):
        self.party, self.code, self.part, self.left = party, code, part, quantity
        self.quantity, self.codes, self.when = quantity, codes, when  # codes: [{code, quantity, traceCodes, madeIn}]
        self.packages, self.serials, self.papers = [], [], None
        self.record, self.hop, self.condition = None, None, None
        self.record_codes = [dict(c) for c in codes]


class Hop:
    """One sale or other move: both sides' records, and the certificate that went along."""

    def __init__(self, source, target, shipped, received, paper):
        self.source, self.target, self.shipped, self.received, self.paper = source, target, shipped, received, paper


class Chain:
    def __init__(self, world, seed, number):
        self.world, self.number = world, number
        self.chance = random.Random("chain %s %d" % (seed, number))
        self.records = []           # (submitter, record)
        self.hops, self.stocks = [], []
        self.kind, self.scheme, self.oddity = None, None, None
        self.fraud, self.asked = set(), set()  # (holder, code)
        self.counter = 0

    # ---- words ----

    def next(self):
        self.counter += 1
        return self.counter

    def unique(self, letters):
        return "%s%05d-%02d" % (letters, self.number, self.next())

    def say(self, who, type_, when, **members):
        record = {"type": type_, "id": "%d/%d" % (self.number, self.next()), "time": when.isoformat()}
        record.update((k, v) for k, v in members.items() if v is not None)
        self.records.append((who if isinstance(who, str) else who.id, record))
        return record

    def world_said(self, type_, when, **members):
        return self.say(OPERATOR, type_, when, **members)

    def mark(self, *stocks):
        """The fraud is in these lots."""
        self.fraud.update((s.party.id, s.code) for s in stocks)

    # ---- goods ----

    def codes_made(self, part, when, quantity, many=1):
        maker, site = part.maker, self.chance.choice(part.maker.sites)
        share, out = quantity // many, []
        for n in range(many):
            made = after(when, -7 * n)
            out.append({"code": maker.date_code(made), "quantity": share if n else quantity - share * (many - 1),
                        "traceCodes": [maker.trace_code(made, self.number * 10 + len(out) + 1)], "madeIn": site})
        return out

    def described(self, stock, is_bare=False):
        """A lot description; a poor one tells no trace codes."""
        many = len(stock.codes) > 1
        told = {"code": stock.code, "part": dict(stock.part.name), "quantity": stock.quantity}
        if is_bare:
            told["dateCodes"] = [c["code"] for c in stock.codes]
        elif many:
            told["dateCodes"] = [dict(c) for c in stock.codes]
        else:
            told["dateCodes"] = [stock.codes[0]["code"]]
            told["traceCodes"] = list(stock.codes[0]["traceCodes"])
            told["madeIn"] = stock.codes[0]["madeIn"]
        if stock.packages:
            told["packageIds"] = [dict(p) for p in stock.packages]
        if stock.serials:
            told["serials"] = list(stock.serials)
        if stock.condition:
            told["condition"] = stock.condition
        return told

    def make(self, part, quantity, when, maker=None, many=1):
        maker = maker or part.maker
        stock = Stock(maker, self.unique("W"), part, quantity, self.codes_made(part, when, quantity, many), when)
        if part.is_serialised and quantity <= 3000:
            stock.serials = ["%s%05d%04d" % (part.mpn[:2], self.number, n) for n in range(40)]
        stock.record = self.say(maker, "manufactured", when, lot=self.described(stock), lotSize=quantity)
        self.stocks.append(stock)
        return stock

    def pick(self, stock, quantity):
        """Which date codes and serial numbers leave."""
        out, left = [], quantity
        for c in stock.codes:
            if left > 0 and c["quantity"] > 0:
                taken = min(left, c["quantity"])
                out.append(dict(c, quantity=taken))
                c["quantity"] -= taken
                left -= taken
        return out or [dict(stock.codes[0], quantity=quantity)]

    def certificate(self, seller, stock, quantity, codes, when, order):
        declares = {"manufacturer": stock.part.maker.id, "mpn": stock.part.mpn, "quantity": quantity,
                    "dateCodes": [c["code"] for c in codes], "traceCodes": [t for c in codes for t in c["traceCodes"]],
                    "purchaseOrder": order, "site": "1", "statement": "conforms", "signatory": seller.people[0]}
        if stock.papers:
            declares["parent"] = {"issuer": stock.papers["issuer"], "number": stock.papers["number"]}
        number = self.unique("C-" + seller.id[-4:] + "-")
        return {"kind": "coc", "number": number, "issuer": seller.id, "date": when.isoformat(), "declares": declares,
                "sha256": hashlib.sha256(number.encode()).hexdigest()}

    def move(self, stock, buyer, quantity, when, reason=None, paper=True, is_bare=False, claim=None, price=None, **more):
        """Both sides of a hop; what arrives is a Stock."""
        days, order, slip = self.chance.randint(1, 9), self.unique("PO"), self.unique("PS")
        codes = self.pick(stock, quantity)
        arrived = Stock(buyer, self.unique("R"), stock.part, quantity, codes, after(when, days))
        arrived.condition, arrived.papers = more.pop("condition", stock.condition), stock.papers
        arrived.packages, stock.packages = self.packed(stock, quantity)
        arrived.serials, stock.serials = stock.serials[:20], stock.serials[20:]
        document = self.certificate(stock.party, stock, quantity, codes, when, order) if paper and reason in (None, "sale") else None
        if document and (stock.party is stock.part.maker or not arrived.papers):
            arrived.papers = document
        references = {"shipment": slip, "purchaseOrder": order}
        shipped = self.say(stock.party, "shipped", when, lot=stock.code, quantity=quantity, to={"organisation": buyer.id},
                           reason=reason, reference=dict(references), condition=arrived.condition,
                           serials=arrived.serials or None, documents=[document] if document else None)
        source = {"organisation": stock.party.id, "shipped": when.isoformat()}
        if self.chance.random() < 0.6:
            source["lot"] = stock.code
        if claim:
            source["as"] = claim
        received = self.say(buyer, "received", arrived.when, lot=self.described(arrived, is_bare), reason=reason,
                            reference=dict(references), documents=[dict(document)] if document else None,
                            price={"amount": "%.2f" % price, "currency": "USD"} if price else None, **{"from": source})
        stock.left -= quantity
        arrived.record = received
        arrived.hop = Hop(stock, arrived, shipped, received, document)
        self.hops.append(arrived.hop)
        self.stocks.append(arrived)
        return arrived

    def packed(self, stock, quantity):
        """Packages that leave whole."""
        gone, kept, total = [], [], 0
        for p in stock.packages:
            if total + p["quantity"] <= quantity:
                gone.append(p)
                total += p["quantity"]
            else:
                kept.append(p)
        return (gone, kept) if total == quantity else ([], stock.packages)

    def reels(self, stock):
        """The maker packs what it ships."""
        pack, whole = stock.part.pack, stock.quantity
        if self.chance.random() < 0.6 and whole % pack == 0 and whole // pack <= 12:
            stock.packages = [{"id": "S%s%05d%02d" % (stock.part.maker.letter, self.number, n), "quantity": pack}
                              for n in range(whole // pack)]
            stock.record["lot"]["packageIds"] = [dict(p) for p in stock.packages]

    def sample(self, stock, when, laboratory=None, result="pass", suspect=0):
        """To a laboratory and back; what is destroyed stays there."""
        laboratory = laboratory or self.chance.choice(self.world.laboratories)
        pieces = min(125, max(10, stock.left // 10))
        there = self.move(stock, laboratory, pieces, when, reason="sample", is_bare=True)
        methods = [{"method": m, "sampled": min(n or pieces, pieces), "accreditation": laboratory.certificate or "none"} for m, n in TESTS]
        methods[4]["destroyed"] = min(3, pieces)
        if suspect:
            methods[1]["suspect"] = min(suspect, methods[1]["sampled"])
        tested = after(there.when, self.chance.randint(3, 15))
        report = {"kind": "test-report", "number": self.unique("TR"), "issuer": laboratory.id, "date": tested.isoformat(),
                  "declares": {"mpn": stock.part.mpn, "dateCodes": [c["code"] for c in there.codes]}}
        there.test = self.say(laboratory, "inspected", tested, lot=there.code, purpose="authenticity", standard="AS6171",
                              methods=methods, result=result, documents=[report])
        return there, after(tested, 10)

    def inspect(self, stock, when, purpose="receiving", result="pass", **more):
        n = stock.quantity
        methods = [{"method": "visual-inspection", "sampled": n if n < 122 else 122}]
        if purpose == "authenticity":
            methods = [{"method": m, "sampled": min(k or n, n), "accreditation": stock.party.certificate or "own"} for m, k in TESTS]
        return self.say(stock.party, "inspected", when, lot=stock.code, purpose=purpose, methods=methods, result=result, **more)

    def install(self, stock, quantity, when):
        order = self.unique("WO")
        serials, stock.serials = stock.serials[:min(4, quantity)], stock.serials[4:]
        self.say(stock.party, "installed", when, lot=stock.code, quantity=quantity, serials=serials or None,
                 into={"workOrder": order, "part": {"manufacturer": stock.party.id, "mpn": "CCA-%d" % (self.number % 50)}})
        stock.left -= quantity

    def transform(self, stock, how, quantities, when):
        out = []
        for q in quantities:
            child = Stock(stock.party, self.unique("T"), stock.part, q, self.pick(stock, q), when)
            child.papers, child.condition, child.hop = stock.papers, stock.condition, stock.hop
            out.append(child)
        record = self.say(stock.party, "transformed", when, how=how, inputs=[{"lot": stock.code, "quantity": sum(quantities)}],
                          outputs=[self.described(c) for c in out])
        for child in out:
            child.record = record
        stock.left -= sum(quantities)
        self.stocks += out
        return out

    # ---- honest lives ----

    def begin(self, part=None, when=None, maker=None):
        chance = self.chance
        part = part or chance.choice(self.world.active + self.world.obsolete)
        last = min(part.end or day(2024, 6), day(2024, 6))
        when = when or after(day(2012, 6), chance.randint(0, (last - day(2012, 6)).days - 30))
        quantity = part.pack * chance.randint(2, 10)
        stock = self.make(part, quantity, when, maker, many=chance.choice((1, 1, 1, 2)))
        self.reels(stock)
        return stock

    def to_franchised(self, stock, share=1.0):
        seller = stock.party
        when = after(stock.when, self.chance.randint(10, 90))
        if seller is stock.part.maker.contractor:
            stock = self.move(stock, stock.part.maker, stock.left, when)
            when = after(stock.when, self.chance.randint(5, 40))
        quantity = max(stock.part.pack, int(stock.left * share) // stock.part.pack * stock.part.pack)
        buyer = self.chance.choice(stock.part.maker.franchised)
        return self.move(stock, buyer, quantity, when, claim=self.chance.choice((None, "manufacturer")))

    def some(self, stock, low=0.2, high=0.6):
        return max(1, int(stock.left * self.chance.uniform(low, high)))

    def later(self, when, low=10, high=120):
        return after(when, self.chance.randint(low, high))

    def user(self):
        return self.chance.choice(self.world.ems + self.world.avionics)

    def authorized(self, part=None, when=None):
        """Maker, franchised distributor, one to three users."""
        stock = self.to_franchised(self.begin(part, when))
        when = stock.when
        if self.chance.random() < 0.3:
            stock = self.transform(stock, self.chance.choice(("split", "repack")), [stock.left // 2, stock.left - stock.left // 2],
                                   self.later(when, 3, 40))[0]
            when = stock.when
        for _ in range(self.chance.randint(1, 3)):
            when = self.later(when, 5, 80)
            got = self.move(stock, self.user(), self.some(stock), when, claim=self.chance.choice((None, "franchised")),
                            price=stock.part.price * self.chance.uniform(0.85, 1.2))
            self.use(got)
        return stock

    def use(self, stock):
        when = self.later(stock.when, 5, 60)
        if self.chance.random() < 0.7:
            self.install(stock, self.some(stock), when)
        if self.chance.random() < 0.3:
            self.say(stock.party, "scrapped", self.later(when, 1, 20), lot=stock.code, quantity=max(1, stock.left // 100), method="attrition")
            stock.left -= max(1, stock.left // 100)

    def by_contractor(self):
        part = self.chance.choice(self.world.active + self.world.obsolete)
        stock = self.to_franchised(self.begin(part, maker=part.maker.contractor))
        self.use(self.move(stock, self.user(), self.some(stock), self.later(stock.when), claim="franchised"))
        return stock

    def after_the_end(self):
        """A licensed maker goes on after the maker's own end of production."""
        part = self.chance.choice(self.world.obsolete)
        stock = self.begin(part, self.later(part.end, 200, 1500), part.maker.aftermarket)
        for _ in range(self.chance.randint(1, 2)):
            self.use(self.move(stock, self.user(), self.some(stock), self.later(stock.when), claim="aftermarket"))
        return stock

    def life_time_buy(self):
        """Bought before the end, kept and counted for years, used at last."""
        part = self.chance.choice(self.world.obsolete)
        stock = self.to_franchised(self.begin(part, after(part.end, -self.chance.randint(100, 300))))
        got = self.move(stock, self.chance.choice(self.world.avionics), self.some(stock, 0.5, 0.9), self.later(stock.when))
        when = got.when
        for _ in range(self.chance.randint(2, 5)):
            when = self.later(when, 300, 400)
            if when.year > 2025:
                break
            self.say(got.party, "counted", when, lot=got.code, quantity=got.left, book=got.left, reason="count")
        self.install(got, self.some(got), self.later(when))
        return got

    def excess(self, with_broker=False):
        """What a user has too much of, when the part is not made any more: tested by a laboratory, sold on."""
        part = self.chance.choice(self.world.obsolete)
        stock = self.to_franchised(self.begin(part, after(part.end, -self.chance.randint(150, 700))))
        owner = self.move(stock, self.user(), self.some(stock, 0.5, 0.9), self.later(stock.when), claim="franchised")
        when = after(max(owner.when, part.end), self.chance.randint(60, 700))
        price = part.price
        if with_broker:
            owner = self.move(owner, self.chance.choice(self.world.brokers), self.some(owner, 0.5, 0.95), when, condition="surplus",
                              price=price * self.chance.uniform(0.7, 1.5))
            when = self.later(owner.when, 5, 60)
        seller = self.move(owner, self.chance.choice(self.world.independent), self.some(owner, 0.6, 0.95), when, condition="surplus",
                           price=price * self.chance.uniform(0.7, 1.8))
        _, when = self.sample(seller, self.later(seller.when, 2, 15))
        got = self.move(seller, self.user(), self.some(seller, 0.5, 0.95), self.later(when, 5, 60), claim="independent",
                        price=price * self.chance.uniform(1.0, 3.5))
        self.inspect(got, after(got.when, 3), "authenticity")
        self.install(got, self.some(got), self.later(got.when, 20, 90))
        return got

    def brokered(self):
        return self.excess(True)

    def returned(self):
        """A part comes back unopened, is looked at, and is sold again."""
        stock = self.to_franchised(self.begin())
        got = self.move(stock, self.user(), self.some(stock, 0.3, 0.6), self.later(stock.when))
        back = self.move(got, stock.party, self.some(got, 0.2, 0.8), self.later(got.when, 5, 50), reason="return")
        self.inspect(back, after(back.when, 2), "return")
        self.use(self.move(back, self.user(), back.left, self.later(back.when, 5, 60)))
        return back

    def free_issue(self):
        """Parts are given to a contract manufacturer; what is left comes back."""
        stock = self.to_franchised(self.begin())
        owner = self.move(stock, self.chance.choice(self.world.avionics), self.some(stock), self.later(stock.when))
        kept = self.move(owner, self.chance.choice(self.world.ems), self.some(owner, 0.5, 1.0), self.later(owner.when), reason="consignment")
        kept.record["lot"]["owner"] = owner.party.id
        self.install(kept, self.some(kept), self.later(kept.when, 5, 40))
        when = self.later(kept.when, 45, 90)
        back = self.move(kept, owner.party, kept.left, when, reason="return")
        self.install(back, self.some(back), self.later(back.when))
        return back

    def by_papers(self):
        """The distributor submits nothing: its papers name the maker's certificate."""
        part = self.chance.choice(self.world.active)
        when = after(day(2013), self.chance.randint(0, 4000))
        quantity, maker = part.pack * self.chance.randint(1, 4), part.maker
        codes = self.codes_made(part, when, quantity)
        seen = self.later(when, 60, 200)
        stock = Stock(self.user(), self.unique("R"), part, quantity, codes, seen)
        source = Stock(maker.silent, "X", part, quantity, codes, when)
        source.papers = {"issuer": maker.id, "number": self.unique("MC")}
        stock.papers = self.certificate(maker.silent, source, quantity, codes, seen, self.unique("PO"))
        stock.record = self.say(stock.party, "received", seen, lot=self.described(stock), documents=[stock.papers],
                                reference={"shipment": self.unique("PS")}, **{"from": {"organisation": maker.silent.id, "as": "franchised"}})
        self.stocks.append(stock)
        self.use(stock)
        return stock

    def without_papers(self):
        """Honest, and nobody can know: surplus of an obsolete part from a party that records nothing.  It has to be flagged."""
        part = self.chance.choice(self.world.obsolete)
        made, seen = after(part.end, -self.chance.randint(200, 900)), after(part.end, self.chance.randint(200, 1500))
        quantity = self.chance.randint(50, 900)
        stock = Stock(self.chance.choice(self.world.independent), self.unique("R"), part, quantity, self.codes_made(part, made, quantity), seen)
        stock.condition = "surplus"
        stock.record = self.say(stock.party, "received", seen, lot=self.described(stock, True), **{"from": {"organisation": "name:us/estate %d" % self.number}})
        self.stocks.append(stock)
        _, when = self.sample(stock, self.later(seen, 3, 20))
        got = self.move(stock, self.user(), self.some(stock), self.later(when), claim="independent")
        self.asked.update((s.party.id, s.code) for s in self.stocks)
        return got


KINDS = ((30, "authorized"), (8, "by_contractor"), (6, "after_the_end"), (8, "life_time_buy"), (10, "excess"), (6, "brokered"),
         (10, "returned"), (10, "free_issue"), (10, "by_papers"), (2, "without_papers"))


def honest(world, seed, number):
    chain = Chain(world, seed, number)
    chain.kind = chain.chance.choices([k for _, k in KINDS], [w for w, _ in KINDS])[0]
    getattr(chain, chain.kind)()
    return chain
