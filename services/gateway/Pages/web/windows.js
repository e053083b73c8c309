// Days beyond the usual windows: a year, a quarter of one, or any range.
import { field } from "/dialog.js";
import { h } from "/dom.js";
import { WINDOWS } from "/format.js";

const YEARS = 3;
const RANGE = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/;

// Whether boards of a window are kept, and so know who moved.
export const isKept = (window) => WINDOWS.some(([name]) => name === window);

function spans(today = new Date()) {
  const list = [];
  for (let year = today.getUTCFullYear(); list.length < 5 * YEARS; year -= 1) {
    list.push([String(year), String(year)],
      ...[4, 3, 2, 1].map((quarter) => [`${year}-Q${quarter}`, `${year}, quarter ${quarter}`]));
  }
  const now = today.toISOString().slice(0, 10);
  return list.filter(([name]) => firstDay(name) <= now);
}

function firstDay(name) {
  const quarter = Number(name[6] ?? 1);
  return `${name.slice(0, 4)}-${String(3 * quarter - 2).padStart(2, "0")}-01`;
}

export function otherDays(window, change) {
  const range = RANGE.exec(window);
  const options = [["", "Other days"], ...spans(), ["range", "From … to …"]];
  if (!isKept(window) && !range && !options.some(([name]) => name === window)) {
    options.push([window, window]);
  }
  const days = h("form", {
    className: "fields", hidden: !range, ariaLabel: "Range of days",
    onsubmit: (event) => {
      event.preventDefault();
      const values = new FormData(event.target);
      change(`${values.get("first")}..${values.get("last")}`);
    },
  }, field("first", "From", { type: "date", required: true, value: range?.[1] ?? "" }),
  field("last", "To", { type: "date", required: true, value: range?.[2] ?? "" }),
  h("button", { type: "submit" }, "Show"));
  const shown = range ? "range" : isKept(window) ? "" : window;
  return [
    h("select", {
      id: "other-days", ariaLabel: "Other days",
      onchange: (event) => {
        days.hidden = event.target.value !== "range";
        if (event.target.value === "") change("all");
        else if (days.hidden) change(event.target.value);
        else days.querySelector("input").focus();
      },
    }, options.map(([value, text]) => h("option", { value, selected: value === shown }, text))),
    days,
  ];
}
