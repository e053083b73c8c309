// One person: ranks, activity over time, share per repository, and why the score is what it is.
import { call, query } from "/api.js";
import { h, replace, svg } from "/dom.js";
import { COUNTERS, WINDOWS, count, score } from "/format.js";
import { choice, countersTable, empty, face, failure, loading } from "/parts.js";
import { accounts, putBack } from "/people.js";
import { why } from "/why.js";

export async function contributor(main, { rest, parameters, signal, go }) {
  const name = rest[0] ?? "";
  const window = parameters.get("window") ?? "all";
  const again = () => contributor(main, { rest, parameters, signal, go });
  replace(main, loading(name));
  const base = `/contributors/${encodeURIComponent(name)}`;
  try {
    const [person, explained, activity, { formulas }] = await Promise.all([
      call(base + query({ window }), { signal }),
      call(`${base}/explain${query({ window })}`, { signal }),
      call(`${base}/activity${query({ group: "week" })}`, { signal }),
      call("/config/scoring", { signal }),
    ]);
    document.title = `${person.user.username} · Tally`;
    replace(main, header(person),
      choice("Window", WINDOWS, window, (value) => go({ window: value })),
      ranks(person), section("What was counted", countersTable(person.counts)),
      section("Activity by week", chart(activity.points)),
      section("Share per repository", shares(person)),
      section("Why this score", why(explained, person, formulas)),
      section("Accounts", accounts(person, again)));
  } catch (problem) {
    if (problem.name === "AbortError") return;
    replace(main, problem.status === 404
      ? empty(`Nobody called ${name} is on the boards`,
        h("p", {}, "A name that nobody bears looks the same as a person who was taken off."),
        putBack(name, again))
      : failure(problem, again));
  }
}

function header(person) {
  const { user } = person;
  return h("div", { className: "heading profile" }, face(user),
    h("div", {},
      h("h1", {}, user.username, user.is_bot && h("span", { className: "tag" }, "bot")),
      user.profile_url && h("a", { href: user.profile_url, rel: "noopener noreferrer" },
        "Profile on GitHub")),
    h("p", { className: "total" }, h("strong", {}, score(person.total_score)), " points"));
}

function section(title, content) {
  return h("section", {}, h("h2", {}, title), content);
}

function ranks(person) {
  const list = person.ranks ?? [];
  if (list.length === 0) {
    return h("p", { className: "coverage" }, "On no board in this window.");
  }
  return h("ul", { className: "cards" }, list.map((rank) => h("li", {},
    h("span", { className: "label" }, rank.repository ?? "Global"),
    h("strong", {}, `#${count(rank.rank)}`),
    h("span", { className: "label" }, `of ${count(rank.total)} · ${score(rank.total_score)}`))));
}

// Bars of everything counted per week, lines left out: they would dwarf the rest.
function chart(points) {
  if (!points || points.length === 0) return h("p", {}, "No activity was counted.");
  const amounts = points.map((point) => COUNTERS.reduce((sum, [key]) =>
    key.startsWith("lines_") ? sum : sum + (point.counts[key] ?? 0), 0));
  const first = Date.parse(points[0].day);
  const week = 7 * 86400000;
  const slots = Math.round((Date.parse(points.at(-1).day) - first) / week) + 1;
  const width = Math.max(slots, 12) * 10;
  const highest = Math.max(...amounts, 1);
  const bars = points.map((point, index) => {
    const height = (90 * amounts[index]) / highest;
    const x = Math.round((Date.parse(point.day) - first) / week) * 10;
    return svg("rect", { x, y: 95 - height, width: 8, height, rx: 1.5 },
      svg("title", {}, `week of ${point.day}: ${count(amounts[index])}`));
  });
  return h("figure", { className: "chart" },
    svg("svg", {
      viewBox: `0 0 ${width} 100`, preserveAspectRatio: "none", role: "img",
      "aria-label": `Activity from ${points[0].day} to ${points.at(-1).day}, `
        + `at most ${count(highest)} a week`,
    }, bars, svg("path", { d: `M0 96H${width}`, class: "axis" })),
    h("figcaption", {}, h("span", {}, points[0].day),
      h("span", {}, `most in a week: ${count(highest)}`), h("span", {}, points.at(-1).day)));
}

function shares(person) {
  const list = person.repositories ?? [];
  if (list.length === 0) return h("p", {}, "None in this window.");
  const highest = Math.max(...list.map((item) => item.total_score));
  return h("ul", { className: "shares" }, list.map((item) => h("li", {},
    h("a", { href: `#/board/${item.repository}` }, item.repository),
    h("span", { className: "bar" }, h("span", {
      className: "part commits", style: { width: `${(100 * item.total_score) / (highest || 1)}%` },
    })),
    h("span", { className: "number" }, score(item.total_score)))));
}
