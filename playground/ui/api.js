// Calls of the user API. An answer with `ok: false`, and a server that does not answer, become an ApiFault with a sentence to show.

/** Why a call failed: `code` for the program, `message` for the person. */
export class ApiFault extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const UNREACHABLE =
  "The playground does not answer. Start it again with “python -m playground”; this page reconnects by itself.";

/** What to do about a refusal; it follows the server's sentence of what is wrong. */
const WAYS_OUT = {
  operation_timeout: "Look at the app's log, then try again.",
  dispatch_failed: "Start the app, or look at its log, then try again.",
  slash_in_thread: "Mention the app instead, as in “@Baton claim”, or use the channel's composer.",
  unknown_command: "Type “/” to see the commands that exist.",
  not_in_channel: "Join the channel first.",
  channel_not_found: "Choose another from the list.",
  message_not_found: "It was deleted meanwhile.",
  view_not_found: "Close it and open it again.",
  action_not_found: "The card was drawn anew meanwhile; look at it again.",
  msg_too_long: "Send it in parts.",
};

async function answerOf(request) {
  let response;
  try {
    response = await request;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiFault("unreachable", UNREACHABLE);
  }
  const body = await response.json().catch(() => null);
  if (body === null)
    throw new ApiFault("not_json", `The playground answered ${response.status} without a reason. Look at its log.`);
  if (!body.ok) throw new ApiFault(body.error ?? "failed", sentence(body));
  return body;
}

function sentence({ error, detail }) {
  const what = detail || `That did not work (${error ?? "no reason given"}).`;
  return [what, WAYS_OUT[error]].filter(Boolean).join(" ");
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
