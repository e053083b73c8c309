-- One index of the scores instead of two: the key with people before repositories finds somebody's
-- scores, too, and numbers are compared before names of windows. A copy of the version before, which
-- runs beside this one while it is replaced, names the columns of the key and not their order.
create unique index scores_key on scores
  (formula_id, contributor_id, repository_id, window_name);
alter table scores drop constraint scores_pkey,
  add constraint scores_key primary key using index scores_key;
drop index scores_by_person;

-- The same for the entries, whose order has an index of its own; and room on each page for most of
-- them to end there: another formula ends all, and where there is no room both indexes are written.
create unique index board_entries_key on board_entries
  (repository_id, contributor_id, window_name, gen_from);
alter table board_entries drop constraint board_entries_pkey,
  add constraint board_entries_key primary key using index board_entries_key;
alter table board_entries set (fillfactor = 60);
