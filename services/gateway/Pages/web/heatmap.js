// A calendar of how complete days are: one cell a day, weeks as columns, a figure for each year,
// or for each half of one where the page is narrow.
import { h, svg } from "/dom.js";
import { COUNTERS, count, percent, reasonInWords } from "/format.js";
import { stackedTable } from "/parts.js";

const PITCH = 12;
const LEFT = 26;
const TOP = 14;
const DAY_MS = 86400000;
const NARROW = 720;
// Weeks that a year, or half of one, touches at most.
const COLUMNS = { 6: 28, 12: 54 };

export const LEVELS = [
  ["whole", "100 %"], ["high", "95 % and more"], ["some", "75 % and more"], ["low", "less"],
  ["unknown", "incomplete, nobody knows how much"], ["unread", "not read"],
];

// What a day is for one counter, or for all of them.
export function cellOf(day, counter) {
  if (day.reasons.includes("days_not_read")) return { level: "unread", words: "not read" };
  const item = counter === "" ? null : day.items.find((one) => one.item === counter);
  if (counter !== "" && !item) return { level: "whole", words: "none, and nothing is missing" };
  const known = item ? item.percent : day.percent;
  const reasons = item ? [item.reason].filter(Boolean) : day.reasons;
  const words = [known === null ? "incomplete" : percent(known), ...reasons.map(reasonInWords)];
  return { level: levelOf(known, reasons), words: words.join("; ") };
}

// A day of which something is suspected to be missing is never whole, whatever an estimate says.
function levelOf(known, reasons) {
  if (known === null) return "unknown";
  if (known >= 100 && reasons.every((reason) => reason === "authors_unknown")) return "whole";
  if (known >= 95) return "high";
  return known >= 75 ? "some" : "low";
}

// `select` gets the day under the pointer or the focus.
export function heatmap(days, counter, select) {
  const cells = [];
  const months = window.innerWidth <= NARROW ? 6 : 12;
  const figures = Map.groupBy(days, ({ day }) =>
    `${day.slice(0, 4)}-${Math.floor((Number(day.slice(5, 7)) - 1) / months)}`);
  const box = h("div", {
    className: "heatmap", role: "group",
    ariaLabel: "Coverage by day. Arrow keys move from day to day.",
    onkeydown: (event) => move(event, cells),
  }, [...figures.values()].map((part) => figure(part, months, counter, select, cells)));
  cells.at(-1)?.setAttribute("tabindex", "0");
  return box;
}

function figure(days, months, counter, select, cells) {
  const first = Date.parse(days[0].day.slice(0, 8) + "01");
  const offset = (new Date(first).getUTCDay() + 6) % 7;
  const slot = (day) => Math.round((Date.parse(day) - first) / DAY_MS) + offset;
  const width = LEFT + PITCH * COLUMNS[months];
  return h("figure", {}, h("figcaption", {}, `${days[0].day} to ${days.at(-1).day}`),
    svg("svg", { viewBox: `0 0 ${width} ${TOP + 7 * PITCH}`, class: months > 6 ? "year" : "half" },
      ["Mon", "Wed", "Fri"].map((name, index) => svg("text",
        { x: 0, y: TOP + PITCH * (2 * index + 1) - 3, "aria-hidden": "true" }, name)),
      monthsOf(days).map(({ day }) => svg("text",
        { x: LEFT + PITCH * Math.floor(slot(day) / 7), y: 9, "aria-hidden": "true" },
        new Date(day).toLocaleString("en", { month: "short", timeZone: "UTC" }))),
      days.map((day) => cell(day, counter, slot(day.day), select, cells))));
}

// The days that bear the name of their month.
function monthsOf(days) {
  const firsts = days.filter(({ day }) => day.endsWith("-01"));
  return firsts.length > 0 ? firsts : days.slice(0, 1);
}

function cell(day, counter, slot, select, cells) {
  const { level, words } = cellOf(day, counter);
  const rect = svg("rect", {
    x: LEFT + PITCH * Math.floor(slot / 7), y: TOP + PITCH * (slot % 7),
    width: PITCH - 2, height: PITCH - 2, rx: 2, class: `day ${level}`, role: "img",
    tabindex: "-1", "aria-label": `${day.day}: ${words}`,
  });
  for (const name of ["mouseenter", "focus", "click"]) {
    rect.addEventListener(name, () => select(day));
  }
  cells.push(rect);
  return rect;
}

const STEPS = { ArrowLeft: -7, ArrowRight: 7, ArrowUp: -1, ArrowDown: 1 };

function move(event, cells) {
  const at = cells.indexOf(event.target);
  const to = event.key === "Home" ? 0 : event.key === "End" ? cells.length - 1
    : at + (STEPS[event.key] ?? NaN);
  if (at < 0 || !cells[to]) return;
  event.preventDefault();
  event.target.setAttribute("tabindex", "-1");
  cells[to].setAttribute("tabindex", "0");
  cells[to].focus();
}

export function levelLegend() {
  return h("ul", { className: "legend", ariaLabel: "Colours of the days" },
    LEVELS.map(([key, label]) => h("li", {},
      svg("svg", { viewBox: "0 0 10 10", class: "key", "aria-hidden": "true" },
        svg("rect", { width: 10, height: 10, rx: 2, class: `day ${key}` })), label)));
}

// Source, counted and expected of every counter that has something to tell.
export function itemsTable(caption, items) {
  const labels = Object.fromEntries(COUNTERS);
  const heads = ["Counter", "Source", "Counted", "Expected", "Complete", "Why not more"];
  return stackedTable(caption, heads, [2, 3, 4], items.map((item) => [
    labels[item.item] ?? item.item, (item.source ?? "none").replaceAll(",", ", "),
    count(item.counted), expected(item), item.percent === null ? "?" : percent(item.percent),
    [item.reason && reasonInWords(item.reason), ...item.others.map(other)]
      .filter(Boolean).join("; ") || "–",
  ]));
}

function expected(item) {
  if (item.expected === null) return "?";
  return `${item.expected_estimated ? "about " : ""}${count(item.expected)}`;
}

const other = (one) => `${one.source} counted ${count(one.counted)}`
  + (one.percent === null ? "" : ` (${percent(one.percent)})`);
