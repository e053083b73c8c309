// Which page the address names, and the frame around it.
import { call, whenTokenIsNeeded } from "/api.js";
import { h, replace } from "/dom.js";
import { compact, count } from "/format.js";
import { board } from "/board.js";
import { compare } from "/compare.js";
import { contributor } from "/contributor.js";
import { coverage } from "/coverage.js";
import { askForToken, closeDialogs } from "/dialog.js";
import { formula } from "/formula.js";
import { jobs } from "/jobs.js";
import { logs } from "/logs.js";
import { empty } from "/parts.js";
import { repositories } from "/repositories.js";

const pages = { board, compare, contributor, coverage, formula, jobs, logs, repositories };
const titles = {
  board: "Leaderboard", compare: "Comparison", contributor: "Contributor", coverage: "Coverage",
  formula: "Formula", jobs: "Jobs", logs: "Log", repositories: "Repositories",
};
// The tab of a page that has none.
const tabs = { compare: "board", contributor: "board", coverage: "repositories" };

let leave = null;

// `#/board/duckdb/duckdb?window=90d` → page, path parts, parameters.
export function place() {
  const [path, search = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [page = "", ...rest] = path.split("/").map(decodeURIComponentSafely);
  return { page: page || "board", rest, parameters: new URLSearchParams(search) };
}

function decodeURIComponentSafely(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

function show() {
  leave?.abort();
  leave = new AbortController();
  closeDialogs();
  const { page, rest, parameters } = place();
  const main = document.getElementById("main");
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.tab === (tabs[page] ?? page)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${titles[page] ?? "Not found"} · Tally`;
  if (!Object.hasOwn(pages, page)) {
    replace(main, empty("There is no such page", h("a", { href: "#/board" }, "Leaderboard")));
    return;
  }
  pages[page](main, { rest, parameters, signal: leave.signal, go, note });
}

// Changes parameters of the present page; the address can be shared and the back button works.
function go(changes) { location.hash = addressWith(changes); }

// The same for a page that has changed already: nothing is loaded again.
function note(changes) { history.replaceState(null, "", addressWith(changes)); }

function addressWith(changes) {
  const { page, rest, parameters } = place();
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === "") parameters.delete(name);
    else parameters.set(name, value);
  }
  const search = parameters.toString();
  const path = [page, ...rest.map(encodeURIComponent)].join("/");
  return `#/${path}${search === "" ? "" : `?${search}`}`;
}

async function refreshFrame() {
  const box = document.getElementById("services");
  try {
    const stats = await call("/stats");
    document.getElementById("demonstration").hidden = !stats.demonstration;
    replace(box, Object.entries(stats.services ?? {}).map(([name, service]) => {
      const status = service.status ?? "away";
      return h("li", { className: status, title: `${name} ${service.version ?? ""}: ${status}` },
        h("span", { className: "dot", "aria-hidden": "true" }), name,
        h("span", { className: "hidden" }, ` ${status}`));
    }));
    // A service that is away leaves its numbers out.
    document.getElementById("summary").textContent = [
      stats.repositories === undefined ? "" : `${count(stats.repositories)} repositories`,
      stats.contributors === undefined ? "" : `${count(stats.contributors)} contributors`,
      stats.events === undefined ? "" : `${compact(stats.events)} events counted`,
    ].filter(Boolean).join(" · ");
  } catch (problem) {
    replace(box, h("li", { className: "away", title: problem.message },
      h("span", { className: "dot", "aria-hidden": "true" }), "gateway away"));
  }
}

whenTokenIsNeeded(askForToken);
window.addEventListener("hashchange", show);
show();
refreshFrame();
setInterval(refreshFrame, 15000);
