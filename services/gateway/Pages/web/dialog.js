// Questions before something is done. The browser's own modal dialog keeps the focus inside, and
// Escape closes it.
import { h } from "/dom.js";
import { inWords } from "/parts.js";

// `act` gets the fields and may throw: the problem is then shown beside what was asked. `other` is
// a second way to answer: its label and what it does.
export function ask({ title, content, button, danger = false, act, other }) {
  const message = h("p", { className: "form-message", role: "alert" });
  const buttons = [];
  const run = async (deed) => {
    message.textContent = "";
    for (const one of buttons) one.disabled = true;
    try {
      await deed(new FormData(form));
      dialog.close();
    } catch (problem) {
      message.textContent = inWords(problem);
    } finally {
      for (const one of buttons) one.disabled = false;
    }
  };
  buttons.push(h("button", { type: "submit", className: danger ? "danger" : "primary" }, button));
  if (other) {
    buttons.push(h("button", { type: "button", onclick: () => run(other.act) }, other.label));
  }
  const form = h("form", { onsubmit: (event) => { event.preventDefault(); run(act); } },
    h("h2", {}, title), content, message,
    h("div", { className: "actions" }, buttons,
      h("button", { type: "button", onclick: () => dialog.close() }, "Cancel")));
  const dialog = h("dialog", { ariaLabel: title, onclose: () => dialog.remove() }, form);
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, form, yes: buttons[0] };
}

// The token of whoever may change things here, or null.
export function askForToken() {
  return new Promise((resolve) => {
    const { dialog } = ask({
      title: "Changes need a token here", button: "Use it",
      content: [h("p", {}, "Whoever runs this installation has it. This page forgets it when you "
        + "leave."), field("token", "Token", { type: "password", required: true })],
      act: async (values) => resolve(values.get("token")),
    });
    dialog.addEventListener("close", () => resolve(null));
  });
}

export function closeDialogs() {
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
}

export function field(name, label, more = {}) {
  return h("label", {}, h("span", {}, label),
    h("input", { name, autocomplete: "off", spellcheck: false, ...more }));
}
