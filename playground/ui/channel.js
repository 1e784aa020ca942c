// The pane in the middle when a channel is open: its head, its messages, its composer; keeps what is read in step.
import { act } from "./api.js";
import { Composer, placeholderOf } from "./composer.js";
import { pushButton } from "./dialog.js";
import { fill, h, icon, iconButton, isolated } from "./dom.js";
import { Feed } from "./feed.js";
import { channelHistory } from "./histories.js";
import { mrkdwnInline, spoken } from "./mrkdwn.js";
import { soon } from "./pace.js";
import { avatar, isFromApp, roleOf } from "./people.js";
import { PinBar } from "./pins.js";
import { openThread } from "./places.js";
import { channelTitle, on, openChannel, state, tell } from "./state.js";
import { attempt } from "./toast.js";

const MARK_PAUSE = 250;

/** Builds the channel pane; `menuButton()` makes the button that opens the sidebar on a narrow screen. */
export class ChannelPane {
  constructor(main, menuButton) {
    this.main = main;
    this.head = h("header", { class: "pane-head" });
    this.menuButton = menuButton;
    this.feed = new Feed({ label: "Messages", onRead: () => this.markRead(), opening: () => this.#opening() });
    this.composer = new Composer(() => this.#target(), {
      editLast: () => this.#editLast(),
      onSend: () => this.feed.toLatest(),
    });
    this.pins = new PinBar((message) => this.#jump(message));
    this.foot = h("div", { class: "pane-foot" });
    this.channel = null;
    this.marks = new Map();
    this.markedAt = 0;
    this.sendMarksSoon = soon(() => this.#sendMarks(), MARK_PAUSE);
    on("workspace", () => this.#workspaceChanged());
    on("message", (news) => this.#messageNews(news));
    document.addEventListener(
      "visibilitychange",
      () => document.visibilityState === "visible" && this.feed.stuck && this.markRead(),
    );
  }

  /** Shows a channel; `ts` brings a message into sight. */
  async show(channel, ts = null) {
    const same = this.channel?.id === channel.id && this.main.contains(this.feed.element);
    this.channel = channel;
    fill(this.main, this.head, this.pins.element, this.feed.element, this.foot);
    this.#drawHead();
    this.#drawFoot();
    if (same && ts) return this.feed.goTo(ts);
    this.pins.show(channel.id);
    this.composer.retarget();
    if (!matchMedia("(pointer: coarse)").matches && !document.querySelector("dialog[open]")) this.composer.focus();
    const unreadAfter = channel.unread > 0 ? (channel.last_read ?? "0") : null;
    await this.feed.show(channelHistory(channel.id), { unreadAfter, lastRead: channel.last_read, focusOn: ts });
    return this.feed.stuck && this.markRead();
  }

  async #jump(message) {
    if (message.thread_ts && message.thread_ts !== message.ts) return openThread(this.channel.id, message.thread_ts);
    await this.feed.goTo(message.ts);
    return this.feed.drawn.get(message.ts)?.element.focus({ preventScroll: true });
  }

  /** Draws again after the history was loaded anew. */
  async reload() {
    if (this.channel)
      await this.feed.show(channelHistory(this.channel.id), {
        unreadAfter: this.feed.unreadAfter,
        lastRead: this.feed.lastRead,
      });
  }

  #target() {
    const channel = this.channel;
    return { channel: channel.id, label: placeholderOf(channel), key: channel.id };
  }

  #drawHead() {
    const { channel } = this;
    this.headSays = `${channelTitle(channel)} ${channel.topic}`;
    const other = channel.is_im ? state.users.get(channel.user) : null;
    const sign = channel.is_im
      ? avatar(channel.user ?? "", { size: "small", name: channelTitle(channel) })
      : icon("hash", 18);
    const about = channel.is_im ? roleOf(other) : mrkdwnInline(channel.topic ?? "");
    const whole = channel.is_im ? null : spoken(channel.topic ?? "") || null;
    const topic = about.length > 0 ? h("div", { class: "pane-topic" }, about) : null;
    fill(
      this.head,
      this.menuButton(),
      h("h1", { class: "pane-title" }, sign, isolated(channelTitle(channel))),
      h("div", { class: "pane-about", title: whole }, topic),
      h(
        "div",
        { class: "pane-tools" },
        iconButton("search", "Go to… (Ctrl K)", () => tell("switch")),
      ),
    );
  }

  #drawFoot() {
    const { channel } = this;
    if (channel.is_im || channel.is_member !== false) return fill(this.foot, this.composer.element);
    const join = pushButton("Join channel", "primary", () =>
      attempt(() => act("join", { user: state.me.id, channel: channel.id })),
    );
    return fill(
      this.foot,
      h("div", { class: "join-bar" }, h("span", {}, "You are looking at ", h("b", {}, `#${channel.name}`), "."), join),
    );
  }

  #opening() {
    const { channel } = this;
    const text = channel.is_im
      ? ["This is where your conversation with ", h("b", {}, isolated(channelTitle(channel))), " begins."]
      : ["This is where ", h("b", {}, `#${channel.name}`), " begins."];
    return h(
      "li",
      { class: "feed-opening" },
      h(
        "span",
        { class: "opening-sign" },
        channel.is_im ? avatar(channel.user ?? "", { name: channelTitle(channel) }) : icon("hash", 22),
      ),
      h("p", {}, text, channel.purpose ? [" ", mrkdwnInline(channel.purpose)] : null),
    );
  }

