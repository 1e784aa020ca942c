// Where the person is, kept in the address after the #: a channel, a message in it, a thread, or Home. Back and forward work.
import { rooms, state, tell } from "./state.js";

const LAST = "playground.place";

function parsed(hash) {
  const [first, second, third] = hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  if (first === "home") return { place: { kind: "home" }, thread: null };
  const channel =
    state.channels.get(first) ?? [...state.channels.values()].find((one) => one.name === first && !one.is_im);
  if (!channel) return null;
  if (second === "thread" && third) return { place: { kind: "channel", id: channel.id }, thread: third };
  return { place: { kind: "channel", id: channel.id, ts: second || null }, thread: null };
}

function first() {
  const remembered = parsed(localStorage.getItem(`${LAST}.${state.me.id}`) ?? "");
  const joined = rooms(false).find((channel) => channel.is_member) ?? rooms(false)[0] ?? rooms(true)[0];
  return remembered ?? { place: joined ? { kind: "channel", id: joined.id } : { kind: "home" }, thread: null };
}

/** Reads the address and tells "place" when the person has moved, "thread" when only the thread changed. */
export function arriveByAddress() {
  const { place, thread } = parsed(location.hash) ?? first();
  const moved = !state.place || place.kind !== state.place.kind || place.id !== state.place.id || Boolean(place.ts);
  const threadChanged = thread !== state.thread;
  state.place = place;
  state.thread = thread;
  localStorage.setItem(`${LAST}.${state.me.id}`, place.kind === "home" ? "#/home" : `#/${place.id}`);
  if (moved) tell("place");
  if (moved || threadChanged) tell("thread");
}

function move(hash) {
  if (location.hash === hash) arriveByAddress();
  else location.hash = hash;
}

export function goHome() {
  move("#/home");
}

/** Opens a channel, at a message when `ts` is given. */
export function goTo(channel, ts = "") {
  move(ts ? `#/${channel}/${ts}` : `#/${channel}`);
}

/** Opens the thread of a message beside its channel. */
export function openThread(channel, ts) {
  move(`#/${channel}/thread/${ts}`);
}

export function closeThread() {
  if (state.thread) move(`#/${state.place.id}`);
}

/** Follows links to messages as Slack writes them (`/archives/C…/p…`), which the app may put into its cards. */
export function catchPermalinks() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const url = new URL(link.href);
    const found = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(url.pathname);
    if (!found || !state.channels.has(found[1])) return;
    event.preventDefault();
    const thread = url.searchParams.get("thread_ts");
    if (thread) openThread(found[1], thread);
    else goTo(found[1], `${found[2]}.${found[3]}`);
  });
}
