// The live log over the WebSocket: resumes from its last cursor, repeats and loses no line.
import { query } from "/api.js";
import { h } from "/dom.js";

const LINES_KEPT = 2000;
const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 8000;

export class LogStream {
  #filter;
  #deliver;
  #cursor;
  #socket;
  #wait = RETRY_FIRST_MS;
  #timer;
  #closed = false;

  constructor(filter, deliver) {
    this.#filter = filter;
    this.#deliver = deliver;
    this.#open();
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const parameters = query({ ...this.#filter, cursor: this.#cursor });
    this.#socket = new WebSocket(`${scheme}://${location.host}/ws/logs${parameters}`);
    this.#socket.addEventListener("message", (event) => this.#receive(JSON.parse(event.data)));
    this.#socket.addEventListener("close", () => this.#again());
  }

  #receive(message) {
    this.#wait = RETRY_FIRST_MS;
    if (message.cursor) this.#cursor = message.cursor;
    if (this.#closed) return;
    this.#deliver(message);
  }

  #again() {
    if (this.#closed) return;
    this.#deliver({ type: "state", connected: false });
    this.#timer = setTimeout(() => this.#open(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, RETRY_MAX_MS);
  }
}

// A list that follows its end unless the reader scrolled up.
export function logList() {
  const element = h("ol", { className: "log", tabIndex: 0, ariaLabel: "Log lines", role: "log" });
  const add = (message) => {
    const line = rendered(message);
    if (!line) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
    element.append(line);
    while (element.childElementCount > LINES_KEPT) element.firstElementChild.remove();
    if (atEnd) element.scrollTop = element.scrollHeight;
  };
  return { element, add, clear: () => element.replaceChildren() };
}

function rendered(message) {
  switch (message.type) {
    case "log":
      return h("li", { className: message.level, "data-seq": `${message.service}-${message.seq}` },
        h("time", { dateTime: message.timestamp }, message.timestamp.slice(11, 19)),
        h("span", { className: "service" }, message.service),
        h("span", { className: "level" }, message.level),
        h("span", { className: "text" },
          message.repository && h("b", {}, `${message.repository} `), visible(message.message)));
    case "gap":
      return note(`${message.service}: lines ${message.from} to ${message.to} are no longer kept`);
    case "service":
      return note(message.state === "away" ? `${message.service} is away` : `${message.service} is back`);
    case "state":
      return note("The gateway is away; trying again");
    default:
      return null;
  }
}

function note(text) {
  return h("li", { className: "note" }, h("span", { className: "text" }, text));
}

// Control characters are shown, not obeyed.
function visible(text) {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (letter) => `\\u${letter.codePointAt(0).toString(16).padStart(4, "0")}`);
}
