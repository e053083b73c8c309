// The formula: weights and cap, the ranks that a change would move, and saving it.
import { call, query } from "/api.js";
import { ask } from "/dialog.js";
import { h, replace } from "/dom.js";
import { COUNTERS, WINDOWS, count, moment, score } from "/format.js";
import { empty, failure, inWords, loading, person, toast } from "/parts.js";

const PAUSE_MS = 300;
const REFRESH_MS = 1000;
const CHANGES = 25;
const WEIGHT_MOST = 1000000;
const CAP_MOST = 1000000000;
const FIELDS = [
  ...COUNTERS.map(([key, label]) => ({ key: `weights.${key}`, label, most: WEIGHT_MOST })),
  { key: "cap", label: "Most that lines may bring", most: CAP_MOST },
];

export async function formula(main, context) {
  const { signal } = context;
  const again = () => formula(main, context);
  replace(main, h("div", { className: "heading" }, h("h1", {}, "Formula")), loading("the formula"));
  try {
    const [{ formulas }, tracked] = await Promise.all([
      call("/config/scoring", { signal }),
      call(`/repositories${query({ page_size: 100 })}`, { signal }),
    ]);
    const active = formulas.find((one) => one.active) ?? formulas[0];
    const editor = new Editor(active, tracked.repositories, signal, again);
    replace(main, h("div", { className: "heading" }, h("h1", {}, "Formula"),
      h("p", { className: "total" }, `${active.name} version ${active.version} is the active one`)),
    h("div", { className: "halves" }, editor.form, editor.preview),
    history(formulas, (one) => editor.fill(one)));
  } catch (problem) {
    if (problem.name === "AbortError") return;
    replace(main, failure(problem, again));
  }
}

// The number of a text with at most three decimals, or why it is none.
function numberIn(text, most) {
  if (!/^\d+(\.\d+)?$/.test(text)) return { fault: "A number, such as 2.5." };
  if (!/^\d+(\.\d{1,3})?$/.test(text)) return { fault: "At most three decimals." };
  const value = Number(text);
  return value > most ? { fault: `At most ${count(most)}.` } : { value };
}

const valueOf = (one, key) => (key === "cap" ? one.cap : one.weights[key.slice(8)] ?? 0);

class Editor {
  #active;
  #signal;
  #saved;
  #inputs = new Map();
  #timer;
  #asking;

