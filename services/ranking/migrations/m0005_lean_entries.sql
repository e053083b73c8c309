-- Which boards somebody stands on follows from the scores, so that no index of the entries needs to
-- say it: each publication would write it for every entry.
drop index board_entries_of_person;

-- Which entries ended, a row for each board and generation instead of one for each entry: they come
-- and go together. Ids do not compress.
create table ended_lists (
  repository_id    bigint not null,
  window_name      text not null,
  gen_to           bigint not null,
  contributor_ids  bigint[] not null,
  gen_froms        bigint[] not null             -- in the same order
);
alter table ended_lists alter column contributor_ids set storage external,
  alter column gen_froms set storage external;
create index ended_lists_in_order on ended_lists (repository_id, window_name, gen_to);

-- With its own path: it is there for whoever writes the table, from wherever.
create or replace function note_ended_entries() returns trigger language plpgsql
  set search_path from current as $$
begin
  insert into ended_lists
  select repository_id, window_name, gen_to, array_agg(contributor_id), array_agg(gen_from)
  from changed where gen_to < 9223372036854775807
  group by repository_id, window_name, gen_to;
  return null;
end $$;

-- The former table stays, empty, for a copy of the version before that is still running. Entries of
-- generations that such a one drops stay, too, on no board.
insert into ended_lists
select repository_id, window_name, gen_to, array_agg(contributor_id), array_agg(gen_from)
from ended_entries group by repository_id, window_name, gen_to;
delete from ended_entries;
