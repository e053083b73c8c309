-- Every query that BigQuery was ever asked to run: its id stands here before it is sent, so that
-- whoever comes after a crash finds it again, and its bill is written once.
create table budget (
  query_id          text primary key,      -- the BigQuery job's id, chosen by us
  purpose           text not null check (purpose in ('activity', 'find')),
  text_digest       bytea not null,        -- SHA-256 of the SQL: rows of another text are others
  repository_ids    bigint[] not null,
  repository_names  text[] not null,       -- lower case
  since             date not null,
  until             date not null check (since <= until),
  estimated_bytes   bigint not null check (estimated_bytes >= 0),
  bytes_max         bigint not null check (bytes_max >= estimated_bytes),
  billed_bytes      bigint check (billed_bytes >= 0),   -- null = bytes_max are promised
  state             text not null default 'open'
                    check (state in ('open', 'done', 'failed', 'cancelled')),
  read_at           timestamptz,           -- its rows are stored; nobody needs it any more
  started_at        timestamptz not null default now(),
  finished_at       timestamptz
);
create index budget_by_time on budget (started_at);
create index budget_without_bill on budget (started_at) where billed_bytes is null;

-- What a job's plan pays; jobs that share a query each name the whole of it.
alter table scrape_jobs
  add column planned_bytes bigint not null default 0 check (planned_bytes >= 0),
  add column planned_micro_usd bigint not null default 0 check (planned_micro_usd >= 0);
