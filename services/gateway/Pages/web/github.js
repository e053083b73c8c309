// Where GitHub itself shows what a term of a score counts.

// The address of the items of a counter, or null where GitHub has no search for them. `days` has
// `since` and `until`, or nothing for all of them.
export function itemsOnGitHub(repository, counter, login, days) {
  const author = login.endsWith("[bot]") ? `app/${login.slice(0, -5)}` : login;
  const base = `https://github.com/${repository}`;
  if (counter === "commits") {
    const search = new URLSearchParams({ author: login });
    if (days.since) search.set("since", days.since);
    if (days.until) search.set("until", days.until);
    return `${base}/commits?${search}`;
  }
  if (counter === "releases") return `${base}/releases`;
  const [page, words, day] = SEARCHES[counter] ?? [];
  if (!page) return null;
  const range = days.since && days.until ? ` ${day}:${days.since}..${days.until}` : "";
  return `${base}/${page}?${new URLSearchParams({ q: `${words}${author}${range}` })}`;
}

// Page, search up to the login, and the qualifier of the day. Nothing finds who closed an issue.
const SEARCHES = {
  prs_opened: ["pulls", "is:pr author:", "created"],
  prs_merged: ["pulls", "is:pr is:merged author:", "merged"],
  prs_reviewed: ["pulls", "is:pr reviewed-by:", "updated"],
  issues_opened: ["issues", "is:issue author:", "created"],
  comments: ["issues", "commenter:", "updated"],
};
