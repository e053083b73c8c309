// Why a score is what it is: a table of every term that adds up exactly.
import { repositoryPath } from "/api.js";
import { h } from "/dom.js";
import { COUNTERS, count, score } from "/format.js";
import { itemsOnGitHub } from "/github.js";

export function why(explained, person, formulas) {
  if (explained.absent_because) return h("p", {}, `${explained.absent_because}.`);
  const { formula, repositories } = explained;
  const weights = formulas.find((one) =>
    one.name === formula.name && one.version === formula.version)?.weights;
  const sum = repositories.map((one) => score(one.total_score)).join(" + ");
  return [
    h("p", {}, "Formula ", h("a", { href: "#/formula" }, `${formula.name} version ${formula.version}`),
      explained.since && `, ${explained.since} to ${explained.until}`, "."),
    repositories.map((repository) => table(repository, explained, lines(repository, person, weights))),
    repositories.length > 1 && h("p", { className: "sum" },
      `Together ${sum} = `, h("strong", {}, `${score(explained.total_score)} points`), "."),
  ];
}

function table(repository, explained, lineRows) {
  const { user } = explained;
  const heads = ["Counted", "How many", "Points each", "Points"];
  const link = (counter) => user.id > 0
    && itemsOnGitHub(repository.repository, counter, user.username, explained);
  return h("table", { className: "terms" },
    h("caption", {}, repository.repository, " · ",
      h("a", { href: `#/coverage/${repositoryPath(repository.repository)}` }, "how complete it is")),
    h("thead", {}, h("tr", {}, heads.map((text, index) =>
      h("th", { scope: "col", className: index > 0 ? "number" : "" }, text)))),
    h("tbody", {}, [...repository.terms, ...lineRows].map((term) => row(term, link(term.counter)))),
    h("tfoot", {}, h("tr", {}, h("th", { scope: "row", colSpan: 3 }, "Score"),
      h("td", { className: "number" }, score(repository.total_score)))));
}

const labels = Object.fromEntries(COUNTERS);

function row(term, link) {
  const label = labels[term.counter] ?? term.label;
  const shown = link && term.count > 0
    ? h("a", { href: link, rel: "noopener noreferrer", title: `${label} on GitHub` }, label) : label;
  const numbers = term.count === undefined ? ["", ""] : [count(term.count), score(term.weight)];
  return h("tr", {}, h("th", { scope: "row" }, shown),
    [...numbers, score(term.points)].map((text) => h("td", { className: "number" }, text)));
}

// Lines are terms, too; what the cap takes away is a row of its own. Where the counters were read
// at another moment than the explanation, the bonus stands alone.
function lines(repository, person, weights) {
  const { line_bonus_before_cap: before, line_bonus: bonus } = repository;
  const counts = person.repositories.find((one) =>
    one.repository_id === repository.repository_id)?.counts;
  const rows = ["lines_added", "lines_deleted"].map((counter) => ({
    counter, count: counts?.[counter] ?? 0, weight: weights?.[counter] ?? 0,
    points: thousandths(counts?.[counter] ?? 0, weights?.[counter] ?? 0) / 1000,
  }));
  const sum = rows.reduce((total, one) => total + Math.round(one.points * 1000), 0);
  if (sum !== Math.round(before * 1000)) {
    return [{ label: before > bonus ? `Lines, ${score(before)} before the cap` : "Lines", points: bonus }];
  }
  const cut = Math.round((bonus - before) * 1000) / 1000;
  return cut < 0 ? [...rows, { label: "Cap on lines", points: cut }] : rows;
}

const thousandths = (amount, weight) => amount * Math.round(weight * 1000);
