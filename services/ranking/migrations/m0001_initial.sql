-- Days are integers, counted from 1970-01-01 UTC, as in the messages; times are microseconds.

-- Where this service stands in the score feed; moved in the transaction of what it did.
create table cursors (
  feed        text primary key,
  feed_id     text not null default '',
  change      bigint not null default 0,
  caught_up   boolean not null default false,  -- nothing more was waiting behind it
  published   bigint not null default 0,       -- the cursor of what boards show
  as_of_day   int not null default 0,          -- last day of the relative windows
  formula_name     text not null default '',
  formula_version  int not null default 0
);

create table repositories (
  repository_id  bigint primary key,
  name           text not null,
  removed        boolean not null default false,
  demonstration  boolean not null default false,
  coverage       bytea not null default ''     -- tally.ingest.v1.CoverageNote
);
create index repositories_by_name on repositories (lower(name));

-- This service's own copy of names.
create table contributors (
  contributor_id  bigint primary key,
  login           text not null,
  bot             boolean not null default false
);
create index contributors_by_login on contributors (lower(login));

-- Scores as last received: what the next generation is cut from.
create table board_scores (
  repository_id   bigint not null,
  window_name     text not null,
  contributor_id  bigint not null,
  score           bigint not null,             -- thousandths
  commits bigint not null, prs_opened bigint not null, prs_merged bigint not null,
  prs_reviewed bigint not null, issues_opened bigint not null, issues_closed bigint not null,
  comments bigint not null, releases bigint not null,
  lines_added bigint not null, lines_deleted bigint not null,
  first_day       int not null,
  last_day        int not null,
  primary key (window_name, repository_id, contributor_id)
);
create index board_scores_by_person on board_scores (contributor_id, window_name);

-- Boards that differ from their newest generation; repository 0 is the global board.
create table dirty_boards (
  repository_id  bigint not null,
  window_name    text not null,
  primary key (repository_id, window_name)
);

-- Published generations of a board. The newest is what readers get unless they name another.
create table boards (
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
  primary key (repository_id, window_name, generation)
);

-- A generation's entries in order, some hundreds a row: dropped whole with their generation.
create table board_chunks (
  repository_id  bigint not null,
  window_name    text not null,
  generation     bigint not null,
  place          int not null,                 -- 0, 1, 2, …
  entries        int not null,
  bots           int not null,
  first_score    bigint not null,              -- the highest of the chunk
  last_score     bigint not null,              -- the lowest
  content        bytea not null,               -- tally.ranking.v1.Page with the entries alone
  primary key (repository_id, window_name, generation, place),
  foreign key (repository_id, window_name, generation) references boards on delete cascade
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
