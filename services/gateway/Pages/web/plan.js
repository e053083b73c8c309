// What a scrape takes of which source, and why: before it starts, and on its job.
import { h } from "/dom.js";
import { bytes, count, dollars } from "/format.js";
import { stackedTable } from "/parts.js";

// A plan is a list of sentences, or figures with every source that was considered.
export function planView(plan) {
  if (!plan) return null;
  if (Array.isArray(plan)) {
    if (plan.length === 0) return null;
    return h("ul", { className: "plan" }, plan.map((line) => h("li", {}, line)));
  }
  return h("div", { className: "plan" }, figures(plan), verdict(plan), sources(plan));
}

function figures(plan) {
  const rows = [
    ["Days to read", `${count(plan.days_missing)} of ${count(plan.days_asked)}`],
    ["Source", plan.source ?? "none"], ["Requests", count(plan.requests)],
    ["Reads", bytes(plan.bytes)], ["Costs", dollars(plan.usd)],
  ];
  return h("dl", { className: "counters" }, rows.map(([label, value]) =>
    h("div", {}, h("dt", {}, label), h("dd", {}, value))));
}

function verdict(plan) {
  if (!plan.allowed) {
    return h("p", { className: "coverage none" }, h("strong", {}, "It cannot start: "),
      plan.refusal ?? plan.reason ?? "the source refuses it", ".");
  }
  if (plan.days_missing === 0) return h("p", {}, "Every day of this range was read already.");
  return h("p", {}, `From ${plan.source}: ${plan.reason}.`,
    plan.usd > 0 ? " The budget allows it." : " It costs nothing.");
}

function sources(plan) {
  const list = plan.considered ?? [];
  if (list.length === 0) return null;
  return stackedTable("Sources that were considered",
    ["Source", "Requests", "Reads", "Costs", "Why"], [1, 2, 3], list.map((cost) => [
      [cost.source, cost.source === plan.source && h("span", { className: "tag" }, "taken")],
      ...(cost.usable ? [count(cost.requests), bytes(cost.bytes), dollars(cost.usd)]
        : ["–", "–", "–"]),
      cost.reason,
    ]));
}
