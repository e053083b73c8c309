-- A repository that was removed is a tombstone in the feed. One that is tracked again keeps the
-- number that it was removed under: a follower that has not come that far must forget what was
-- there before, or it would add the former days to the new ones.
alter table repositories add column removed_change bigint unique;
