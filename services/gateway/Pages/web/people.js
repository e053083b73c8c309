// Which accounts are one person, and who stands on no board.
import { call } from "/api.js";
import { ask, field } from "/dialog.js";
import { h } from "/dom.js";
import { toast } from "/parts.js";

const path = (login) => `/contributors/${encodeURIComponent(login)}`;

// Former names and linked accounts, and what an administrator may decide.
export function accounts(person, again) {
  const login = person.user.username;
  const former = person.former_usernames ?? [];
  const linked = person.linked_usernames ?? [];
  return [
    former.length > 0 && h("p", {}, `Formerly called ${former.join(", ")}.`),
    person.bot_reason && h("p", {}, `Taken for a bot: ${person.bot_reason}.`),
    linked.length === 0 ? h("p", {}, "No other account is linked to this one.")
      : h("ul", { className: "shares linked" }, linked.map((other) => h("li", {}, other,
        h("button", { type: "button", onclick: () => unlink(login, other, again) }, "Unlink…")))),
    h("div", { className: "actions" },
      h("button", { type: "button", onclick: () => link(login, again) }, "Link an account…"),
      h("button", { type: "button", className: "danger", onclick: () => takeOff(login, again) },
        "Take off every board…")),
  ];
}

const reason = () => field("reason", "Reason, kept with the decision", { maxLength: 500 });

function decide(title, words, button, more, act) {
  ask({
    title, button, danger: button === "Take off",
    content: [h("p", {}, words), h("div", { className: "fields" }, more, reason())], act,
  });
}

function link(login, again) {
  decide(`Link an account to ${login}`,
    `Whatever the other account did then counts for ${login}.`, "Link",
    field("other", "Other account", { required: true, maxLength: 100 }),
    async (values) => {
      const other = values.get("other").trim();
      await call(`${path(login)}/links/${encodeURIComponent(other)}`,
        { method: "PUT", body: { reason: values.get("reason") } });
      toast(`${other} is linked to ${login}; boards follow.`);
      again();
    });
}

function unlink(login, other, again) {
  decide(`Unlink ${other}?`, `What ${other} did then stands on its own again.`, "Unlink", null,
    async (values) => {
      await call(`${path(login)}/links/${encodeURIComponent(other)}`,
        { method: "DELETE", body: { reason: values.get("reason") } });
      toast(`${other} is unlinked; boards follow.`);
      again();
    });
}

function takeOff(login, again) {
  decide(`Take ${login} off every board?`,
    "Boards, pages and downloads then hold nothing of this person, until they are put back.",
    "Take off", null, async (values) => {
      await call(`${path(login)}/opt-out`,
        { method: "PUT", body: { reason: values.get("reason") } });
      toast(`${login} is on no board any more.`);
      again();
    });
}

// For a page that shows nobody: who opted out looks like who never was.
export function putBack(login, again) {
  return h("button", {
    type: "button",
    onclick: () => decide(`Put ${login} back?`,
      "If this person was taken off the boards, they return to them.", "Put back", null,
      async (values) => {
        await call(`${path(login)}/opt-out`,
          { method: "DELETE", body: { reason: values.get("reason") } });
        toast(`${login} is back; boards follow.`);
        again();
      }),
  }, "Put back on the boards…");
}
