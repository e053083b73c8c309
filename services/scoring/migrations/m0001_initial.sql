-- Days are integers, counted from 1970-01-01 UTC, as in the messages; times are microseconds.

-- Where this service stands in the feeds it follows; moved in the transaction of what it did.
create table cursors (
  feed      text primary key,
  feed_id   text not null default '',
  change    bigint not null default 0
);

create table repositories (
  repository_id    bigint primary key,
  name             text not null,
  removed          boolean not null default false,
  demonstration    boolean not null default false,
  coverage         bytea not null default '',   -- tally.ingest.v1.CoverageNote
  change           bigint not null              -- in the score feed
);
create index repositories_by_change on repositories (change);

create table github_users (
  contributor_id  bigint primary key,           -- GitHub's; negative = known by login only
  login           text not null,
  bot             boolean not null default false,
  bot_reason      text not null default '',
  seen_day        int not null,                 -- last day on which the login was seen
  change          bigint not null
);
create index github_users_by_change on github_users (change);
create index github_users_by_login on github_users (lower(login));

-- Logins are history: a login that changes hands merges nobody.
create table former_logins (
  contributor_id  bigint not null references github_users,
  login           text not null,
  last_day        int not null,
  primary key (contributor_id, login)
);
create index former_logins_by_login on former_logins (lower(login));

-- What one person did in one repository on one day.
create table contributions (
  repository_id   bigint not null,
  day             int not null,
  contributor_id  bigint not null,
  commits bigint not null, prs_opened bigint not null, prs_merged bigint not null,
  prs_reviewed bigint not null, issues_opened bigint not null, issues_closed bigint not null,
  comments bigint not null, releases bigint not null,
  lines_added bigint not null, lines_deleted bigint not null,
  primary key (repository_id, day, contributor_id)
);
create index contributions_by_person on contributions (contributor_id, repository_id, day);
create index contributions_by_day on contributions (day);

-- Weights in thousandths of a point; stored for ever, one is active.
create table formulas (
  name        text not null,
  version     int not null,
  commits bigint not null, prs_opened bigint not null, prs_merged bigint not null,
  prs_reviewed bigint not null, issues_opened bigint not null, issues_closed bigint not null,
  comments bigint not null, releases bigint not null,
  lines_added bigint not null, lines_deleted bigint not null,
  line_bonus_cap bigint not null,
  active      boolean not null default false,
  created_us  bigint not null,
  primary key (name, version)
);
create unique index one_active_formula on formulas (active) where active;
insert into formulas values (
  'default', 1, 10000, 15000, 25000, 20000, 8000, 5000, 3000, 30000, 10, 5, 1000000, true,
  (extract(epoch from now()) * 1000000)::bigint);

-- One person's score in one repository and window; what fell to nothing stays as a tombstone.
create table scores (
  formula_version  int not null,
  repository_id    bigint not null,
  contributor_id   bigint not null,
  window_name      text not null,
  score            bigint not null,             -- thousandths
  commits bigint not null, prs_opened bigint not null, prs_merged bigint not null,
  prs_reviewed bigint not null, issues_opened bigint not null, issues_closed bigint not null,
  comments bigint not null, releases bigint not null,
  lines_added bigint not null, lines_deleted bigint not null,
  first_day        int not null,
  last_day         int not null,
  removed          boolean not null default false,
  change           bigint not null,
  primary key (formula_version, repository_id, contributor_id, window_name)
);
create unique index scores_by_change on scores (change);
-- Numbers below zero for rows that wait for their number in the feed, within one transaction.
create sequence staged_scores;
create index scores_by_person on scores (contributor_id, window_name);

-- The score feed: its identity, its last number, and the day on which its windows end.
create table score_feed (
  only_row     boolean primary key default true check (only_row),
  feed_id      text not null default gen_random_uuid()::text,
  last_change  bigint not null default 0,
  as_of_day    int not null default 0
);
insert into score_feed default values;

-- Which activity number a score number stands for, so that what is published can be told upstream.
create table progress_marks (
  score_change     bigint primary key,
  activity_change  bigint not null
);

create table followers (
  follower   text primary key,
  instance   text not null,
  applied    bigint not null,
  published  bigint not null,
  seen_at    timestamptz not null default now()
);

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
  fields      text not null default '{}'
);
