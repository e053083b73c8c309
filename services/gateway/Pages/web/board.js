// The leaderboard: global, or of one repository.
import { call, query, repositoryPath } from "/api.js";
import { h, replace } from "/dom.js";
import { BOTS, COUNTERS, WINDOWS, ago, count, score } from "/format.js";
import { isKept, otherDays } from "/windows.js";
import {
  choice, coverageBand, empty, failure, legend, loading, movement, person, splitBar,
} from "/parts.js";

const PAGE_SIZE = 50;

export async function board(main, { rest, parameters, signal, go }) {
  const scope = rest.length >= 2 ? `${rest[0]}/${rest[1]}` : "";
  const view = {
    scope,
    window: parameters.get("window") ?? "all",
    bots: parameters.get("bots") ?? "exclude",
    page: parameters.get("page") ?? "1",
    q: parameters.get("q") ?? "",
  };
  const body = h("div", { ariaBusy: "true" }, loading("the board"));
  replace(main, heading(view), controls(view, go, signal), body);
  try {
    const [page, formulas, tracked] = await Promise.all([
      call(path(view) + query({
        window: view.window, bots: view.bots, page: view.page, page_size: PAGE_SIZE, q: view.q,
      }), { signal }),
      call("/config/scoring", { signal }),
      call(`/repositories${query({ page_size: 100 })}`, { signal }),
    ]);
    fillScopes(main, tracked.repositories, view);
    const active = formulas.formulas.find((formula) => formula.active);
    replace(body, table(page, view, active?.weights ?? {}, go));
    body.ariaBusy = "false";
  } catch (problem) {
    if (problem.name === "AbortError") return;
    replace(body, problem.code === "repository_not_found"
      ? empty(`${scope} is not tracked`,
        h("p", {}, "Add it on the page ", h("a", { href: "#/repositories" }, "Repositories"), "."))
      : failure(problem, () => board(main, { rest, parameters, signal, go })));
  }
}

function path(view) {
  return view.scope === "" ? "/leaderboard/global" : `/leaderboard/${repositoryPath(view.scope)}`;
}

function heading(view) {
  return h("div", { className: "heading" },
    h("h1", {}, view.scope === "" ? "Global leaderboard" : view.scope),
    view.scope !== "" && h("a", { href: `#/coverage/${repositoryPath(view.scope)}` }, "Coverage"),
    h("a", { href: `#/compare${query({ repositories: view.scope })}` }, "Compare"),
    h("label", { className: "scope" }, h("span", { className: "hidden" }, "Board"),
      h("select", {
        id: "scope",
        onchange: (event) => {
          const name = event.target.value;
          location.hash = name === "" ? "#/board" : `#/board/${repositoryPath(name)}`;
        },
      }, h("option", { value: view.scope }, view.scope === "" ? "All repositories" : view.scope))));
}

function fillScopes(main, repositories, view) {
  const select = main.querySelector("#scope");
  if (!select) return;
  const names = ["", ...repositories.map((repository) => repository.full_name)];
  if (!names.includes(view.scope)) names.push(view.scope);
  replace(select, names.map((name) => h("option", { value: name, selected: name === view.scope },
    name === "" ? "All repositories" : name)));
}

function controls(view, go, signal) {
  let waiting;
  signal.addEventListener("abort", () => clearTimeout(waiting));
  const search = h("input", {
    type: "search", id: "search", value: view.q, placeholder: "Search a login",
    ariaLabel: "Search a login", maxLength: 39, autocomplete: "off", spellcheck: false,
    oninput: (event) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => go({ q: event.target.value.trim(), page: "" }), 250);
    },
  });
  return h("div", { className: "controls" },
    choice("Window", WINDOWS, view.window, (window) => go({ window, page: "" })),
    otherDays(view.window, (window) => go({ window, page: "" })),
    choice("Bots", BOTS, view.bots, (bots) => go({ bots, page: "" })),
    search);
}

function table(page, view, weights, go) {
  const { board: about, entries } = page;
  if (page.total === 0) {
    return [coverageBand(about.coverage), view.q !== ""
      ? empty("Nobody by that name stands on this board")
      : empty("Nobody stands on this board yet",
        h("p", {}, "A board fills when a repository is scraped; see ",
          h("a", { href: "#/jobs" }, "Jobs"), "."))];
  }
  const highest = Math.max(...entries.map((entry) => entry.total_score));
  return [
    coverageBand(about.coverage),
    legend(),
    h("table", { className: "board" },
      h("caption", {}, caption(about, page.total)),
      h("thead", {}, h("tr", {},
        h("th", { scope: "col", className: "number" }, "Rank"),
        h("th", { scope: "col" }, h("span", { className: "hidden" }, "Movement")),
        h("th", { scope: "col" }, "Contributor"),
        h("th", { scope: "col", className: "number" }, "Score"),
        h("th", { scope: "col", className: "wide" }, "Made of"))),
      h("tbody", {}, entries.map((entry) => row(entry, highest, weights, isKept(view.window))))),
    pager(page, go),
    h("p", { className: "exports" }, "This board as ",
      ["csv", "jsonl"].map((form, index) => [index > 0 ? " or " : "",
        h("a", { href: `/api/v1${path(view)}.${form}${query({ window: view.window, bots: view.bots })}` },
          form.toUpperCase())])),
  ];
}

function caption(about, total) {
  const days = about.since && about.until ? `${about.since} to ${about.until}, ` : "";
  const formula = about.formula ? `formula ${about.formula.name} v${about.formula.version}, ` : "";
  return `${count(total)} contributors, ${days}${formula}generation ${about.generation}`
    + (about.published_at ? `, published ${ago(about.published_at)}` : "");
}

function row(entry, highest, weights, hasPast) {
  const details = COUNTERS.filter(([key]) => entry.counts[key] > 0)
    .map(([key, , one, several]) =>
      `${count(entry.counts[key])} ${entry.counts[key] === 1 ? one : several}`).join(" · ");
  return h("tr", {},
    h("td", { className: "number rank" }, entry.rank),
    h("td", { className: "movement" }, hasPast && movement(entry)),
    h("td", { className: "who" }, person(entry.user),
      h("span", { className: "details" }, details)),
    h("td", { className: "number score" }, score(entry.total_score)),
    h("td", { className: "made" }, splitBar(entry, highest, weights)));
}

function pager(page, go) {
  const last = Math.max(1, Math.ceil(page.total / page.page_size));
  if (last === 1) return null;
  const step = (label, to, allowed) => h("button", {
    type: "button", disabled: !allowed, onclick: () => go({ page: String(to) }),
  }, label);
  const first = (page.page - 1) * page.page_size + 1;
  return h("nav", { className: "pager", ariaLabel: "Pages" },
    step("Previous", page.page - 1, page.page > 1),
    h("span", {}, `${count(first)} to ${count(first + page.entries.length - 1)} of ${count(page.total)}`),
    step("Next", page.page + 1, page.page < last));
}
