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

export async function call(path, { method = "GET", body, signal } = {}) {
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, {
      method,
      signal,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
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
