-- Days are dates in UTC; columns named _us are microseconds since 1970-01-01T00:00:00Z, taken from
-- the events; timestamptz columns are written by this database's clock only.

-- The activity feed: one identity, one counter. A number becomes visible only with the lock held
-- (pg_advisory_xact_lock), so no reader ever passes over one.
create table activity_feed (
  only_row     boolean primary key default true check (only_row),
  feed_id      text not null default gen_random_uuid()::text,
  last_change  bigint not null default 0 check (last_change >= 0)
);
insert into activity_feed default values;

create table repositories (
  id                bigint primary key check (id > 0),   -- GitHub's
  name              text not null check (name <> ''),    -- the latest known, "owner/name"
  added_at          timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  removed_at        timestamptz,                         -- set = a tombstone for the followers
  demonstration     boolean not null default false,
  coverage_status   text not null default 'none'
                    check (coverage_status in ('none', 'partial', 'complete')),
  coverage_percent  double precision not null default 0
                    check (coverage_percent between 0 and 100),
  coverage_reasons  text[] not null default '{}',
  coverage_since    date,
  coverage_until    date,
  change            bigint not null unique
);

-- Names are history: each with the time of the first and the last event that carried it.
create table repository_names (
  repository_id  bigint not null references repositories,
  name           text not null check (name <> ''),
  name_key       text not null,                          -- lower case, what look-ups compare
  first_seen_us  bigint not null,
  last_seen_us   bigint not null check (first_seen_us <= last_seen_us),
  primary key (repository_id, name)
);
create index repository_names_by_key on repository_names (name_key, last_seen_us desc);

create table scrape_jobs (
  id             uuid primary key,                       -- version 7
  repository_id  bigint not null references repositories,
  since          date not null,
  until          date not null check (since <= until),
  source         text not null default 'archive',
  force          boolean not null default false,         -- read days again that are covered
  status         text not null
                 check (status in ('queued', 'running', 'completed', 'failed', 'cancelled')),
  phase          text check (phase in ('planning', 'fetching', 'scoring', 'publishing')),
  attempt        int not null default 0,                 -- the fence
  failures       int not null default 0,                 -- in a row, since the last finished day
  lease_until    timestamptz,
  leased_by      text,
  run_after      timestamptz not null default now(),
  plan           bytea,
  progress       bytea,
  error_code     text,
  error_text     text,
  last_change    bigint,               -- must be published before the job is completed
  created_at     timestamptz not null default now(),
  started_at     timestamptz,
  finished_at    timestamptz,
  constraint phase_while_running
    check ((phase is not null) = (status = 'running')),
  constraint lease_while_fetching
    check ((phase in ('planning', 'fetching')) is true = (lease_until is not null)),
  constraint finished_when_ended
    check ((status in ('completed', 'failed', 'cancelled')) = (finished_at is not null))
);
create unique index one_active_job on scrape_jobs (repository_id)
  where status in ('queued', 'running');
create index claimable_jobs on scrape_jobs (run_after) where status = 'queued';
create index leased_jobs on scrape_jobs (lease_until) where lease_until is not null;
create index jobs_by_repository on scrape_jobs (repository_id, created_at desc, id desc);
create index jobs_by_age on scrape_jobs (created_at desc, id desc);

-- One row per repository and day: what everyone did, as it travels to the followers.
create table activity (
  repository_id  bigint not null references repositories,
  day            date not null,
  block          bytea not null,                         -- tally.ingest.v1.ActivityBlock
  digest         bytea not null,                         -- SHA-256 of the block
  contributors   int not null check (contributors >= 0),
  sources        text[] not null,                        -- of each counter, in Counters' order
  change         bigint not null unique,
  primary key (repository_id, day)
);

-- What was read of a day. Its job_id lets a job that starts again skip what it did.
create table coverage_days (
  repository_id   bigint not null references repositories,
  day             date not null,
  job_id          uuid not null references scrape_jobs,
  source          text not null,
  hours_expected  int not null check (hours_expected >= 0),
  hours_missing   int[] not null default '{}',           -- the source does not have them
  hours_damaged   int[] not null default '{}',           -- there, and could not be read to the end
  hours_pending   int[] not null default '{}',           -- not published yet when it was read
  events          bigint not null default 0,
  fingerprint     bytea,                                 -- of the hours; null = the source has none
  reasons         text[] not null default '{}',
  scanned_at      timestamptz not null default now(),
  primary key (repository_id, day)
);
create index coverage_days_by_job on coverage_days (job_id);

-- Per item of a day: only what was counted or lacks something.
create table coverage (
  repository_id  bigint not null,
  day            date not null,
  item           text not null,                          -- a field of tally.common.v1.Counters
  source         text not null,
  counted        bigint not null check (counted >= 0),
  expected       bigint check (expected >= 0),           -- null = not known
  reason         text,
  primary key (repository_id, day, item),
  foreign key (repository_id, day) references coverage_days on delete cascade
);

-- Who opened a pull request, as openings become known.
create table pull_requests (
  repository_id  bigint not null references repositories,
  number         bigint not null,
  day            date not null,
  author_id      bigint not null,
  login          text not null,
  bot            boolean not null,
  opened_us      bigint not null,
  primary key (repository_id, number, day)
);
create index pull_requests_by_day on pull_requests (repository_id, day);

-- Merges, and reviews whose payload does not name the pull request's author. Whom they are
-- credited to may depend on other days, so they are kept to be moved.
create table pull_facts (
  repository_id   bigint not null references repositories,
  day             date not null,
  number          bigint not null,
  kind            text not null check (kind in ('closed', 'merged', 'review')),
  contributor_id  bigint not null,   -- a merge's author by its payload (0 = not said); the reviewer
  at_us           bigint not null,
  count           bigint not null check (count > 0),
  lines_added     bigint not null check (lines_added >= 0),
  lines_deleted   bigint not null check (lines_deleted >= 0),
  credited_id     bigint,            -- where the block counts it; 0 = nobody; null = not counted
  primary key (repository_id, day, number, kind, contributor_id, at_us)
);
create index pull_facts_by_number on pull_facts (repository_id, number);

-- How far the followers of the feed are.
create table followers (
  follower   text primary key check (follower <> ''),
  instance   text not null,
  applied    bigint not null check (applied >= 0),
  published  bigint not null check (published >= 0),
  seen_at    timestamptz not null default now()
);

create table totals (
  name   text primary key,
  value  bigint not null default 0
);
insert into totals (name) values ('bytes_read');

-- The durable log; its lines are numbered without gaps.
create table log_numbers (
  only_row  boolean primary key default true check (only_row),
  last_seq  bigint not null default 0
);
insert into log_numbers default values;
create table log_lines (
  seq         bigint primary key,
  time_us     bigint not null,
  level       text not null check (level in ('debug', 'info', 'warning', 'error')),
  message     text not null,
  job         text not null default '',
  repository  text not null default '',
  fields      text not null default '{}'                 -- one JSON object
);
create index log_lines_by_job on log_lines (job, seq) where job <> '';
