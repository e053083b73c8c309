"""Section boards, the way there: days of one repository through ingest, scoring and ranking.

The three real services follow each other; only the scrape is played, by one transaction that
stores days as ingest does. Times are those of commits: from the last row of activity to the
generation that shows it.
"""
import contextlib
import datetime
import os
import random
import subprocess

import ingest
from boards import COUNTERS, SETTINGS
from machine import ROOT, release, run
from programs import end
from table import row

DATABASE = "pipeline"
SERVICES = ("ingest", "scoring", "ranking")
SIZES = (10_000, 100_000)
# Everybody works on some days of a month that ends today: all windows are made, as after a scrape.
DAYS, DAYS_EACH = 30, 3
WINDOWS = {"all": 0, "730d": 730, "365d": 365, "90d": 90, "30d": 30, "7d": 7}
WEIGHTS = dict(zip(COUNTERS, (10_000, 15_000, 25_000, 20_000, 8000, 5000, 3000, 30_000, 10, 5)))
EPOCH = datetime.date(1970, 1, 1)
WAIT_SECONDS = 600

FLOOR = f"""
create schema floor;
create table floor.counts (day int, contributor_id int,
  {', '.join(f'{name} int' for name in COUNTERS)});
create table floor.board (span text, rank int, contributor_id int, score bigint,
  {', '.join(f'{name} bigint' for name in COUNTERS)}, first_day int, last_day int,
  primary key (span, contributor_id));
create index on floor.board (span, rank, contributor_id);
"""


def measure(chosen):
    if not chosen.no_build:
        for name in SERVICES:
            release(f"tally-{name}")
    rows = []
    for size in SIZES[:1] if chosen.quick else SIZES:
        with ingest.cluster(SETTINGS) as folder, services(folder) as addresses:
            rows += Way(folder, addresses, size).rows(chosen.rounds)
    return rows


@contextlib.contextmanager
def services(folder):
    """The three programs on one database; their addresses."""
    run(["createdb", "-h", folder, "-U", "tally", DATABASE])
    where, addresses, processes = ingest.url(folder, DATABASE), {}, []
    try:
        for name in SERVICES:
            ingest.ask(folder, DATABASE, f"create schema {name}")
            file = folder / f"{name}.address"
            environment = {
                "PATH": os.environ["PATH"], "TALLY_DATABASE_URL": where,
                "TALLY_MIGRATION_DATABASE_URL": where, "TALLY_RPC_LISTEN": "127.0.0.1:0",
                "TALLY_ADMIN_LISTEN": "127.0.0.1:0", "TALLY_ADDRESS_FILE": str(file),
                **{f"TALLY_{other.upper()}_ADDR": address for other, address in addresses.items()}}
            if name == "ingest":
                environment |= {"TALLY_SOURCES": "archive", "TALLY_ARCHIVE": str(folder)}
            program = ROOT / ".build" / "release" / f"tally-{name}"
            run([program, "migrate"], env=environment)
            processes.append(subprocess.Popen(
                [program, "serve"], env=environment, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL))
            addresses[name] = ingest.wait_for(
                lambda: ingest.address(file), ingest.START_SECONDS)
        yield addresses
    finally:
        for process in reversed(processes):
            end(process)


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def field(number, content):
    """A varint, or bytes with their length, in the wire format."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def block(people):
    """An ActivityBlock."""
    out = bytearray()
    for person, counters in sorted(people.items()):
        counted = b"".join(field(place + 1, value) for place, value in enumerate(counters) if value)
        out += field(1, field(1, person) + field(2, f"person-{person}".encode())
                     + field(4, counted))
    return bytes(out)


class Way:
    """One size of a repository, on the way from days to boards."""

    def __init__(self, folder, addresses, size):
        self.folder, self.addresses, self.size = folder, addresses, size
        self.ask(FLOOR)

    def rows(self, rounds):
        first, floor, again, rewritten = [], [], [], []
        for repository in range(1, rounds + 1):
            days = self.content(repository)
            first.append(self.publish(repository, days))
            floor.append(self.rebuild(days))
            self.agree(repository)
            seconds, count = self.repeat(repository)
            again.append(seconds)
            rewritten.append(count)
        formula, passes = self.formula(rounds)
        name = f"{self.size:,} contributors of a repository"
        middle = sorted(first)[len(first) // 2]
        return [
            row(f"{name}: days to boards, three processes", "ms", scaled(first), scaled(floor), [],
                "≤ 2 × floor", lambda _, ratio, __: ratio <= 2),
            row("the same days again", "ms", scaled(again), [], [], "≤ 0.1 of the first",
                lambda ours, *_: ours <= 100 * middle),
            row("scores, entries and generations that were written for that", "rows", rewritten,
                [], [], "0", lambda ours, *_: ours == 0),
            row(f"another formula for {rounds} such, all windows", "ms", scaled([formula]),
                scaled([passes]), [], "≤ 3 × floor", lambda _, ratio, __: ratio <= 3),
        ]

    def ask(self, query):
        return ingest.ask(self.folder, DATABASE, query)

    def wait(self, query):
        ingest.wait_until(self.folder, DATABASE, query, WAIT_SECONDS)

    def content(self, repository):
        """day → person → the ten counters."""
        chance = random.Random(repository)
        today = (datetime.datetime.now(datetime.timezone.utc).date() - EPOCH).days
        days = {today - DAYS + 1 + place: {} for place in range(DAYS)}
        for person in range(1, self.size + 1):
            for day in chance.sample(sorted(days), DAYS_EACH):
                counters = [0] * len(COUNTERS)
                counters[0], counters[1] = chance.randint(1, 9), chance.randint(0, 2)
                counters[6], counters[8] = chance.randint(0, 20), chance.randint(0, 5000)
                days[day][person] = counters
        return days

    def publish(self, repository, days):
        """Stores the days in one transaction; seconds until the board shows them."""
        values = ",\n".join(
            f"({day}, '\\x{block(people).hex()}'::bytea, {len(people)}, {place})"
            for place, (day, people) in enumerate(sorted(days.items())))
        script = self.folder / "days.sql"
        script.write_text(f"""
