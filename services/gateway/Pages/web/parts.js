// Pieces that several pages share.
import { h, svg } from "/dom.js";
import { COUNTERS, count, reasonInWords } from "/format.js";

export function loading(what) {
  return h("p", { className: "state", role: "status" }, h("span", { className: "spinner" }),
    `Loading ${what}…`);
}

export function empty(title, ...more) {
  return h("div", { className: "state empty" }, h("h2", {}, title), ...more);
}

// A problem, and when it is worth trying again.
export function inWords(problem) {
  const seconds = Number(problem.retryAfter);
  if (!(seconds > 1)) return problem.message;
  return `${problem.message.replace(/\.?$/, ".")} Worth another try in ${seconds} seconds.`;
}

export function failure(problem, again) {
  const away = problem.status === 0 || problem.status === 503;
  return h("div", { className: "state error", role: "alert" },
    h("h2", {}, away ? "A service is away" : "That did not work"),
    h("p", {}, inWords(problem)),
    again && h("button", { type: "button", onclick: again }, "Try again"));
}

// A face without a request to another host: initials on a colour that follows from the name.
export function face(user) {
  const name = user.username ?? "?";
  let hash = 7;
  for (const letter of name) hash = (hash * 31 + letter.codePointAt(0)) % 360;
  const initials = name.replace(/[^A-Za-z0-9]/g, "").slice(0, 2).toUpperCase() || "?";
  return svg("svg", { viewBox: "0 0 32 32", class: "face", "aria-hidden": "true" },
    svg("circle", { cx: 16, cy: 16, r: 16, fill: `hsl(${hash} 45% 42%)` }),
    svg("text", { x: 16, y: 21, "text-anchor": "middle", fill: "#fff", "font-size": 13 },
      initials));
}

export function person(user) {
  return h("span", { className: "person" }, face(user),
    h("a", { href: `#/contributor/${encodeURIComponent(user.username)}` }, user.username),
    user.is_bot && h("span", { className: "tag" }, "bot"));
}

export function movement(entry) {
  if (!entry.previous_rank) {
    return h("span", { className: "move new", title: "new on this board" }, "new");
  }
  const up = entry.previous_rank - entry.rank;
  if (up === 0) return h("span", { className: "move", title: "unchanged" }, "–");
  const words = `${up > 0 ? "up" : "down"} ${Math.abs(up)} from rank ${entry.previous_rank}`;
  return h("span", { className: up > 0 ? "move up" : "move down", title: words },
    h("span", { "aria-hidden": "true" }, up > 0 ? "▲" : "▼"), ` ${Math.abs(up)}`,
    h("span", { className: "hidden" }, words));
}

// Points per kind of contribution, for the split bar. The cap on the line bonus is applied by
// the service; what is left of the score after the other kinds is the line bonus.
const KINDS = [
  ["commits", "commits", ["commits"]],
  ["prs", "pull requests", ["prs_opened", "prs_merged"]],
  ["reviews", "reviews", ["prs_reviewed"]],
  ["issues", "issues", ["issues_opened", "issues_closed"]],
  ["comments", "comments", ["comments"]],
  ["releases", "releases", ["releases"]],
];

export function kinds(entry, weights) {
  const split = KINDS.map(([key, label, counters]) => ({
    key,
    label,
    points: counters.reduce((sum, counter) =>
      sum + (entry.counts[counter] ?? 0) * (weights[counter] ?? 0), 0),
  }));
  const known = split.reduce((sum, part) => sum + part.points, 0);
  const lines = Math.max(0, Math.round((entry.total_score - known) * 1000) / 1000);
  return [...split, { key: "lines", label: "lines", points: lines }];
}

export function splitBar(entry, highest, weights) {
  const parts = kinds(entry, weights).filter((part) => part.points > 0);
  const words = parts.map((part) => `${part.label} ${count(part.points)}`).join(", ");
  return h("span", { className: "bar", role: "img", ariaLabel: words, title: words },
    parts.map((part) => h("span", {
      className: `part ${part.key}`,
      style: { width: `${highest > 0 ? (100 * part.points) / highest : 0}%` },
    })));
}

export function legend() {
  return h("ul", { className: "legend", ariaLabel: "Colours of the score bar" },
    [...KINDS.map(([key, label]) => [key, label]), ["lines", "lines"]].map(([key, label]) =>
      h("li", {}, h("span", { className: `swatch part ${key}` }), label)));
}

export function coverageBand(coverage) {
  if (!coverage || !coverage.status) return null;
  if (coverage.status === "complete" && (coverage.reasons ?? []).length === 0) {
    return h("p", { className: "coverage complete" }, "Every hour of this range was read.");
  }
  const reasons = (coverage.reasons ?? []).map(reasonInWords);
  const percent = Number.isFinite(coverage.percent)
    ? `${Math.round(coverage.percent * 10) / 10} % of the days asked for are complete`
    : "Incomplete";
  return h("p", { className: `coverage ${coverage.status}`, role: "note" },
    h("strong", {}, coverage.status === "none" ? "Nothing was read yet. " : "What is missing: "),
    reasons.length > 0 ? `${reasons.join("; ")}. ` : "", `${percent}.`);
}

export function countersTable(counts) {
  return h("dl", { className: "counters" }, COUNTERS.map(([key, label]) =>
    h("div", {}, h("dt", {}, label), h("dd", {}, count(counts[key])))));
}

// A table whose rows become cards where the page is narrow. `numbers` are the columns of figures.
export function stackedTable(caption, heads, numbers, rows) {
  const kind = (index) => (numbers.includes(index) ? "number" : "");
  return h("table", { className: "terms stacked" }, h("caption", {}, caption),
    h("thead", {}, h("tr", {}, heads.map((text, index) =>
      h("th", { scope: "col", className: kind(index) }, text)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, index) => (index === 0
      ? h("th", { scope: "row" }, cell)
      : h("td", { className: kind(index), "data-label": heads[index] }, cell)))))));
}

export function choice(label, options, value, change) {
  return h("div", { className: "choice", role: "group", ariaLabel: label },
    options.map(([key, text]) => h("button", {
      type: "button",
      id: `choice-${label.toLowerCase().replaceAll(" ", "-")}-${key}`,
      "aria-pressed": String(key === value),
      onclick: () => change(key),
    }, text)));
}

let toastTimer;
export function toast(text) {
  const box = document.getElementById("toast");
  box.textContent = text;
  box.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => box.classList.remove("shown"), 6000);
}
