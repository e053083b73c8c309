// A scrape: the days, what they would take, and only then the start.
import { call, query, repositoryPath } from "/api.js";
import { ask, field } from "/dialog.js";
import { h, replace } from "/dom.js";
import { inWords, loading } from "/parts.js";
import { estimateView } from "/plan.js";

// `start` gets the chosen days and source; `other` is a second answer, as of `ask`.
export function scrapeDialog({ name, title, button, start, other }) {
  const box = h("div", { className: "estimate", ariaLive: "polite" });
  const source = h("select", { name: "source" }, h("option", { value: "" }, "The best one"));
  const chooser = h("label", { hidden: true }, h("span", {}, "Source"), source);
  const { dialog, form, yes } = ask({
    title, button, other,
    content: [
      h("div", { className: "fields" }, field("since", "From", { type: "date" }),
        field("until", "To", { type: "date" }), chooser),
      h("p", { className: "details" }, "Without days: the last two years."), box,
    ],
    act: (values) => start(chosen(values)),
  });
  let asking;
  const estimate = async () => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    yes.disabled = true;
    replace(box, loading("what it would take"));
    try {
      const answer = await call(`/repositories/${repositoryPath(name)}/estimate`
        + query(chosen(new FormData(form))), { signal });
      offer(source, chooser, answer.considered);
      replace(box, estimateView(answer));
      yes.disabled = !answer.allowed;
    } catch (problem) {
      if (problem.name === "AbortError") return;
      replace(box, h("p", { className: "coverage" },
        h("strong", {}, "No estimate is to be had. "), inWords(problem)));
      // The service checks days and budget again before it reads anything.
      yes.disabled = false;
    }
  };
  form.addEventListener("change", estimate);
  dialog.addEventListener("close", () => asking.abort());
  estimate();
}

function chosen(values) {
  return Object.fromEntries([...values].filter(([, value]) => value !== ""));
}

// The first estimate names the sources there are.
function offer(select, chooser, considered) {
  if (!chooser.hidden || considered.length < 2) return;
  chooser.hidden = false;
  select.append(...considered.map((cost) => h("option", { value: cost.source }, cost.source)));
}
