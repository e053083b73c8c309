-- A random word for each transaction that gives out numbers of the feed. A follower names the one
-- that it applied last: a feed that was restored from an old backup and wrote on has given the same
-- numbers out again, but never the same word.
create table feed_marks (
  change  bigint primary key,
  word    text not null default gen_random_uuid()::text
);
insert into feed_marks (change) select last_change from score_feed where last_change > 0;
-- With its own path: it is there for whoever writes the table, from wherever.
create function mark_feed() returns trigger language plpgsql
  set search_path from current as $$
begin
  insert into feed_marks (change) values (new.last_change);
  return null;
end $$;
create trigger mark_feed after update of last_change on score_feed
  for each row when (new.last_change > old.last_change) execute function mark_feed();

-- What proves that the activity feed is the one that the cursor was read from.
alter table cursors add column proof text not null default '';
