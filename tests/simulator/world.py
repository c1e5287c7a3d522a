"""Who makes, sells, tests and uses components in the simulator, and which components: all from one seed."""

import datetime
import random

OPERATOR = "cage:9PRT1"
FIRST, LAST = 2012, 2025  # years in which things are made and sold
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
COUNTRIES = ("MY", "PH", "TH", "TW", "MX", "PT", "KR")
SCHEMES = ("AS6081", "IECQ AP-CAP")


def day(year, month=1, date=1):
    return datetime.date(year, month, date)


def after(when, days):
    return when + datetime.timedelta(days=days)


class Party:
    def __init__(self, identifier, role, country="US"):
        self.id, self.role, self.country = identifier, role, country
        self.people = []      # who signs
        self.certificate = None


class Maker(Party):
    """A maker has a grammar of its own for date codes and trace codes."""

    def __init__(self, identifier, chance):
        super().__init__(identifier, "manufacturer")
        self.sites = chance.sample(COUNTRIES, 2)
        self.letter = chance.choice(LETTERS)
        self.format = chance.choice(("YYWW", "YYWW", "YYWW", "YYWW", "XYYWW"))
        self.franchised, self.contractor, self.aftermarket = [], None, None

    def date_code(self, when):
        year, week, _ = when.isocalendar()
        code = "%02d%02d" % (year % 100, week)
        return "A" + code if self.format == "XYYWW" else code

    def trace_code(self, when, number):
        return "%s%02d%06d" % (self.letter, when.year % 100, number)


class Part:
    def __init__(self, maker, mpn, chance):
        self.maker, self.mpn = maker, mpn
        self.introduced = day(chance.randint(2000, 2011), chance.randint(1, 12))
        self.end = None       # of production
        self.pack = chance.choice((500, 1000, 2500, 3000))
        self.price = round(chance.uniform(0.4, 90), 2)
        self.name = {"manufacturer": maker.id, "mpn": mpn}
        self.is_serialised = chance.random() < 0.15


