-- One index of the scores instead of two: the key with people before repositories finds somebody's
-- scores, too, and numbers are compared before names of windows. A copy of the version before, which
-- runs beside this one while it is replaced, names the columns of the key and not their order.
create unique index scores_key on scores
  (formula_version, contributor_id, repository_id, window_name);
alter table scores drop constraint scores_pkey,
  add constraint scores_key primary key using index scores_key;
drop index scores_by_person;

-- The sequence staged_scores serves that version alone, and goes with a later step.
