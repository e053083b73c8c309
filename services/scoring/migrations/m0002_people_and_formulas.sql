-- Links of accounts, opt-outs, formulas with ids, and following anew by mark and sweep. Everything
-- is added beside what is there, so that the version before goes on working until it is replaced.

-- The account that is shown, and the one whose work counts for it. Nothing is rewritten: an undone
-- link stays with who undid it, when and why.
create table aliases (
  id              bigint generated always as identity primary key,
  contributor_id  bigint not null references github_users,
  alias_id        bigint not null references github_users check (alias_id <> contributor_id),
  at_us           bigint not null,
  author          text not null,
  reason          text not null,
  undone_us       bigint,
  undone_by       text,
  undone_because  text
);
create unique index one_link_of_an_alias on aliases (alias_id) where undone_us is null;
create index aliases_of_a_contributor on aliases (contributor_id) where undone_us is null;

create table opt_outs (
  id              bigint generated always as identity primary key,
  contributor_id  bigint not null references github_users,
  at_us           bigint not null,
  author          text not null,
  reason          text not null,
  undone_us       bigint,
  undone_by       text,
  undone_because  text
);
create unique index one_opt_out on opt_outs (contributor_id) where undone_us is null;

-- What the two tables above come to, for joins: whose work an account's counts as, and whether the
-- person stands on no board.
alter table github_users add column canonical_id bigint;
alter table github_users add column hidden boolean not null default false;
create index github_users_by_canonical on github_users (canonical_id)
  where canonical_id is not null;

-- Score rows name a formula by its id; versions count per name.
alter table formulas add column id int;
update formulas set id = version;
alter table formulas alter column id set not null;
create unique index formulas_by_id on formulas (id);
-- Rescoring goes on from here, repository by repository; null = not asked for.
alter table formulas add column rescored_to bigint;
-- The number in the feed up to which every score of it is there.
alter table formulas add column ready_change bigint not null default 0;
alter table formulas add column author text not null default '';

-- Each following from 0 is an epoch: rows of an older one were not sent again.
alter table cursors add column epoch int not null default 0;
alter table cursors add column sweeping boolean not null default false;
alter table contributions add column epoch int not null default 0;
alter table repositories add column epoch int not null default 0;

-- Tombstones up to this number are gone; a follower that stands below starts at 0.
alter table score_feed add column swept_change bigint not null default 0;
create index scores_removed on scores (change) where removed;
