// The live log of all services: follow, pause, filter.
import { h, replace } from "/dom.js";
import { logList, LogStream } from "/logstream.js";
import { choice } from "/parts.js";

const SERVICES = [["", "All services"], ["ingest", "ingest"], ["scoring", "scoring"], ["ranking", "ranking"]];
const LEVELS = [["", "Every level"], ["info", "info"], ["warning", "warning"], ["error", "error"]];
const WAITING_MAX = 2000;

export function logs(main, { parameters, signal, go }) {
  const filter = {
    service: parameters.get("service") ?? "",
    level: parameters.get("level") ?? "",
    repository: parameters.get("repository") ?? "",
    job: parameters.get("job") ?? "",
  };
  const lines = logList();
  const state = h("span", { className: "tag", role: "status" }, "connecting");
  let paused = false;
  let waiting = [];
  const pause = h("button", {
    type: "button",
    id: "pause",
    onclick: () => {
      paused = !paused;
      pause.textContent = paused ? "Follow" : "Pause";
      if (!paused) waiting.splice(0).forEach(lines.add);
      state.textContent = paused ? "paused" : "live";
    },
  }, "Pause");
  replace(main,
    h("div", { className: "heading" }, h("h1", {}, "Live log"), state),
    h("div", { className: "controls" },
      choice("Service", SERVICES, filter.service, (service) => go({ service })),
      choice("Level", LEVELS, filter.level, (level) => go({ level })),
      pause, h("button", { type: "button", onclick: lines.clear }, "Clear")),
    lines.element);
  const stream = new LogStream(filter, (message) => {
    if (!paused) state.textContent = message.type === "state" ? "reconnecting" : "live";
    if (!paused) lines.add(message);
    else waiting = [...waiting.slice(1 - WAITING_MAX), message];
  });
  signal.addEventListener("abort", () => stream.close());
}
