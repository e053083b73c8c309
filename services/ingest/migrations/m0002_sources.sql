-- What each source said of a day stands side by side. What boards show is put together from it, so
-- that the order in which sources and days were read makes no difference.
alter table coverage drop constraint coverage_repository_id_day_fkey;
alter table coverage_days drop constraint coverage_days_pkey;
alter table coverage_days add primary key (repository_id, day, source);
-- The source's own counters without merges and reviews (tally.ingest.v1.ActivityBlock); null in
-- rows of before: it is what activity has without the facts credited there.
alter table coverage_days add column block bytea;
-- What the source itself counted, in Counters' order; null in rows of before.
alter table coverage_days add column counted bigint[];
-- Counters that the source cannot tell.
alter table coverage_days add column lacks text[] not null default '{}';

alter table pull_facts add column source text not null default 'archive';
alter table pull_facts alter column source drop default;
alter table pull_facts drop constraint pull_facts_pkey;
alter table pull_facts add primary key
  (repository_id, day, source, number, kind, contributor_id, at_us);

alter table pull_requests add column source text not null default 'archive';
alter table pull_requests alter column source drop default;
alter table pull_requests drop constraint pull_requests_pkey;
alter table pull_requests add primary key (repository_id, number, day, source);

-- A day as boards show it.
create table merged_days (
  repository_id  bigint not null references repositories,
  day            date not null,
  is_whole       boolean not null,
  sources        text[] not null,                        -- of each counter, in Counters' order
  reasons        text[] not null default '{}',           -- of the sources that are believed
  primary key (repository_id, day)
);
insert into merged_days (repository_id, day, is_whole, sources, reasons)
select repository_id, day, cardinality(hours_missing || hours_damaged || hours_pending) = 0,
       array_fill(source, array[10]), reasons
from coverage_days;
alter table coverage add foreign key (repository_id, day)
  references merged_days on delete cascade;

-- Pages of GitHub's lists that a running job has read: what a kill need not ask again.
create table github_pages (
  job_id   uuid not null references scrape_jobs on delete cascade,
  family   text not null,
  number   int not null check (number >= 0),
  since    date not null,
  until    date not null check (since <= until),
  read_us  bigint not null,
  page     text not null,                                -- JSON
  primary key (job_id, family, number)
);

-- The newest version of addresses that have ETags: a second look costs nothing.
create table github_versions (
  url      text primary key,
  etag     text not null,
  content  text not null,
  used_at  timestamptz not null default now()
);
create index github_versions_by_use on github_versions (used_at);

-- A plan is lines for people now.
update scrape_jobs set plan = null;
