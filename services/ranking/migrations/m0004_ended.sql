-- Which entries ended, beside the entries: an index that knows the end of an entry makes every index
-- of the board written anew when one ends. Without it the entry's page alone is written.
create table ended_entries (
  repository_id   bigint not null,
  window_name     text not null,
  gen_to          bigint not null,
  contributor_id  bigint not null,
  gen_from        bigint not null
);
create index ended_entries_in_order on ended_entries (repository_id, window_name, gen_to);

-- By the database itself: a copy of the version before, which runs beside this one while it is
-- replaced, ends entries, too.
-- With its own path: it is there for whoever writes the table, from wherever.
create function note_ended_entries() returns trigger language plpgsql
  set search_path from current as $$
begin
  insert into ended_entries
  select repository_id, window_name, gen_to, contributor_id, gen_from from changed
  where gen_to < 9223372036854775807;
  return null;
end $$;
create trigger board_entries_end after update on board_entries
  referencing new table as changed for each statement execute function note_ended_entries();

insert into ended_entries
select repository_id, window_name, gen_to, contributor_id, gen_from from board_entries
where gen_to < 9223372036854775807;
drop index board_entries_ended;

-- Room on each page for the entry that ended.
alter table board_entries set (fillfactor = 85);
