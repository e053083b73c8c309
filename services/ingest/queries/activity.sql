-- What happened in some repositories on some days: one row per event, with what the counting rules
-- need of its payload and nothing more. Events of all other repositories become one row per hour,
-- which says that the hour is there; so a missing hour shows without a second pass.
--
-- The tables are read once (the text names them once), between constant bounds. Columns read:
-- type, id, created_at, repo.id, repo.name, actor.id, actor.login, payload. An event of the last
-- day may stand in the table of the day behind it, never the other way round.
with events as (
  select
    ifnull(
      repo.id in unnest(@repository_ids),
      ifnull(lower(repo.name) in unnest(@repository_names), false)) as wanted,
    type, id, created_at, repo.id as repository_id, repo.name as repository_name,
    actor.id as actor_id, actor.login as actor_login, payload
  from `githubarchive.day.20*`
  where _TABLE_SUFFIX between @first_table and @last_table
    and created_at >= @since and created_at < @until
)
select
  wanted,
  if(wanted, created_at, timestamp_trunc(created_at, hour)) as created_at,
  if(wanted, type, null) as type,
  if(wanted, id, null) as id,
  if(wanted, repository_id, null) as repository_id,
  if(wanted, repository_name, null) as repository_name,
  if(wanted, actor_id, null) as actor_id,
  if(wanted, actor_login, null) as actor_login,
  if(wanted and type in (
    'PullRequestEvent', 'PullRequestReviewEvent', 'IssuesEvent', 'IssueCommentEvent',
    'CommitCommentEvent', 'PullRequestReviewCommentEvent', 'ReleaseEvent'),
    json_value(payload, '$.action'), null) as action,
  if(wanted and type = 'PushEvent',
    safe_cast(json_value(payload, '$.size') as int64), null) as size,
  if(wanted and type = 'PushEvent',
    safe_cast(json_value(payload, '$.distinct_size') as int64), null) as distinct_size,
  if(wanted and type in ('PullRequestEvent', 'PullRequestReviewEvent'),
    ifnull(
      safe_cast(json_value(payload, '$.pull_request.number') as int64),
      safe_cast(json_value(payload, '$.number') as int64)), null) as number,
  if(wanted and type = 'PullRequestEvent',
    json_value(payload, '$.pull_request.merged'), null) as merged,
  if(wanted and type = 'PullRequestEvent',
    safe_cast(json_value(payload, '$.pull_request.additions') as int64), null) as additions,
  if(wanted and type = 'PullRequestEvent',
    safe_cast(json_value(payload, '$.pull_request.deletions') as int64), null) as deletions,
  if(wanted and type in ('PullRequestEvent', 'PullRequestReviewEvent'),
    safe_cast(json_value(payload, '$.pull_request.user.id') as int64), null) as author_id,
  if(wanted and type in ('PullRequestEvent', 'PullRequestReviewEvent'),
    json_value(payload, '$.pull_request.user.login'), null) as author_login,
  if(wanted and type in ('PullRequestEvent', 'PullRequestReviewEvent'),
    json_value(payload, '$.pull_request.user.type'), null) as author_type,
  count(*) as events
from events
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18
order by 2, 1, 3, 4
