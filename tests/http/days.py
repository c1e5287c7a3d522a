"""A daemon whose day is moved: tests/http/moved_clock.c stands between it and the time of day, and adds what we write into a file."""

import datetime
import os

import checks
from checks import ledger, same, until


class DaysWorld(checks.World):
    def __init__(self, arguments):
        super().__init__(arguments.build)
        self.calendar = checks.Calendar(os.path.join(self.scratch, "calendar"))
        self.main = self.daemon()
        self.main.key = self.key
        asan = os.environ.get("ASAN_OPTIONS", "detect_leaks=1:detect_stack_use_after_return=1")
        self.main.env.update(LD_PRELOAD=os.path.join(self.build, "tests/http/moved_clock.so"),
                             MOVED_CLOCK=self.calendar.path, ASAN_OPTIONS=asan + ":verify_asan_link_order=0")
        self.main.start()
        self.moved = 0

    def send(self, owner, *records):
        for result in self.main.post(list(records), None if owner == ledger.OPERATOR else owner):
            same(result["status"], 201, "answer %r" % result)

    def pass_to(self, days):
        """Nothing arrives until then; the ledger comes to that day by itself, and to rest."""
        self.calendar.move(days)
        self.moved = days
        day = str((self.calendar.today - datetime.date(1970, 1, 1)).days)
        until(lambda: ledger.psql(self.database, "SELECT day FROM ledger_state") == day, "the ledger's day did not move")
        self.rest()

    def rest(self):
        self.main.settle(checks.PATIENCE)

    def flags(self, rule, holder, code):
        """[(subject, severity, state)] of the rule on that lot."""
        status, lot = self.main.request("GET", "/v1/lots/%s/%s" % (holder, code))
        same(status, 200, "lot %s" % code)
        return [(f["subject"], f["severity"], f["state"]) for f in lot["assessment"]["flags"] if f["rule"] == rule]

    def turns(self, rule, holder, code, steps):
        """steps: {days: [(subject, severity, state)]}, looked at in order."""
        for days, wanted in steps.items():
            if days > self.moved:
                self.pass_to(days)
            same(self.flags(rule, holder, code), wanted, "%s of %s after %d days" % (rule, code, days))
