// What BigQuery was paid today and this month, against its caps.
import { call } from "/api.js";
import { h, replace } from "/dom.js";
import { bytes, count, dollars } from "/format.js";

// Fills the box only where BigQuery is configured: elsewhere there is nothing to pay.
export async function showBudget(box, signal) {
  try {
    const budget = await call("/budget", { signal });
    if (budget.configured) replace(box, view(budget));
  } catch (problem) {
    if (problem.name !== "AbortError") replace(box);
  }
}

function view(budget) {
  const { queued, promised } = budget;
  return h("section", { className: "budget", ariaLabel: "BigQuery budget" },
    h("h2", {}, "BigQuery"),
    h("div", { className: "meters" }, meter("Today", budget.day), meter("This month", budget.month)),
    h("p", { className: "details" }, [
      `One job may cost ${dollars(budget.job.cap_usd)}`,
      promised.bytes > 0 && `${dollars(promised.usd)} promised to running queries`,
      queued.jobs > 0 && `${count(queued.jobs)} queued jobs would take ${dollars(queued.usd)}`,
    ].filter(Boolean).join(" · ")));
}

function meter(label, spent) {
  const share = spent.cap_usd > 0 ? Math.min(100, (100 * spent.usd) / spent.cap_usd) : 0;
  const words = `${dollars(spent.usd)} of ${dollars(spent.cap_usd)}`;
  return h("div", {}, h("p", {}, h("strong", {}, label), ` ${words}`),
    h("div", {
      className: share >= 90 ? "progress full" : "progress", role: "meter",
      ariaLabel: `Spent ${label.toLowerCase()}`, ariaValueMin: "0",
      ariaValueMax: String(spent.cap_usd), ariaValueNow: String(spent.usd), ariaValueText: words,
    }, h("span", { style: { width: `${share}%` } })),
    h("p", { className: "details" },
      `${bytes(spent.bytes)} read by ${count(spent.queries)} `
      + `${spent.queries === 1 ? "query" : "queries"}`));
}
