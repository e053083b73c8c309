// Tracked repositories: add one, scrape it again, remove it; what BigQuery was paid.
import { call, query, repositoryPath } from "/api.js";
import { showBudget } from "/budget.js";
import { ask, field } from "/dialog.js";
import { h, replace } from "/dom.js";
import { ago, reasonInWords } from "/format.js";
import { empty, failure, inWords, loading, toast } from "/parts.js";
import { scrapeDialog } from "/scrape.js";

export function repositories(main, { parameters, signal, go }) {
  const list = h("div", {}, loading("the repositories"));
  const budget = h("div");
  const page = parameters.get("page") ?? "1";
  const refresh = async () => {
    try {
      const answer = await call(`/repositories${query({ page, page_size: 50 })}`, { signal });
      replace(list, answer.repositories.length === 0
        ? empty("No repository is tracked yet",
          h("p", {}, "Add one above: its contributors appear as soon as its events are counted."))
        : h("ul", { className: "repositories" },
          answer.repositories.map((repository) => card(repository, refresh))),
      pager(answer, go));
    } catch (problem) {
      if (problem.name !== "AbortError") replace(list, failure(problem, refresh));
    }
  };
  replace(main, h("div", { className: "heading" }, h("h1", {}, "Repositories")),
    form(refresh), list, budget);
  refresh();
  showBudget(budget, signal);
}

// Looks the name up among the tracked ones first: then it is only scraped again.
function form(refresh) {
  const message = h("p", { className: "form-message", role: "status" });
  return h("form", {
    className: "add",
    ariaLabel: "Add a repository",
    onsubmit: async (event) => {
      event.preventDefault();
      const asked = nameIn(new FormData(event.target).get("repository"));
      message.classList.remove("good");
      replace(message);
      if (!/^[^/\s]+\/[^/\s]+$/.test(asked)) {
        replace(message, "Write it as owner/name, as on GitHub.");
        return;
      }
      try {
        const known = await tracked(asked);
        if (known) scrapeAgain(known.full_name, said(known.full_name, asked));
        else add(asked, (answer) => { told(message, answer); refresh(); });
      } catch (problem) {
        replace(message, inWords(problem));
      }
    },
  }, field("repository", "Repository", {
    required: true, placeholder: "owner/name", size: 28, id: "add-repository",
  }), h("button", { type: "submit", className: "primary" }, "Add…"), message);
}

// `owner/name`, or the address of a page on GitHub.
function nameIn(text) {
  return text.trim().replace(/^(https?:\/\/)?(www\.)?github\.com\//i, "").replace(/\.git$|\/+$/g, "");
}

// The tracked repository that bears a name now, or bore it; null when there is none.
async function tracked(name) {
  try {
    return await call(`/repositories/${repositoryPath(name)}`);
  } catch (problem) {
    if (problem.status === 404) return null;
    throw problem;
  }
}

const said = (name, asked) => (name.toLowerCase() === asked.toLowerCase()
  ? `${name} is tracked already` : `${asked} is now called ${name}, and tracked already`);

function add(name, done) {
  const send = async (scrape) => {
    done(await call("/repositories", { method: "POST", body: { repository: name, scrape } }));
  };
  scrapeDialog({
    name, title: `Add ${name}`, button: "Add and scrape", start: send,
    other: { label: "Only add", act: () => send(false) },
  });
}

// The source's answer in words, with the way to its job.
function told(box, answer) {
  const name = answer.repository.full_name;
  box.classList.add("good");
  replace(box, answer.renamed_from
    ? `${answer.renamed_from} is now called ${name}, and tracked under that name. `
    : `${name} exists and is tracked. `,
  answer.job && h("a", { href: `#/jobs/${answer.job.id}` },
    `Its scrape is ${answer.job.status}: watch it`));
}

function card(repository, again) {
  const name = repository.full_name;
  const job = repository.last_job;
  const former = (repository.former_names ?? []).map((entry) => entry.full_name);
  return h("li", {},
    h("div", {},
      h("h2", {}, h("a", { href: `#/board/${repositoryPath(name)}` }, name)),
      former.length > 0 && h("p", { className: "details" }, `formerly ${former.join(", ")}`),
      h("p", { className: "details" }, coverageWords(repository.coverage)),
      job && h("p", { className: "details" }, h("a", { href: `#/jobs/${job.id}` },
        `Last scrape ${job.status}`), ` ${ago(job.finished_at ?? job.started_at ?? job.created_at)}`)),
    h("div", { className: "actions" },
      h("a", { className: "button", href: `#/coverage/${repositoryPath(name)}` }, "Coverage"),
      h("button", { type: "button", onclick: () => scrapeAgain(name) }, "Scrape again…"),
      h("button", { type: "button", className: "danger", onclick: () => remove(name, again) },
        "Remove…")));
}

function coverageWords(coverage) {
  if (!coverage || !coverage.status || coverage.status === "none") return "Nothing was read yet.";
  const days = coverage.since ? `${coverage.since} to ${coverage.until}: ` : "";
  if (coverage.status === "complete") return `${days}complete.`;
  const reasons = (coverage.reasons ?? []).map(reasonInWords).join("; ");
  return `${days}${Math.round(coverage.percent * 10) / 10} % complete${reasons ? `; ${reasons}` : ""}.`;
}

function scrapeAgain(name, title = `Scrape ${name}`) {
  scrapeDialog({
    name, title, button: "Start",
    start: async (body) => {
      const answer = await call(`/repositories/${repositoryPath(name)}/scrape`,
        { method: "POST", body });
      if (answer.status === "already_queued") toast("A scrape of it runs already: this is it.");
      location.hash = `#/jobs/${answer.task_id}`;
    },
  });
}

function remove(name, again) {
  ask({
    title: `Remove ${name}?`, button: "Remove", danger: true,
    content: h("p", {}, "Everything that was counted for it goes, too."),
    act: async () => {
      await call(`/repositories/${repositoryPath(name)}`, { method: "DELETE" });
      toast(`${name} was removed.`);
      again();
    },
  });
}

function pager(answer, go) {
  const last = Math.ceil(answer.total / answer.page_size);
  if (last <= 1) return null;
  return h("nav", { className: "pager", ariaLabel: "Pages" },
    h("button", { type: "button", disabled: answer.page <= 1,
      onclick: () => go({ page: String(answer.page - 1) }) }, "Previous"),
    h("span", {}, `${answer.page} of ${last}`),
    h("button", { type: "button", disabled: answer.page >= last,
      onclick: () => go({ page: String(answer.page + 1) }) }, "Next"));
}