class World:
    """Parties and parts, and `records`: what the operator says of them."""

    def __init__(self, seed, size):
        self.chance = random.Random("world %s" % seed)
        self.records = []
        self.grown = max(1, round((size / 100) ** 0.5))
        self.makers = [Maker("cage:9MK%02d" % n, self.chance) for n in range(2 + 2 * self.grown)]
        self.franchised = self.parties("franchised", "FD", 2 + 2 * self.grown)
        self.independent = self.parties("independent", "ND", 2 + 2 * self.grown)
        self.brokers = self.parties("broker", "BR", 2 + 2 * self.grown)
        self.ems = self.parties("ems", "EM", 2 + self.grown)
        self.avionics = self.parties("avionics", "AV", 3 + 2 * self.grown)
        self.laboratories = self.parties("laboratory", "LB", 1 + self.grown)
        self.silent = self.parties("franchised", "FS", 1 + self.grown)  # that do not submit
        self.active, self.obsolete = [], []
        for maker in self.makers:
            self.equip(maker)
        for party in self.independent + self.laboratories:
            self.certify(party)
        self.say("snapshot", day(2010), source="IECQ register", of="certificates", complete=True, count=len(self.independent))

    def parties(self, role, kind, many):
        made = []
        for n in range(many):
            party = Party("cage:%s%s%02d" % ("9876543210"[n // 100], kind, n % 100), role)
            party.people = ["%s %d" % (kind, k) for k in (1, 2)]
            made.append(party)
            known = {"laboratory": "laboratory", "ems": "ems", "avionics": "avionics"}.get(role, "distributor")
            self.say("organisation", day(2000), organisation=party.id, name="%s %s %d" % (role, kind, n), country="US",
                     roles=[known], signatories=[{"name": who, "from": "2000-01-01"} for who in party.people])
        return made

    def say(self, type_, when, **members):
        self.records.append((OPERATOR, dict({"type": type_, "time": when.isoformat()}, id="world/%d" % len(self.records),
                                            **members)))

    def authorize(self, holder, maker, kind, first, last=None, scope="all"):
        self.say("authorization", first, holder=holder.id, by=maker.id, manufacturer=maker.id, kind=kind, scope=scope,
                 **dict({"from": first.isoformat()}, **({"to": last.isoformat()} if last else {})))

    def equip(self, maker):
        chance, n = self.chance, self.makers.index(maker)
        maker.people = ["QA %d" % n]
        self.say("organisation", day(1990), organisation=maker.id, name="Maker %d" % n, country="US", roles=["manufacturer"],
                 signatories=[{"name": maker.people[0], "from": "1990-01-01"}])
        maker.franchised = chance.sample(self.franchised, min(3, len(self.franchised)))
        for party in maker.franchised:
            self.authorize(party, maker, "franchised", day(2005))
        maker.silent = chance.choice(self.silent)
        self.authorize(maker.silent, maker, "franchised", day(2005))
        maker.contractor = Party("cage:9CT%02d" % n, "contractor")
        maker.aftermarket = Party("cage:9AM%02d" % n, "aftermarket")
        self.authorize(maker.contractor, maker, "contract-manufacturer", day(2005))
        self.authorize(maker.aftermarket, maker, "aftermarket-manufacturer", day(2005))
        for party in (maker.contractor, maker.aftermarket):
            party.people = ["%s QA" % party.id[-4:]]
            self.say("organisation", day(2000), organisation=party.id, name="Works %s" % party.id[-4:], country="US",
                     signatories=[{"name": party.people[0], "from": "2000-01-01"}])
        for k in range(3 + 2 * self.grown):
            self.introduce(Part(maker, "%s%d%03d-%s" % (maker.letter * 2, n, 100 + 7 * k, chance.choice(("TR", "Q1", "E", "MIL"))),
                                chance), ends=k % 2 == 1)

    def introduce(self, part, ends):
        chance, maker = self.chance, part.maker
        told = {"part": part.name, "introduced": part.introduced.isoformat(), "packQuantities": [part.pack],
                "dateCodeFormats": [{"format": maker.format}],
                "sites": [{"country": c, "activity": "assembly"} for c in maker.sites]}
        if chance.random() < 0.5:
            told["traceCodePattern"] = "%s[0-9]{8}" % maker.letter
        if ends:
            part.end = day(chance.randint(2016, 2019), chance.choice((6, 12)), 28)
            told["endOfProduction"] = part.end.isoformat()
            self.say("notice", after(part.end, -500), kind="PDN", number="PDN-%s" % part.mpn, manufacturer=maker.id,
                     parts=[part.name], issued=after(part.end, -500).isoformat(), lastOrder=after(part.end, -200).isoformat(),
                     lastShip=after(part.end, 60).isoformat())
        self.say("part", after(part.introduced, 30), **told)
        if ends:
            self.say("part", after(part.end, 10), part=part.name, lifecycle="obsolete")
        for party in maker.franchised:  # what the authorized chain asks
            for year in range(LAST - 3, LAST + 1) if not ends else (part.end.year,):
                self.say("offer", day(year, 2), part=part.name, seller=party.id, tier="franchised", amount="%.2f" % part.price,
                         currency="USD", quantityBreak=100, available=0 if ends else 5000)
        (self.obsolete if ends else self.active).append(part)

    def certify(self, party):
        """Some renew a little late, as happens."""
        chance = self.chance
        lab = party.role == "laboratory"
        scheme, body = ("ISO/IEC 17025", "A2LA") if lab else (chance.choice(SCHEMES), "DNV")
        party.certificate = "%s-%s" % ("L" if lab else "C", party.id[-4:])
        party.scheme, party.body = scheme, body
        gap = chance.choice((0, 0, 0, 20))
        for first, last in ((day(2009), day(2018, 6, 30)), (after(day(2018, 7), gap), day(2028))):
            members = dict(scheme=scheme, number=party.certificate, holder=party.id, body=body, issued=first.isoformat(),
                           expires=last.isoformat(), status="active", statusFrom=first.isoformat())
            if lab:
                members.update(scope="components", methods=["External visual inspection, detailed", "Radiological inspection", "XRF (lead finish)",
                                                           "Delid, internal inspection", "Marking permanency and resurfacing",
                                                           "Electrical test at 25 C"])
            self.say("certificate", first, **members)
