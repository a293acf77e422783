// The server behind this page. A failure is a value, `{ok: false, error}`: whoever asked says what that means.

const SILENT = "The demo’s server does not answer. Is `python -m bot demo` still running?";

export const get = (path, query = {}) => ask(`/playground/${path}?${new URLSearchParams(query)}`);

export const post = (path, body) =>
  ask(`/playground/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

async function ask(address, options) {
  let response;
  try {
    response = await fetch(address, { cache: "no-store", ...options });
  } catch {
    return { ok: false, error: SILENT };
  }
  try {
    return await response.json();
  } catch {
    return { ok: false, error: `The demo’s server answered ${response.status}.` };
  }
}

/** Hear what happens, for one person; `lost(true)` while the server is out of reach. Gives back a way to stop. */
export function listen(user, heard, lost) {
  const source = new EventSource(`/playground/events?${new URLSearchParams({ as: user })}`);
  source.addEventListener("message", ({ data }) => heard(JSON.parse(data)));
  source.addEventListener("open", () => lost(false));
  source.addEventListener("error", () => lost(true));
  return () => source.close();
}
