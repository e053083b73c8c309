// Jobs with live progress; one job with its log as it is written.
import { call, query, repositoryPath } from "/api.js";
import { h, replace } from "/dom.js";
import { ago, bytes, count, moment } from "/format.js";
import { logList, LogStream } from "/logstream.js";
import { empty, failure, loading, toast } from "/parts.js";
import { planLines } from "/plan.js";

const REFRESH_MS = 1000;
const STATUSES = ["", "queued", "running", "completed", "failed", "cancelled"];

export function jobs(main, context) {
  return context.rest[0] ? oneJob(main, context) : allJobs(main, context);
}

function allJobs(main, { parameters, signal, go }) {
  const status = parameters.get("status") ?? "";
  const page = parameters.get("page") ?? "1";
  const list = h("div", {}, loading("the jobs"));
  replace(main, h("div", { className: "heading" }, h("h1", {}, "Jobs"),
    h("label", {}, h("span", { className: "hidden" }, "Status"),
      h("select", { id: "status", onchange: (event) => go({ status: event.target.value, page: "" }) },
        STATUSES.map((value) => h("option", { value, selected: value === status },
          value === "" ? "Every status" : value))))), list);
  poll(signal, async () => {
    const answer = await call(`/jobs${query({ status, page, page_size: 50 })}`, { signal });
    replace(list, answer.jobs.length === 0
      ? empty("No jobs", h("p", {}, "A job starts when a repository is added or scraped again."))
      : h("ul", { className: "jobs" }, answer.jobs.map((job) => card(job))));
    return true;
  }, (problem) => replace(list, failure(problem)));
}

function oneJob(main, { rest, signal }) {
  const id = rest[0];
  const box = h("div", {}, loading("the job"));
  const lines = logList();
  replace(main, h("p", {}, h("a", { href: "#/jobs" }, "All jobs")), box,
    h("section", {}, h("h2", {}, "Log"), lines.element));
  poll(signal, async () => {
    const job = await call(`/jobs/${encodeURIComponent(id)}`, { signal });
    replace(box, card(job, true));
    return active(job);
  }, (problem) => replace(box, problem.status === 404
    ? empty("There is no such job") : failure(problem)));
  const stream = new LogStream({ job: id }, lines.add);
  signal.addEventListener("abort", () => stream.close());
}

// Asks again until the work says that nothing will change, or the page is left.
async function poll(signal, work, failed) {
  while (!signal.aborted) {
    let more = true;
    try {
      more = await work();
    } catch (problem) {
      if (problem.name === "AbortError") return;
      failed(problem);
      if (problem.status >= 400 && problem.status < 500) return;
    }
    if (!more) return;
    await new Promise((resolve) => { setTimeout(resolve, REFRESH_MS); });
  }
}

const active = (job) => job.status === "queued" || job.status === "running";

function card(job, wide = false) {
  return h(wide ? "article" : "li", { className: `job ${job.status}` },
    h("div", { className: "job-head" },
      h(wide ? "h1" : "h2", {}, wide
        ? h("a", { href: `#/board/${repositoryPath(job.repository)}` }, job.repository)
        : h("a", { href: `#/jobs/${job.id}` }, job.repository)),
      h("span", { className: `tag ${job.status}` }, job.phase ?? job.status)),
    h("p", { className: "details" }, `${job.since} to ${job.until} from ${job.source ?? "archive"}`,
      job.attempt > 1 && `, attempt ${job.attempt}`, ` · ${timing(job)}`),
    progress(job),
    wide && plan(job),
    job.error && h("p", { className: "job-error" }, job.error.text),
    h("div", { className: "actions" },
      active(job) && h("button", { type: "button", onclick: () => act(job, "cancel") }, "Cancel"),
      (job.status === "failed" || job.status === "cancelled")
        && h("button", { type: "button", onclick: () => act(job, "retry") }, "Retry")));
}

function plan(job) {
  const lines = planLines(job.plan);
  return lines && h("section", {}, h("h2", {}, "Plan"), lines);
}

function timing(job) {
  if (job.finished_at) return `${job.status} ${ago(job.finished_at)}`;
  if (job.started_at) return `started ${ago(job.started_at)}`;
  return `queued ${moment(job.created_at)}`;
}

function progress(job) {
  const { progress: at } = job;
  if (!at) return null;
  const done = job.status === "completed" ? 1
    : at.hours_total > 0 ? at.hours_done / at.hours_total
      : at.days_total > 0 ? at.days_done / at.days_total : 0;
  const percent = Math.round(100 * Math.min(1, done));
  return [
    h("div", {
      className: "progress", role: "progressbar", ariaLabel: `Progress of ${job.repository}`,
      ariaValueMin: "0", ariaValueMax: "100", ariaValueNow: String(percent),
    }, h("span", { style: { width: `${percent}%` } })),
    h("p", { className: "details" },
      `${count(at.days_done)} of ${count(at.days_total)} days · ${bytes(at.bytes)} read · `
      + `${count(at.events)} events · ${count(at.contributors)} contributors`),
  ];
}

async function act(job, verb) {
  try {
    const answer = await call(`/jobs/${job.id}/${verb}`, { method: "POST" });
    toast(`${answer.repository}: ${answer.status}`);
    if (verb === "retry") location.hash = `#/jobs/${answer.id}`;
  } catch (problem) {
    toast(problem.message);
  }
}
