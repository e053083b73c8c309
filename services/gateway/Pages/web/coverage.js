// How complete the days of one repository are: a calendar, and the same in words.
import { call, query, repositoryPath } from "/api.js";
import { field } from "/dialog.js";
import { h, replace } from "/dom.js";
import { COUNTERS, count, reasonInWords } from "/format.js";
import { cellOf, heatmap, itemsTable, levelLegend } from "/heatmap.js";
import { coverageBand, empty, failure, loading } from "/parts.js";

export async function coverage(main, context) {
  const { rest, parameters, signal, go, note } = context;
  const name = rest.slice(0, 2).join("/");
  const asked = { since: parameters.get("since") ?? "", until: parameters.get("until") ?? "" };
  const body = h("div", {}, loading("the days"));
  replace(main, h("div", { className: "heading" }, h("h1", {}, `Coverage of ${name}`),
    h("a", { href: `#/board/${repositoryPath(name)}` }, "Leaderboard")), body);
  try {
    const answer = await call(`/repositories/${repositoryPath(name)}/coverage${query(asked)}`,
      { signal });
    const days = h("div");
    const show = (counter) => replace(days, answer.summary?.status === "none"
      ? empty("Nothing was read yet", h("p", {}, "Days appear as soon as a scrape has read them."))
      : view(answer, counter));
    const first = parameters.get("counter") ?? "";
    show(first);
    replace(body, coverageBand(answer.summary), controls(answer, first, go, (counter) => {
      note({ counter });
      show(counter);
    }), days);
  } catch (problem) {
    if (problem.name === "AbortError") return;
    replace(body, problem.code === "repository_not_found"
      ? empty(`${name} is not tracked`, h("a", { href: "#/repositories" }, "Repositories"))
      : [failure(problem, () => coverage(main, context)),
        h("button", { type: "button", onclick: () => go({ since: "", until: "" }) }, "All days")]);
  }
}

function controls(answer, counter, go, change) {
  return h("form", {
    className: "add", ariaLabel: "Days and counter",
    onsubmit: (event) => {
      event.preventDefault();
      go(Object.fromEntries(new FormData(event.target)));
    },
  }, h("label", {}, h("span", {}, "Counter"),
    h("select", {
      id: "counter", name: "counter",
      onchange: (event) => change(event.target.value),
    }, [["", "All counters"], ...COUNTERS].map(([key, label]) =>
      h("option", { value: key, selected: key === counter }, label)))),
  field("since", "From", { type: "date", value: answer.since }),
  field("until", "To", { type: "date", value: answer.until }),
  h("button", { type: "submit" }, "Show"));
}

function view(answer, counter) {
  const details = h("div", { className: "day-details", ariaLive: "polite" },
    h("p", {}, "Point at a day, or move to one with the arrow keys, to see its numbers."));
  return [
    levelLegend(),
    heatmap(answer.days, counter, (day) => replace(details, dayDetails(day, counter))),
    details,
    h("section", {}, h("h2", {}, "In words"), inWords(answer.days, counter)),
    h("section", {}, h("h2", {}, "Counters"),
      itemsTable(`${answer.since} to ${answer.until}`, answer.totals)),
  ];
}

function dayDetails(day, counter) {
  const items = counter === "" ? day.items : day.items.filter((item) => item.item === counter);
  return [
    h("p", {}, h("strong", {}, day.day), `: ${cellOf(day, counter).words}.`),
    items.length > 0 && itemsTable("What was counted on this day", items),
  ];
}

// Days after one another of which the same is to be said are one line.
function inWords(days, counter) {
  const runs = [];
  for (const day of days) {
    const item = day.items.find((one) => one.item === counter);
    const reasons = counter === "" || day.reasons.includes("days_not_read")
      ? day.reasons : [item?.reason].filter(Boolean);
    const key = reasons.join();
    if (runs.at(-1)?.key === key) runs.at(-1).days.push(day.day);
    else runs.push({ key, reasons, days: [day.day] });
  }
  const gaps = runs.filter((run) => run.reasons.length > 0);
  if (gaps.length === 0) return h("p", {}, "Nothing is known or suspected to be missing.");
  return h("ul", { className: "gaps" }, gaps.map((run) => h("li", {},
    h("strong", {}, run.days.length === 1 ? run.days[0] : `${run.days[0]} to ${run.days.at(-1)}`),
    run.days.length > 1 && ` (${count(run.days.length)} days)`,
    `: ${run.reasons.map(reasonInWords).join("; ")}.`)));
}
