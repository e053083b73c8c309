-- What proves that the score feed is the one that the cursor was read from.
alter table positions add column proof text not null default '';