begin;
update ingest.activity_feed set last_change = last_change + {len(days) + 1};
insert into ingest.repositories (id, name, change)
  select {repository}, 'org/repository-{repository}', last_change - {len(days)}
  from ingest.activity_feed;
insert into ingest.activity (repository_id, day, block, digest, contributors, sources, change)
  select {repository}, date '1970-01-01' + day, block, sha256(block), n, '{{}}',
         last_change - {len(days) - 1} + place
  from ingest.activity_feed, (values {values}) as days (day, block, n, place);
commit;
select pg_notify('ingest_activity', '');
""")
        run(["psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-f", script,
             ingest.url(self.folder, DATABASE)])
        shown = ("from ranking.generations where window_name = 'all' and entries ="
                 f" {self.size} and repository_id = {repository}")
        self.wait(f"select {shown}")
        return float(self.ask(f"""
            select extract(epoch from (select min(pg_xact_commit_timestamp(xmin)) {shown})
              - (select max(pg_xact_commit_timestamp(xmin)) from ingest.activity
                 where repository_id = {repository}))"""))

    def rebuild(self, days):
        """Seconds of the floor: the counts copied, and the boards of all windows made of them."""
        file = self.folder / "counts.csv"
        with file.open("w") as out:
            for day, people in days.items():
                for person, counters in people.items():
                    print(day, person, *counters, sep=",", file=out)
        file.chmod(0o644)
        return self.timed(
            f"truncate floor.counts; copy floor.counts from '{file}' csv; {self.boards()}")

    def boards(self, weights=WEIGHTS):
        today = (datetime.datetime.now(datetime.timezone.utc).date() - EPOCH).days
        spans = ", ".join(f"('{name}', {today - length + 1 if length else 0})"
                          for name, length in WINDOWS.items())
        plain = " + ".join(f"sum({name}) * {weights[name]}" for name in COUNTERS[:8])
        lines = " + ".join(f"sum({name}) * {weights[name]}" for name in COUNTERS[8:])
        score = f"{plain} + least({lines}, 1000000)"
        return f"""
            truncate floor.board; insert into floor.board
            select span, rank() over (partition by span order by {score} desc), contributor_id,
                   {score}, {', '.join(f'sum({name})' for name in COUNTERS)}, min(day), max(day)
            from floor.counts join (values {spans}) as spans (span, since) on day >= since
            group by span, contributor_id"""

    def timed(self, script):
        """Seconds of a transaction, by the clock of the database."""
        done = run(["psql", "-qAt", "-v", "ON_ERROR_STOP=1",
                    ingest.url(self.folder, DATABASE)], input=f"""
