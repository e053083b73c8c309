// Tracked repositories: add one, scrape it again, remove it.
import { call, query, repositoryPath } from "/api.js";
import { h, replace } from "/dom.js";
import { ago, reasonInWords } from "/format.js";
import { empty, failure, loading, toast } from "/parts.js";

export async function repositories(main, context) {
  const { parameters, signal } = context;
  const page = parameters.get("page") ?? "1";
  const again = () => repositories(main, context);
  const list = h("div", {}, loading("the repositories"));
  replace(main, h("div", { className: "heading" }, h("h1", {}, "Repositories")),
    form(again), list);
  try {
    const answer = await call(`/repositories${query({ page, page_size: 50 })}`, { signal });
    replace(list, answer.repositories.length === 0
      ? empty("No repository is tracked yet",
        h("p", {}, "Add one above: its contributors appear as soon as its events are counted."))
      : h("ul", { className: "repositories" },
        answer.repositories.map((repository) => card(repository, again))),
    pager(answer, context.go));
  } catch (problem) {
    if (problem.name === "AbortError") return;
    replace(list, failure(problem, again));
  }
}

function form(again) {
  const field = (name, label, more) => h("label", {}, h("span", {}, label),
    h("input", { name, id: `add-${name}`, autocomplete: "off", spellcheck: false, ...more }));
  const message = h("p", { className: "form-message", role: "status" });
  const button = h("button", { type: "submit", className: "primary" }, "Add and scrape");
  return h("form", {
    className: "add",
    ariaLabel: "Add a repository",
    onsubmit: async (event) => {
      event.preventDefault();
      const values = new FormData(event.target);
      button.disabled = true;
      message.textContent = "Looking the repository up…";
      try {
        const answer = await call("/repositories", { method: "POST", body: request(values) });
        toast(words(answer));
        if (answer.job) location.hash = `#/jobs/${answer.job.id}`;
        else again();
      } catch (problem) {
        message.textContent = problem.message;
      } finally {
        button.disabled = false;
      }
    },
  }, field("repository", "Repository", { required: true, placeholder: "owner/name", size: 28 }),
  field("since", "From", { type: "date" }), field("until", "To", { type: "date" }),
  button, message);
}

function request(values) {
  const scrape = {};
  for (const name of ["since", "until"]) if (values.get(name)) scrape[name] = values.get(name);
  const body = { repository: values.get("repository").trim() };
  if (Object.keys(scrape).length > 0) body.scrape = scrape;
  return body;
}

function words(answer) {
  const name = answer.repository.full_name;
  if (answer.renamed_from) return `${answer.renamed_from} is now called ${name}.`;
  return answer.job ? `${name}: its scrape is ${answer.job.status}.` : `${name} is tracked.`;
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
      h("button", { type: "button", onclick: () => scrape(name) }, "Scrape again"),
      h("button", { type: "button", className: "danger", onclick: () => remove(name, again) },
        "Remove")));
}

function coverageWords(coverage) {
  if (!coverage || !coverage.status || coverage.status === "none") return "Nothing was read yet.";
  const days = coverage.since ? `${coverage.since} to ${coverage.until}: ` : "";
  if (coverage.status === "complete") return `${days}complete.`;
  const reasons = (coverage.reasons ?? []).map(reasonInWords).join("; ");
  return `${days}${Math.round(coverage.percent * 10) / 10} % complete${reasons ? `; ${reasons}` : ""}.`;
}

async function scrape(name) {
  try {
    const answer = await call(`/repositories/${repositoryPath(name)}/scrape`,
      { method: "POST", body: {} });
    location.hash = `#/jobs/${answer.task_id}`;
  } catch (problem) {
    toast(problem.message);
  }
}

async function remove(name, again) {
  if (!window.confirm(`Remove ${name} with everything counted for it?`)) return;
  try {
    await call(`/repositories/${repositoryPath(name)}`, { method: "DELETE" });
    toast(`${name} was removed.`);
    again();
  } catch (problem) {
    toast(problem.message);
  }
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