  #workspaceChanged() {
    const channel = openChannel();
    if (!channel || channel.id !== this.channel?.id) return;
    const joined = channel.is_member !== this.channel.is_member;
    this.channel = channel;
    if (this.headSays !== `${channelTitle(channel)} ${channel.topic}`) this.#drawHead();
    if (joined) this.#drawFoot();
    if (channel.is_new && this.feed.stuck && this.feed.history?.loaded) this.markRead();
  }

  #messageNews({ channel, message, isNew }) {
    if (channel !== this.channel?.id || state.place?.kind !== "channel") return;
    const reply = message.thread_ts && message.thread_ts !== message.ts;
    if (reply && isNew && this.feed.stuck) this.markRead();
    if (!isNew || reply) return void this.feed.drawSoon();
    const away = document.visibilityState !== "visible" || !this.feed.stuck;
    if (away && this.feed.unreadAfter === null && message.user !== state.me.id)
      this.feed.unreadAfter = this.channel.last_read ?? null;
    this.feed.arrived(message);
  }

  /** Tells the server that the newest message is read. */
  markRead() {
    const channel = state.channels.get(this.channel?.id);
    if (!channel || this.feed.history?.channel !== channel.id || document.visibilityState !== "visible") return;
    // Who was brought in has looked now, even where there is nothing to read yet.
    const reach = this.feed.history.reach() || (channel.is_new ? "0" : "");
    const read = !channel.unread && !channel.mentions && !channel.is_new && (channel.last_read ?? "") >= reach;
    if (reach === "" || read) return;
    Object.assign(channel, { unread: 0, mentions: 0, is_new: false, last_read: reach });
    tell("workspace");
    this.marks.set(channel.id, reach);
    if (Date.now() - this.markedAt > MARK_PAUSE) this.#sendMarks();
    else this.sendMarksSoon();
  }

  #sendMarks() {
    this.markedAt = Date.now();
    for (const [channel, ts] of this.marks) act("mark", { user: state.me.id, channel, ts }).catch(() => {}); // the next message marks again
    this.marks.clear();
  }

  #editLast() {
    return editLast(this.feed);
  }
}

/** Opens the editor of the person's newest message in a feed. */
export function editLast(feed) {
  const own = feed.history.messages.findLast(
    (message) => message.user === state.me.id && !message.ephemeral && !isFromApp(message),
  );
  const row = own ? feed.drawn.get(own.ts)?.element : null;
  row?.focus();
  row?.dispatchEvent(new KeyboardEvent("keydown", { key: "e", cancelable: true }));
  return Boolean(row);
}
