// Calls of the user API. An answer with `ok: false`, and a server that does not answer, become an ApiFault with a sentence to show.

/** Why a call failed: `code` for the program, `message` for the person. */
export class ApiFault extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const SENTENCES = {
  unreachable: "The playground does not answer. Start it again with “python -m playground”; this page reconnects by itself.",
  slash_in_thread: "Slack runs no slash commands inside threads. Mention the app instead, for example “@Baton claim”, or use the channel's composer.",
  app_not_connected: "The app is not connected, so nobody can answer this. Start it and try again.",
  no_app: "The app is not connected, so nobody can answer this. Start it and try again.",
  timeout: "The app did not acknowledge within three seconds. Look at its log, then try again.",
  unknown_command: "No command of that name. Type “/” to see those that exist.",
  not_in_channel: "You are not in this channel. Join it first.",
  channel_not_found: "That channel is not here any more. Choose another from the list.",
};

async function answerOf(request) {
  let response;
  try {
    response = await request;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiFault("unreachable", SENTENCES.unreachable);
  }
  const body = await response.json().catch(() => null);
  if (body === null) throw new ApiFault("not_json", `The playground answered ${response.status} without a reason. Look at its log.`);
  if (!body.ok) throw new ApiFault(body.error ?? "failed", sentence(body));
  return body;
}

function sentence({ error, detail }) {
  if (detail) return detail;
  return SENTENCES[error] ?? `That did not work (${error ?? "no reason given"}). Look at the playground's log.`;
}

function query(parameters) {
  const known = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return new URLSearchParams(known).toString();
}

/** GET `/user/<what>`; throws ApiFault. */
export function read(what, parameters = {}) {
  return answerOf(fetch(`/user/${what}?${query(parameters)}`, { cache: "no-store" }));
}

/** POST `/user/<what>` with a JSON body; throws ApiFault. */
export function act(what, body) {
  const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return answerOf(fetch(`/user/${what}`, request));
}