set work_mem = '256MB';
select clock_timestamp() as begun \\gset
begin; {script}; commit;
select extract(epoch from clock_timestamp() - :'begun'::timestamptz);
""")
        return float(done.split()[-1])

    def repeat(self, repository):
        """The same days under new numbers: seconds until scoring has them, and what was written."""
        mark = int(self.ask("select txid_current()"))
        last = int(self.ask(f"""
            with feed as (update ingest.activity_feed set last_change = last_change + {DAYS}
                          returning last_change - {DAYS} as base),
            numbers as (select day, row_number() over (order by day) as n from ingest.activity
                        where repository_id = {repository}),
            moved as (update ingest.activity a set change = base + n from feed, numbers
                      where a.repository_id = {repository} and a.day = numbers.day)
            select base + {DAYS} from feed"""))
        self.ask("select pg_notify('ingest_activity', '')")
        self.wait(f"select from scoring.cursors where change >= {last}")
        seconds = float(self.ask(f"""
            select extract(epoch from
              (select max(pg_xact_commit_timestamp(xmin)) from scoring.cursors)
              - (select max(pg_xact_commit_timestamp(xmin)) from ingest.activity))"""))
        # What ranking hears of it, if anything, it has shown when a second is over.
        self.wait("select from ranking.positions, scoring.score_feed where published = last_change")
        return seconds, sum(int(self.ask(
            f"select count(*) from {table} where xmin::text::bigint > {mark}"
            f" or xmax::text::bigint > {mark}")) for table in (
                "scoring.scores", "ranking.board_entries", "ranking.generations"))

    def formula(self, repositories):
        """Seconds until all boards stand under another formula, and those of the passes for it."""
        # Twice as much for what everybody did.
        weights = WEIGHTS | {"comments": 6000}
        points = ",".join(f'\\"{name}\\":{value / 1000:g}' for name, value in weights.items())
        document = f'{{\\"name\\":\\"other\\",\\"weights\\":{{{points}}},\\"cap\\":1000}}'
        run([ROOT / ".build" / "release" / "tally-scoring", "probe", "call",
             "tally.scoring.v1.Scoring/PutFormula", "-d", f'{{"document":"{document}"}}',
             "--addr", self.addresses["scoring"]])
        shown = "from ranking.generations where formula_name = 'other'"
        self.wait(f"select {shown}")
        seconds = float(self.ask(f"""
            select extract(epoch from (select max(pg_xact_commit_timestamp(xmin)) {shown}))
              - created_us / 1e6 from scoring.formulas where name = 'other'"""))
        # The floor has the counts of the last repository.
        return seconds, repositories * self.timed(self.boards(weights))

    def agree(self, repository):
        """A board that shows something else is not faster, it is wrong."""
        for span in WINDOWS:
            sides = [self.ask(f"select count(*), coalesce(sum({score} * (contributor_id % 97)), 0),"
                              f" sum(commits), max(last_day) from {source}")
                     for score, source in (
                         ("score", f"floor.board where span = '{span}'"),
                         ("(-place)", f"ranking.board_entries where repository_id = {repository}"
                                      f" and window_name = '{span}' and gen_to = {2**63 - 1}"))]
            if sides[0] != sides[1]:
                raise SystemExit(f"the boards do not agree: {span}: {sides}")


def scaled(seconds):
    return [1000 * value for value in seconds]
