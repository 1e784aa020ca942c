// The messages of channels and threads as far as they are loaded, kept in step with the stream.
import { read } from "./api.js";
import { state, tell } from "./state.js";

const PAGE = 100;
const KEPT = 8;
const channels = new Map();
const threads = new Map();

/** A row of messages, oldest first, without gaps from the oldest loaded to the newest. */
export class History {
  #news = new Set();

  constructor(channel, threadTs = null) {
    this.channel = channel;
    this.threadTs = threadTs;
    this.messages = [];
    this.hasOlder = true;
    this.loaded = false;
    this.loading = null;
  }

  /** Loads the newest page (again); what is older and loaded already stays when the page reaches it. */
  async load() {
    const news = [];
    this.#news.add(news);
    const { messages, has_more: more } = await this.#page().finally(() => this.#news.delete(news));
    const oldest = messages[0]?.ts;
    const overlap = oldest !== undefined && this.messages.some((message) => message.ts >= oldest);
    const older = overlap ? this.messages.filter((message) => message.ts < oldest) : [];
    this.messages = [...older, ...messages];
    if (!overlap || !this.loaded) this.hasOlder = Boolean(more);
    this.loaded = true;
    // What happened while the page was on its way may not be in it.
    for (const repeat of news) repeat();
  }

  /** Is it here, or on its way? */
  get isWanted() {
    return this.loaded || this.#news.size > 0;
  }

  /** Loads the page before the oldest message; one call at a time. */
  loadOlder() {
    this.loading ??= this.#page(this.messages[0]?.ts)
      .then(({ messages, has_more: more }) => {
        const known = new Set(this.messages.map((message) => message.ts));
        this.messages.unshift(...messages.filter((message) => !known.has(message.ts)));
        this.hasOlder = Boolean(more) && messages.length > 0;
      })
      .finally(() => {
        this.loading = null;
      });
    return this.loading;
  }

  #page(before = null) {
    return read("messages", {
      user: state.me.id,
      channel: this.channel,
      thread_ts: this.threadTs,
      limit: PAGE,
      before,
    });
  }

  find(ts) {
    return this.messages.find((message) => message.ts === ts) ?? null;
  }

  /** Adds a message at its place, or replaces the one of the same time. What is older than all that is loaded comes with its page. */
  put(message) {
    for (const news of this.#news) news.push(() => this.put(message));
    if (this.loaded && this.hasOlder && message.ts < (this.messages[0]?.ts ?? "")) return;
    const at = this.messages.findLastIndex((other) => other.ts <= message.ts);
    if (this.messages[at]?.ts === message.ts) this.messages[at] = message;
    else this.messages.splice(at + 1, 0, message);
  }

  remove(ts) {
    for (const news of this.#news) news.push(() => this.remove(ts));
    this.messages = this.messages.filter((message) => message.ts !== ts);
  }

  /** The time of the newest message or reply, ephemerals aside: what a person who sees the end has read up to. */
  reach() {
    const times = this.messages
      .slice(-PAGE)
      .filter((message) => !message.ephemeral)
      .map((message) => message.latest_reply ?? message.ts);
    return times.reduce((latest, ts) => (ts > latest ? ts : latest), "");
  }
}

function recent(map, key, make) {
  const history = map.get(key) ?? make();
  map.delete(key);
  map.set(key, history);
  if (map.size > KEPT) map.delete(map.keys().next().value);
  return history;
}

/** The top level of a channel. */
export function channelHistory(channel) {
  return recent(channels, channel, () => new History(channel));
}

/** A thread: its first message and the answers. */
export function threadHistory(channel, ts) {
  return recent(threads, `${channel}/${ts}`, () => new History(channel, ts));
}

function isReply(message) {
  return Boolean(message.thread_ts && message.thread_ts !== message.ts);
}

function placesOf(channel, message) {
  const root = message.thread_ts ?? message.ts;
  const places = [threads.get(`${channel}/${root}`)];
  if (!isReply(message) || message.subtype === "thread_broadcast") places.push(channels.get(channel));
  return places.filter((place) => place?.isWanted);
}

/** Takes a message that was posted, changed or whispered. */
export function arrive(channel, message, isNew) {
  for (const place of placesOf(channel, message)) place.put(message);
  if (isReply(message) && isNew && !message.ephemeral) countReply(channel, message);
  tell("message", { channel, message, isNew });
}

/** Takes a message away. */
export function vanish(channel, message) {
  const { ts } = message;
  for (const history of [...channels.values(), ...threads.values()]) {
    if (history.channel === channel && history.threadTs !== ts) history.remove(ts);
  }
  if (isReply(message) && !message.ephemeral) uncountReply(channel, message);
  tell("message", { channel, message, gone: true });
}

function uncountReply(channel, reply) {
  const history = channels.get(channel);
  const root = history?.find(reply.thread_ts);
  if (root?.reply_count) history.put({ ...root, reply_count: root.reply_count - 1 });
}

function countReply(channel, reply) {
  const roots = [channels.get(channel), threads.get(`${channel}/${reply.thread_ts}`)];
  for (const history of roots.filter(Boolean)) {
    const root = history.find(reply.thread_ts);
    if (!root || (root.latest_reply ?? "") >= reply.ts) continue;
    history.put({ ...root, thread_ts: root.ts, reply_count: (root.reply_count ?? 0) + 1, latest_reply: reply.ts });
  }
}

/** After a break in the stream: what is shown is loaded again, the rest is forgotten. */
export function forgetAllBut(shown) {
  for (const map of [channels, threads]) {
    for (const [key, history] of map) if (!shown.includes(history)) map.delete(key);
  }
}
