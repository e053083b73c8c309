"""Section boards: what a publication costs on a large board, beside a rebuild with one statement.

The real service publishes; only its feed is played, by SQL: rows with new numbers in `scores`, and
the position that says that nothing more is waiting. It looks for that every few seconds, so the
publication is timed by its own transaction: from the time it took down in the generation to the
time of its commit.
"""
import contextlib
import os
import re
import subprocess

import ingest
from machine import ROOT, release, run
from programs import end
from table import row

PROGRAM = ROOT / ".build" / "release" / "tally-ranking"
DATABASE = "boards"
PEOPLE, REPOSITORIES, DRAWN = 200_000, 2000, 6
# A scrape touches so many contributors of one repository, which has some 9,000.
TOUCHED, SCRAPED = 1500, 2
# Bound of waiting: the first publication writes everything.
PUBLISH_SECONDS = 300
# A server with room for the board, as one that serves it has, and without checkpoints meanwhile:
# the first change of a page after one logs the whole page, whoever makes it.
SETTINGS = ("-c track_commit_timestamp=on -c shared_buffers=512MB -c max_wal_size=16GB"
            " -c checkpoint_timeout=1h -c autovacuum=off")
COUNTERS = ("commits", "prs_opened", "prs_merged", "prs_reviewed", "issues_opened",
            "issues_closed", "comments", "releases", "lines_added", "lines_deleted")

# Everybody draws repositories: the first have thousands of contributors, the last some hundreds.
FILL = f"""
insert into repositories (repository_id, name, change)
  select n, 'org/repository-' || n, 1 from generate_series(1, {REPOSITORIES}) n;
insert into contributors (contributor_id, login, bot, change)
  select n, 'person-' || n, n % 97 = 0, 1 from generate_series(1, {PEOPLE}) n;
select setseed(0.5);
insert into scores
  select 1, 'all', r, c, 10000 * commits + 50000 * prs, commits, prs, prs, 0, 0, 0, 0, 0,
         17 * commits, 5 * commits, 18000 + c % 500, 20000 + c % 300, false, 0, 1
  from (select c, 1 + floor({REPOSITORIES} * random() ^ 2)::bigint as r,
               1 + floor(500 * random() ^ 6)::bigint as commits,
               floor(60 * random() ^ 4)::bigint as prs
        from generate_series(1, {PEOPLE}) c, generate_series(1, {DRAWN})) drawn
  order by r, c on conflict do nothing;
insert into positions (feed, feed_id, change, caught_up, as_of_day, ready_id, formula_name,
                       formula_version)
  values ('scores', 'benchmark', 1, true, 20400, 1, 'default', 1);
"""

# What a lean program would keep, in columns whose sums are fast, and the one statement that makes
# its board from it. It may hash and sort in memory.
FLOOR = f"""
create schema floor;
create table floor.scores (repository_id int, contributor_id int, score int,
  {', '.join(f'{name} int' for name in COUNTERS)}, first_day int, last_day int,
  primary key (repository_id, contributor_id));
insert into floor.scores
  select repository_id, contributor_id, score, {', '.join(COUNTERS)}, first_day, last_day
  from scores;
create table floor.board (rank int not null, contributor_id int primary key,
  score bigint not null, {', '.join(f'{name} bigint not null' for name in COUNTERS)},
  first_day int not null, last_day int not null);
create index on floor.board (rank, contributor_id);
vacuum analyze floor.scores;
"""
REBUILD = f"""
set work_mem = '256MB';
begin;
truncate floor.board;
insert into floor.board
  select rank() over (order by sum(score) desc), contributor_id, sum(score),
         {', '.join(f'sum({name})' for name in COUNTERS)}, min(first_day), max(last_day)
  from floor.scores group by contributor_id;
commit;
"""

# Numbers for the rows of some contributors as scoring would give them, with other values or not.
TOUCH = """
update scores s set change = t.change {values}
from (select contributor_id, {base} + row_number() over () as change
      from (select contributor_id from scores where repository_id = {repository}
            order by hashint8(contributor_id + {round}) limit {touched}) chosen) t
where s.repository_id = {repository} and s.contributor_id = t.contributor_id
"""
# Of all that they did, a day more: it is the last day that the board knows.
ACTIVE = (", score = score + 10000 * (1 + s.contributor_id % 5),"
          " commits = commits + 1 + s.contributor_id % 5, last_day = {day}")


