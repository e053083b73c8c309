-- The number of a repository by its name in lower case, as its newest event of some days has it.
-- Columns read: repo.id, repo.name, created_at.
select repo.id as repository_id, repo.name as repository_name, max(created_at) as seen_at
from `githubarchive.day.20*`
where _TABLE_SUFFIX between @first_table and @last_table
  and lower(repo.name) = @repository_name and repo.id > 0
group by 1, 2
order by 3 desc
limit 1
