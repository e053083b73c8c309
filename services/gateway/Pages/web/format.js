// Numbers, days and names as people read them.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const points = new Intl.NumberFormat("en", { minimumFractionDigits: 0, maximumFractionDigits: 3 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export const count = (value) => whole.format(value ?? 0);
export const score = (value) => points.format(value ?? 0);
export const compact = (value) => short.format(value ?? 0);

const money = new Intl.NumberFormat("en", {
  style: "currency", currency: "USD", minimumFractionDigits: 2, maximumFractionDigits: 6,
});

export const dollars = (value) => money.format(value ?? 0);

// At most one decimal, and never rounded up to what is not there.
export const percent = (value) => `${Math.floor(value * 10) / 10} %`;

export function bytes(value) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let size = value ?? 0;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) { size /= 1024; unit += 1; }
  return `${size >= 100 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

export function moment(text) {
  if (!text) return "";
  return `${text.slice(0, 10)} ${text.slice(11, 19)} UTC`;
}

export function ago(text, now = Date.now()) {
  if (!text) return "";
  const seconds = Math.max(0, Math.round((now - Date.parse(text)) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} d ago`;
}

// Key, heading, one of them, several.
export const COUNTERS = [
  ["commits", "Commits", "commit", "commits"],
  ["prs_opened", "Pull requests opened", "pull request opened", "pull requests opened"],
  ["prs_merged", "Pull requests merged", "pull request merged", "pull requests merged"],
  ["prs_reviewed", "Reviews", "review", "reviews"],
  ["issues_opened", "Issues opened", "issue opened", "issues opened"],
  ["issues_closed", "Issues closed", "issue closed", "issues closed"],
  ["comments", "Comments", "comment", "comments"],
  ["releases", "Releases", "release", "releases"],
  ["lines_added", "Lines added", "line added", "lines added"],
  ["lines_deleted", "Lines deleted", "line deleted", "lines deleted"],
];

export const WINDOWS = [
  ["all", "All time"],
  ["730d", "2 years"],
  ["365d", "1 year"],
  ["90d", "90 days"],
  ["30d", "30 days"],
  ["7d", "7 days"],
];

export const BOTS = [["exclude", "No bots"], ["include", "With bots"], ["only", "Only bots"]];

// What the coverage reasons of the ingest service mean, in words.
const REASONS = {
  hours_missing: "some hours are not in the archive",
  hours_damaged: "some hours could not be read to their end",
  hours_not_published: "some hours were not published yet",
  days_not_read: "some days were not read yet",
  unsized_pushes: "some pushes do not say how many commits they hold",
  merges_without_author: "some merges do not say whose pull request it was",
  lines_unknown: "some merges do not say how many lines changed",
  merges_undetectable: "from 2025-10-07 to 2025-12-01 events do not tell a merge from a closing",
  archive_outage: "GH Archive is known to have lost events on some days",
  archive_lossy: "since 2025-05-23 GH Archive loses events without saying which",
  authors_unknown: "some contributions are of deleted accounts, or of none: they are nobody's",
  items_unreadable: "the source gave some items that could not be read",
  not_told_by_source: "the source cannot tell this",
};

export function reasonInWords(reason) {
  if (REASONS[reason]) return REASONS[reason];
  const dated = /^(.*)_since_(\d{4})_(\d{2})_(\d{2})$/.exec(reason);
  if (dated) {
    const what = REASONS[dated[1]] ?? dated[1].replaceAll("_", " ");
    return `${what} since ${dated[2]}-${dated[3]}-${dated[4]}`;
  }
  return reason.replaceAll("_", " ");
}
