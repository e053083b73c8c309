// Calls to the gateway. An answer that is an error becomes a Problem (RFC 9457).

export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super(body.detail || body.title || `HTTP ${status}`);
    this.status = status;
    this.code = body.code;
    this.title = body.title;
    this.retryAfter = retryAfter;
  }
}

// Writes may need a token. Only this page keeps it, until it is left or loaded again.
let token = "";
let askForToken = null;

// `ask` gives the token that somebody typed, or null.
export function whenTokenIsNeeded(ask) { askForToken = ask; }

// A quiet call asks nobody for a token.
export async function call(path, options = {}) {
  try {
    return await send(path, options);
  } catch (problem) {
    if (problem.status !== 401 || options.quiet || !askForToken) throw problem;
    const given = await askForToken();
    if (given === null) throw problem;
    token = given;
    return send(path, options);
  }
}

async function send(path, { method = "GET", body, signal }) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (token !== "" && method !== "GET") headers.Authorization = `Bearer ${token}`;
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method,
      signal,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, { title: "Away", code: "away", detail: "The gateway does not answer." });
  }
  if (answer.status === 204) return null;
  const text = await answer.text();
  let value = {};
  try {
    value = text === "" ? {} : JSON.parse(text);
  } catch {
    value = { title: answer.statusText, detail: "The answer was not JSON." };
  }
  if (!answer.ok) throw new Problem(answer.status, value, answer.headers.get("Retry-After"));
  return value;
}

// Parameters with a value, in the order given.
export function query(parameters) {
  const set = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== "");
  return set.length === 0 ? "" : `?${new URLSearchParams(set)}`;
}

export function repositoryPath(fullName) {
  return fullName.split("/").map(encodeURIComponent).join("/");
}