def measure(chosen):
    if not chosen.no_build:
        release("tally-ranking")
    with ingest.cluster(SETTINGS) as folder:
        run(["createdb", "-h", folder, "-U", "tally", DATABASE])
        board = Board(folder)
        board.ask(f"create schema ranking; alter database {DATABASE} set search_path = ranking")
        with serving(folder) as process:
            idle = ingest.usage(process.pid)[1]
            board.fill()
            first = board.round(0)
            # As it is a while later: statistics are there, and dead rows are swept.
            board.ask("vacuum analyze")
            rounds = [board.round(number) for number in range(1, chosen.rounds + 1)]
            again = board.publish(0, "")
            peak = ingest.usage(process.pid)[1]
    ours, floor = ([side[n] for side in rounds] for n in (0, 1))
    return [
        row("right after the first fill, without statistics", "ms", [1000 * first[0]["seconds"]],
            [1000 * first[1]["seconds"]], [], "≤ 1/20 floor",
            lambda _, ratio, __: ratio <= 1 / 20),
        row(f"global board of {PEOPLE:,} after {TOUCHED:,} of one repository", "ms",
            [1000 * result["seconds"] for result in ours],
            [1000 * result["seconds"] for result in floor], [], "≤ 1/20 floor",
            lambda _, ratio, __: ratio <= 1 / 20),
        row("write-ahead log for that", "MB", [result["bytes"] / 1e6 for result in ours],
            [result["bytes"] / 1e6 for result in floor], [], "≤ 1/20 floor",
            lambda _, ratio, __: ratio <= 1 / 20),
        row("the same once more, nothing changed: rows of boards written", "rows",
            [again["rows"]], [], [], "0", lambda ours, *_: ours == 0),
        row("write-ahead log for that", "MB", [again["bytes"] / 1e6],
            [result["bytes"] / 1e6 for result in floor], [], ""),
        row("memory of the service beyond idle, an entry", "B", [(peak - idle) / PEOPLE], [], [],
            "≤ 64", lambda ours, *_: ours <= 64),
    ]


@contextlib.contextmanager
def serving(folder):
    """The service on a database, with an upstream that is never there."""
    where = ingest.url(folder, DATABASE)
    environment = {"PATH": os.environ["PATH"], "TALLY_DATABASE_URL": where,
                   "TALLY_MIGRATION_DATABASE_URL": where, "TALLY_RPC_LISTEN": "127.0.0.1:0",
                   "TALLY_ADMIN_LISTEN": "127.0.0.1:0", "TALLY_SCORING_ADDR": "127.0.0.1:9",
                   "TALLY_ADDRESS_FILE": str(folder / "ranking.address")}
    run([PROGRAM, "migrate"], env=environment)
    process = subprocess.Popen([PROGRAM, "serve"], env=environment, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        ingest.wait_for(lambda: ingest.address(environment["TALLY_ADDRESS_FILE"]),
                        ingest.START_SECONDS)
        yield process
    finally:
        end(process)


class Board:
    """The database of the service: plays its feed and watches what it writes."""

    def __init__(self, folder):
        self.folder, self.change = folder, 1

    def ask(self, query):
        return ingest.ask(self.folder, DATABASE, query)

    def fill(self):
        self.ask(FILL)
        self.wait()
        self.timed(FLOOR)

    def wait(self):
        """Until boards show everything that came."""
        ingest.wait_until(
            self.folder, DATABASE, f"select from positions where published = {self.change}",
            PUBLISH_SECONDS)

    def round(self, number):
        """A change and its publication, and the rebuild that would show it, too."""
        values = ACTIVE.format(day=20400 + number)
        ours = self.publish(number, values)
        self.ask(f"delete from floor.scores where repository_id = {SCRAPED};"
                 f" insert into floor.scores select repository_id, contributor_id, score,"
                 f" {', '.join(COUNTERS)}, first_day, last_day from scores"
                 f" where repository_id = {SCRAPED}")
        before = self.written()
        floor = {"seconds": self.timed(REBUILD)}
        floor["bytes"] = self.written() - before
        self.agree()
        return ours, floor

    def publish(self, number, values):
        """New numbers for some contributors, with what the publication of them took and wrote."""
        base, self.change = self.change, self.change + TOUCHED
        self.ask(TOUCH.format(values=values, base=base, repository=SCRAPED, round=number,
                              touched=TOUCHED))
        before, first = self.written(), int(self.ask("select txid_current()"))
        counts = self.counts()
        self.ask(f"update positions set change = {self.change}")
        self.wait()
        # A row counts that a transaction since then made or ended; those taken away leave fewer.
        new = sum(int(self.ask(
            f"select count(*) from {table} where xmin::text::bigint > {first}"
            f" or xmax::text::bigint > {first}")) for table in ("board_entries", "generations"))
        seconds = self.ask(
            "select extract(epoch from pg_xact_commit_timestamp(xmin)) - published_us / 1e6"
            f" from generations where up_to_change = {self.change} and repository_id = 0")
        return {"bytes": self.written() - before, "rows": new + abs(self.counts() - counts),
                "seconds": float(seconds or 0)}

    def counts(self):
        return int(self.ask("select (select count(*) from board_entries)"
                            " + (select count(*) from generations)"))

    def written(self):
        return int(self.ask("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')"))

    def timed(self, script):
        """Seconds of a script, as psql takes them, the connection left out."""
        done = run(["psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", "\\timing on",
                    *(part for line in script.split(";\n") if line.strip()
                      for part in ("-c", line)), ingest.url(self.folder, DATABASE)])
        return sum(float(time) for time in re.findall(r"Time: ([0-9.]+) ms", done)) / 1000

    def agree(self):
        """A board that shows something else is not faster, it is wrong."""
        sides = [self.ask(f"select count(*), sum(hashint8({score} # contributor_id)), "
                          f"sum(commits), max(last_day) from {source}")
                 for score, source in (
                     ("score", "floor.board"),
                     ("(-place)", "board_entries where repository_id = 0 and window_name = 'all'"
                                  f" and gen_to = {2**63 - 1}"))]
        if sides[0] != sides[1]:
            raise SystemExit(f"the boards do not agree: {sides}")