  constructor(active, repositories, signal, saved) {
    this.#active = active;
    this.#signal = signal;
    this.#saved = saved;
    this.result = h("div", { ariaLive: "polite" }, loading("the ranks"));
    this.name = h("input", {
      id: "formula-name", value: active.name, required: true, maxLength: 40,
      autocomplete: "off", spellcheck: false, oninput: () => this.#changed(),
    });
    this.form = h("form", {
      className: "formula", ariaLabel: "Weights", noValidate: true,
      onsubmit: (event) => { event.preventDefault(); this.#save(); },
    }, this.#row("name", "Name", this.name, null), FIELDS.map((field) => this.#weight(field)),
    h("div", { className: "actions" },
      h("button", { type: "submit", className: "primary" }, "Save…"),
      h("button", { type: "button", onclick: () => this.fill(active) }, "As it is now")));
    this.window = this.#select("Window", WINDOWS);
    this.board = this.#select("Board", [["", "All repositories"],
      ...repositories.map((one) => [one.full_name, one.full_name])]);
    this.preview = h("section", { className: "preview", ariaLabel: "Preview" },
      h("h2", {}, "Ranks that would change"),
      h("div", { className: "controls" }, this.board, this.window), this.result);
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
    this.fill(active);
  }

  #select(label, options) {
    return h("select", { ariaLabel: label, onchange: () => this.#changed() },
      options.map(([value, text]) => h("option", { value }, text)));
  }

  #row(key, label, input, slider) {
    const fault = h("p", { className: "field-fault", id: `fault-${key}`, role: "alert" });
    input.setAttribute("aria-describedby", fault.id);
    this.#inputs.set(key, { input, slider, fault });
    return h("div", { className: "weight" },
      h("label", { htmlFor: input.id }, label), slider, input, fault);
  }

  #weight({ key, label, most }) {
    const isLine = key.includes("lines_");
    const slider = h("input", {
      type: "range", min: 0, max: 100, step: isLine ? 0.001 : key === "cap" ? 10 : 0.5,
      ariaLabel: `${label}, slider`,
      oninput: (event) => { input.value = event.target.value; this.#changed(); },
    });
    const input = h("input", {
      id: `formula-${key}`, inputMode: "decimal", size: 8, autocomplete: "off",
      oninput: () => { slider.value = input.value; this.#changed(); },
    });
    return this.#row(key, label, input, slider);
  }

  fill(one) {
    for (const { key } of FIELDS) {
      const { input, slider } = this.#inputs.get(key);
      const usual = key === "cap" ? 2000 : key.includes("lines_") ? 0.1 : 50;
      slider.max = Math.max(usual, 2 * valueOf(one, key));
      input.value = String(valueOf(one, key));
      slider.value = input.value;
    }
    this.name.value = one.name;
    this.#changed();
  }

  // The formula as it is written, or null while a field is not right.
  #document() {
    const document = { name: this.name.value.trim(), weights: {} };
    let isRight = this.#tell("name",
      /^[A-Za-z0-9._-]{1,40}$/.test(document.name) ? "" : "Letters, digits, dots or dashes.");
    for (const { key, most } of FIELDS) {
      const { value, fault } = numberIn(this.#inputs.get(key).input.value.trim(), most);
      isRight = this.#tell(key, fault ?? "") && isRight;
      if (key === "cap") document.cap = value;
      else document.weights[key.slice(8)] = value;
    }
    return isRight ? document : null;
  }

  #tell(key, words) {
    const { input, fault } = this.#inputs.get(key);
    fault.textContent = words;
    input.setAttribute("aria-invalid", String(words !== ""));
    return words === "";
  }

  // What the service finds wrong begins with the place.
  #refused(problem) {
    const [, key, words] = /^([a-z_.]+): (.*)$/s.exec(problem.message) ?? [];
    if (!this.#inputs.has(key)) return false;
    this.#tell(key, words);
    return true;
  }

  #changed() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    const document = this.#document();
    if (!document) {
      replace(this.result, h("p", {}, "A field is not right yet."));
      return;
    }
    this.#timer = setTimeout(() => this.#show(document), PAUSE_MS);
  }

  // Nobody is asked for a token while they type; trying again asks.
  async #show(document, quiet = true) {
    this.#asking = new AbortController();
    const signal = AbortSignal.any([this.#asking.signal, this.#signal]);
    this.preview.ariaBusy = "true";
    try {
      const answer = await call("/config/scoring/preview" + query({
        window: this.window.value, repository: this.board.value, limit: CHANGES,
      }), { method: "POST", body: document, signal, quiet });
      replace(this.result, changes(answer));
      this.preview.ariaBusy = "false";
    } catch (problem) {
      if (problem.name === "AbortError") return;
      replace(this.result, this.#refused(problem) ? h("p", {}, "A field is not right yet.")
        : failure(problem, () => this.#show(document, false)));
      this.preview.ariaBusy = "false";
    }
  }

  #save() {
    const body = this.#document();
    if (!body) {
      this.form.querySelector("[aria-invalid=true]").focus();
      return;
    }
    ask({
      title: `Save ${body.name}?`, button: "Save",
      content: [h("p", {}, "Every board is computed anew with it, without reading anything again. "
        + "Former versions stay, and can be asked for."),
      h("ul", {}, differences(this.#active, body).map((line) => h("li", {}, line)))],
      act: async () => {
        try {
          const answer = await call("/config/scoring", { method: "PUT", body });
          this.#stored(answer);
        } catch (problem) {
          this.#refused(problem);
          throw problem;
        }
      },
    });
  }

  // Boards show a formula when every score is there: until then it is stored, not active.
  async #stored({ formula: stored, changed }) {
    toast(changed ? `${stored.name} version ${stored.version} is stored; boards change to it now.`
      : `${stored.name} version ${stored.version} was stored already.`);
    try {
      while (!this.#signal.aborted) {
        const { formulas } = await call("/config/scoring", { signal: this.#signal });
        const now = formulas.find((one) => one.active);
        if (now?.name === stored.name && now.version === stored.version) break;
        await new Promise((resolve) => { setTimeout(resolve, REFRESH_MS); });
      }
      if (!this.#signal.aborted) this.#saved();
    } catch (problem) {
      if (problem.name !== "AbortError") toast(inWords(problem));
    }
  }
}

function differences(active, body) {
  const lines = FIELDS.filter(({ key }) => valueOf(active, key) !== valueOf(body, key)).map(
    ({ key, label }) => `${label}: ${score(valueOf(active, key))} → ${score(valueOf(body, key))}`);
  return lines.length > 0 ? lines : ["The numbers are those of the active one."];
}

function changes(answer) {
  if (answer.total === 0) return empty("Nobody stands on this board yet");
  if (answer.changed === 0) return h("p", {}, `None of ${count(answer.total)} ranks would change.`);
  const shown = answer.changes.length;
  return [
    h("p", {}, `${count(answer.changed)} of ${count(answer.total)} ranks would change`
      + `${shown < answer.changed ? `; the first ${shown} of them` : ""}.`),
    h("div", { className: "wide" }, h("table", { className: "terms" },
      h("thead", {}, h("tr", {}, ["Contributor", "Rank", "Score"].map((text, index) =>
        h("th", { scope: "col", className: index > 0 ? "number" : "" }, text)))),
      h("tbody", {}, answer.changes.map((change) => h("tr", {},
        h("td", {}, person(change.user)),
        h("td", { className: "number" }, moved(change)),
        h("td", { className: "number" },
          `${score(change.total_score)} → ${score(change.new_total_score)}`)))))),
  ];
}

function moved(change) {
  const isUp = change.new_rank < change.rank;
  return h("span", { className: isUp ? "move up" : "move down" },
    h("span", { "aria-hidden": "true" }, isUp ? "▲ " : "▼ "),
    `${count(change.rank)} → ${count(change.new_rank)}`);
}

function history(formulas, take) {
  return h("section", {}, h("h2", {}, "Versions"), h("ul", { className: "repositories" },
    formulas.map((one) => h("li", {},
      h("div", {}, h("strong", {}, `${one.name} version ${one.version} `),
        h("span", { className: one.active ? "tag completed" : "tag" }, one.state),
        h("p", { className: "details" }, moment(one.created_at))),
      h("button", { type: "button", onclick: () => take(one) }, "Take its numbers")))));
}
