"""The peer of reading the archive: DuckDB, which reads the file and counts in one query.

  count.py FILE ROUNDS

Says a line of JSON for each round, with the same sums as floor/archive.cc.
"""
import json
import resource
import sys
import time

import duckdb

COLUMNS = """{id: 'VARCHAR', type: 'VARCHAR', created_at: 'VARCHAR',
 repo: 'STRUCT(id BIGINT, name VARCHAR)', actor: 'STRUCT(id BIGINT, login VARCHAR)',
 payload: 'STRUCT(action VARCHAR, size BIGINT, distinct_size BIGINT,
                  pull_request STRUCT(merged BOOLEAN))'}"""

COUNT = f"""
create or replace temp table counted as
with events as (
  select distinct on (id, type, repo.id, created_at)
    type, created_at, repo.id as repo, repo.name as name, actor.id as actor,
    actor.login as login,
    payload.action as action, coalesce(payload.distinct_size, payload.size) as commits,
    coalesce(payload.pull_request.merged, false) as merged
  from read_json(?, format = 'newline_delimited', compression = 'gzip', columns = {COLUMNS}))
select repo, actor, last(name order by created_at) as name,
  last(login order by created_at) as login,
  count(*) filter (type = 'PushEvent' and commits is not null) as pushes,
  coalesce(sum(commits) filter (type = 'PushEvent'), 0) as commits,
  count(*) filter (type = 'PullRequestEvent' and action = 'opened') as opened,
  count(*) filter (type = 'IssuesEvent' and action = 'opened') as issues_opened,
  count(*) filter (type = 'IssuesEvent' and action = 'closed') as issues_closed,
  count(*) filter (type in ('IssueCommentEvent', 'CommitCommentEvent',
                            'PullRequestReviewCommentEvent') and action = 'created') as comments,
  count(*) filter (type = 'ReleaseEvent' and action = 'published') as releases,
  count(*) filter (type = 'PushEvent' and commits is null) as unsized,
  count(*) filter (type = 'PullRequestEvent'
                   and (action = 'merged' or action = 'closed' and merged)) as merged,
  count(*) filter (type = 'PullRequestReviewEvent'
                   and action in ('created', 'submitted')) as reviews
from events group by repo, actor"""

SUMS = """
with pairs as (
  select *, pushes + opened + issues_opened + issues_closed + comments + releases as own
  from counted)
select sum(own + unsized + merged + reviews), count(*) filter (own > 0), sum(commits), sum(opened),
  sum(issues_opened), sum(issues_closed), sum(comments), sum(releases), sum(unsized), sum(merged),
  sum(reviews), sum((commits + 2 * opened + 3 * issues_opened + 4 * issues_closed + 5 * comments
                     + 6 * releases) * ((repo * 31 + actor) % 1000003))
from pairs"""


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main():
    path, rounds = sys.argv[1], int(sys.argv[2])
    database = duckdb.connect()
    for _ in range(rounds):
        start, used = time.monotonic(), cpu()
        database.execute(COUNT, [path])
        seconds, used = time.monotonic() - start, cpu() - used
        counts = [int(value) for value in database.execute(SUMS).fetchone()]
        print(json.dumps({"seconds": seconds, "cpu": used, "counts": counts}), flush=True)


if __name__ == "__main__":
    main()
