-- Boards as entries that say from which generation to which they stand there, instead of blocks
-- that were cut anew each time: what a publication costs follows what changed. All of it lies
-- beside the former tables (board_scores, dirty_boards, boards, board_chunks, cursors), with which
-- the version before goes on working until it is replaced; a later step drops them.

-- Where this service stands in the score feed; moved in the transaction of what it did.
create table positions (
  feed        text primary key,
  feed_id     text not null default '',
  change      bigint not null default 0,
  caught_up   boolean not null default false,  -- nothing more was waiting behind it
  published   bigint not null default 0,       -- what boards show
  as_of_day   int not null default 0,          -- last day of the relative windows
  epoch       int not null default 0,          -- counts the times it followed from 0
  sweeping    boolean not null default false,  -- rows of earlier epochs go when it is caught up
  formula_id       int not null default 0,     -- of the boards
  ready_id         int not null default 0,     -- of the formula that boards are to show
  formula_name     text not null default '',   -- its name and version
  formula_version  int not null default 0
);
insert into positions (feed, feed_id, change, caught_up, as_of_day, formula_id, ready_id,
  formula_name, formula_version)
select feed, feed_id, change, caught_up, as_of_day, formula_version, formula_version,
  formula_name, formula_version
from cursors;

alter table contributors add column canonical_id bigint not null default 0;
alter table contributors add column hidden boolean not null default false;
alter table contributors add column change bigint not null default 0;
create index contributors_by_change on contributors (change);
alter table repositories add column change bigint not null default 0;
alter table repositories add column epoch int not null default 0;

-- Scores as last received, of the formula that boards show and of the one to come.
create table scores (
  formula_id      int not null,
  window_name     text not null,
  repository_id   bigint not null,
  contributor_id  bigint not null,
  score           bigint not null,             -- thousandths
  commits bigint not null, prs_opened bigint not null, prs_merged bigint not null,
  prs_reviewed bigint not null, issues_opened bigint not null, issues_closed bigint not null,
  comments bigint not null, releases bigint not null,
  lines_added bigint not null, lines_deleted bigint not null,
  first_day       int not null,
  last_day        int not null,
  removed         boolean not null default false,  -- until the boards without it are published
  epoch           int not null default 0,
  change          bigint not null,
  primary key (formula_id, window_name, repository_id, contributor_id)
);
insert into scores
select p.formula_id, s.window_name, s.repository_id, s.contributor_id, s.score,
  s.commits, s.prs_opened, s.prs_merged, s.prs_reviewed, s.issues_opened, s.issues_closed,
  s.comments, s.releases, s.lines_added, s.lines_deleted, s.first_day, s.last_day, false, 0,
  greatest(p.change, 1)
from board_scores s, positions p;
create index scores_by_person on scores (contributor_id, window_name, formula_id);
create index scores_by_change on scores (change);
create index scores_removed on scores (change) where removed;

-- Who stands on a board, from one generation to before another. Without ranks: a publication moves
-- most of them, and they follow from the order.
create table board_entries (
  repository_id   bigint not null,             -- 0 = the global board
  window_name     text not null,
  contributor_id  bigint not null,
  gen_from        bigint not null,
  gen_to          bigint not null default 9223372036854775807,
  place           bigint not null,             -- the score below zero: places ascend
  bot             boolean not null,
  commits bigint not null, prs_opened bigint not null, prs_merged bigint not null,
  prs_reviewed bigint not null, issues_opened bigint not null, issues_closed bigint not null,
  comments bigint not null, releases bigint not null,
  lines_added bigint not null, lines_deleted bigint not null,
  first_day       int not null,
  last_day        int not null,
  repositories    int not null,
  primary key (repository_id, window_name, contributor_id, gen_from)
);
create index board_entries_in_order on board_entries
  (repository_id, window_name, place, contributor_id);
create index board_entries_of_person on board_entries (contributor_id, window_name);
create index board_entries_ended on board_entries (repository_id, window_name, gen_to)
  where gen_to < 9223372036854775807;

-- Published generations of a board; the newest is what readers get unless they name another.
create table generations (
  repository_id    bigint not null,
  window_name      text not null,
  generation       bigint not null,
  published_us     bigint not null,
  published_day    int not null,
  up_to_change     bigint not null,
  formula_name     text not null,
  formula_version  int not null,
  as_of_day        int not null,
  first_day        int not null,               -- of the data; 0 for an empty board
  last_day         int not null,
  entries          bigint not null,
  -- The order in stretches of some hundreds: the first place and contributor of each, how many
  -- stand in it, and how many of them are bots.
  stretch_places   bigint[] not null default '{}',
  stretch_ids      bigint[] not null default '{}',
  stretch_entries  int[] not null default '{}',
  stretch_bots     int[] not null default '{}',
  primary key (repository_id, window_name, generation)
);
create index generations_by_time on generations (published_us);

-- The boards that there are, as their next publication would cut them: nobody sees an empty one.
insert into board_entries (repository_id, window_name, contributor_id, gen_from, place, bot,
  commits, prs_opened, prs_merged, prs_reviewed, issues_opened, issues_closed, comments, releases,
  lines_added, lines_deleted, first_day, last_day, repositories)
select b.repository_id, b.window_name, s.contributor_id, b.generation, -sum(s.score)::bigint,
  coalesce(bool_or(c.bot), false), sum(s.commits), sum(s.prs_opened), sum(s.prs_merged),
  sum(s.prs_reviewed), sum(s.issues_opened), sum(s.issues_closed), sum(s.comments),
  sum(s.releases), sum(s.lines_added), sum(s.lines_deleted), min(s.first_day), max(s.last_day),
  count(*)
from (select repository_id, window_name, max(generation) as generation from boards group by 1, 2) b
join board_scores s on s.window_name = b.window_name
  and (b.repository_id = 0 or s.repository_id = b.repository_id)
left join contributors c on c.contributor_id = s.contributor_id
group by b.repository_id, b.window_name, b.generation, s.contributor_id;
with placed as (
  select *, row_number() over (partition by repository_id, window_name
                               order by place, contributor_id) - 1 as n from board_entries),
stretches as (
  select repository_id, window_name, n / 256 as stretch,
         (array_agg(place order by n))[1] as place,
         (array_agg(contributor_id order by n))[1] as id, count(*)::int as entries,
         (count(*) filter (where bot))::int as bots
  from placed group by 1, 2, 3),
maps as (
  select repository_id, window_name, sum(entries) as entries,
         array_agg(place order by stretch) as places, array_agg(id order by stretch) as ids,
         array_agg(entries order by stretch) as counts, array_agg(bots order by stretch) as bots
  from stretches group by 1, 2)
insert into generations
select distinct on (b.repository_id, b.window_name) b.repository_id, b.window_name, b.generation,
  b.published_us, b.published_day, b.up_to_change, b.formula_name, b.formula_version, b.as_of_day,
  b.first_day, b.last_day, coalesce(m.entries, 0), coalesce(m.places, '{}'),
  coalesce(m.ids, '{}'), coalesce(m.counts, '{}'), coalesce(m.bots, '{}')
from boards b left join maps m using (repository_id, window_name)
order by b.repository_id, b.window_name, b.generation desc;
