// What a scrape takes of which source, and why: before it starts, and on its job.
import { h } from "/dom.js";
import { bytes, count, dollars } from "/format.js";
import { stackedTable } from "/parts.js";

// The sentences that a job keeps of its plan; null before there are any.
export function planLines(lines) {
  if (!lines || lines.length === 0) return null;
  return h("ul", { className: "plan" }, lines.map((line) => h("li", {}, line)));
}

export function estimateView(estimate) {
  const { legs, notes } = estimate;
  return h("div", { className: "plan" }, figures(estimate),
    estimate.allowed ? h("p", {}, verdict(estimate))
      : h("p", { className: "coverage" }, h("strong", {}, "It cannot start: "), estimate.refusal),
    planLines([...legs.map(({ source, days, reason }) =>
      `${count(days)} ${days === 1 ? "day" : "days"} from ${source}: ${reason}`), ...notes]),
    sources(estimate));
}

function figures(estimate) {
  const rows = [
    ["Days to read", `${count(estimate.days_missing)} of ${count(estimate.days_asked)}`],
    ["Requests", count(estimate.requests)], ["Reads", bytes(estimate.bytes)],
    ["Costs", dollars(estimate.usd)],
  ];
  return h("dl", { className: "counters" }, rows.map(([label, value]) =>
    h("div", {}, h("dt", {}, label), h("dd", {}, value))));
}

function verdict({ legs, notes, usd }) {
  if (legs.length > 0) return usd > 0 ? "The budget allows it." : "It costs nothing.";
  return notes.length > 0 ? "No source can read these days now."
    : "Every day of this range was read already.";
}

function sources({ considered, legs }) {
  if (considered.length === 0) return null;
  return stackedTable("Sources that were considered",
    ["Source", "Days to read", "Requests", "Reads", "Costs", "Remarks"], [1, 2, 3, 4],
    considered.map((cost) => [
      [cost.source, legs.some((leg) => leg.source === cost.source)
        && h("span", { className: "tag" }, "taken")],
      count(cost.days_missing),
      ...(cost.usable ? [count(cost.requests), bytes(cost.bytes), dollars(cost.usd)]
        : ["–", "–", "–"]),
      remark(cost),
    ]));
}

function remark(cost) {
  if (cost.refusal) return cost.refusal;
  if (cost.hours_missing > 0) return `${count(cost.hours_missing)} hours are not there`;
  return "–";
}
