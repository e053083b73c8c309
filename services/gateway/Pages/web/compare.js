// Boards side by side, and who stands on more than one of them.
import { call, query, repositoryPath } from "/api.js";
import { focusKeeper, h, replace } from "/dom.js";
import { BOTS, WINDOWS, count, score } from "/format.js";
import { choice, empty, failure, loading, person } from "/parts.js";

const MOST = 10;

export async function compare(main, context) {
  const { parameters, signal, go } = context;
  const names = (parameters.get("repositories") ?? "").split(",").filter(Boolean);
  const view = { window: parameters.get("window") ?? "all", bots: parameters.get("bots") ?? "exclude" };
  const keepFocus = focusKeeper();
  const body = h("div", {}, loading("the repositories"));
  replace(main, h("div", { className: "heading" }, h("h1", {}, "Boards side by side")),
    h("div", { className: "controls" },
      choice("Window", WINDOWS, view.window, (window) => go({ window })),
      choice("Bots", BOTS, view.bots, (bots) => go({ bots }))), body);
  try {
    const tracked = await call(`/repositories${query({ page_size: 100 })}`, { signal });
    const answer = names.length < 2 ? null : await call(
      `/leaderboard/compare${query({ repositories: names.join(","), ...view })}`, { signal });
    const all = new Set([...names, ...tracked.repositories.map((one) => one.full_name)]);
    replace(body, chooser([...all], names, go), answer
      ? [boards(answer), shared(answer)]
      : empty("Choose two repositories or more"));
    keepFocus();
  } catch (problem) {
    if (problem.name === "AbortError") return;
    replace(body, failure(problem, () => compare(main, context)));
  }
}

function chooser(all, chosen, go) {
  const toggle = (name, isIn) => go({
    repositories: (isIn ? [...chosen, name] : chosen.filter((one) => one !== name)).join(","),
  });
  return h("fieldset", { className: "chooser" }, h("legend", {}, `Repositories, at most ${MOST}`),
    all.map((name) => h("label", {}, h("input", {
      type: "checkbox", id: `compare-${name}`, checked: chosen.includes(name),
      disabled: !chosen.includes(name) && chosen.length >= MOST,
      onchange: (event) => toggle(name, event.target.checked),
    }), name)));
}

function boards(answer) {
  return h("div", { className: "columns" }, answer.boards.map(({ board, entries, total }) =>
    h("section", {}, h("h2", {},
      h("a", { href: `#/board/${repositoryPath(board.repository)}` }, board.repository)),
    entries.length === 0 ? h("p", {}, "Nobody in this window.")
      : h("table", { className: "terms" },
        h("caption", {}, `The first ${count(entries.length)} of ${count(total)}`),
        h("thead", {}, heads(["Rank", "Contributor", "Score"])),
        h("tbody", {}, entries.map((entry) => h("tr", {},
          h("td", { className: "number" }, entry.rank), h("td", {}, person(entry.user)),
          h("td", { className: "number" }, score(entry.total_score)))))))));
}

const heads = (texts) => h("tr", {}, texts.map((text) =>
  h("th", { scope: "col", className: text === "Contributor" ? "" : "number" }, text)));

function shared(answer) {
  const names = answer.boards.map(({ board }) => board.repository);
  return h("section", {}, h("h2", {}, "On more than one of them"),
    answer.shared.length === 0 ? h("p", {}, "Nobody.") : h("div", { className: "wide" },
      h("table", { className: "terms" },
        h("caption", {}, `${count(answer.shared.length)} of ${count(answer.shared_total)}: rank and score`),
        h("thead", {}, heads(["Contributor", ...names])),
        h("tbody", {}, answer.shared.map((one) => h("tr", {},
          h("td", {}, person(one.user)), names.map((name) => place(one, name))))))));
}

function place(one, name) {
  const found = one.places.find((entry) => entry.repository === name);
  return h("td", { className: "number" },
    found ? `#${count(found.rank)} · ${score(found.total_score)}` : "–");
}
