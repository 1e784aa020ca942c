// The pane at the right: a message, the answers to it, and a composer for one more.
import { Composer } from "./composer.js";
import { fill, h, iconButton, isolated } from "./dom.js";
import { editLast } from "./channel.js";
import { Feed } from "./feed.js";
import { threadHistory } from "./histories.js";
import { closeThread } from "./places.js";
import { channelTitle, on, state } from "./state.js";

/** Builds the thread pane into `aside`. */
export class ThreadPane {
  constructor(aside, shell) {
    this.aside = aside;
    this.shell = shell;
    this.feed = new Feed({ label: "Thread" });
    this.composer = new Composer(() => this.#target(), {
      editLast: () => editLast(this.feed),
      onSend: () => this.feed.toLatest(),
    });
    this.head = h("header", { class: "pane-head" });
    fill(aside, this.head, this.feed.element, h("div", { class: "pane-foot" }, this.composer.element));
    on("message", (news) => this.#messageNews(news));
  }

  /** Shows the thread of `state.thread`, or hides the pane. */
  async show() {
    const ts = state.thread;
    const was = !this.aside.hidden;
    this.aside.hidden = !ts;
    this.shell.classList.toggle("with-thread", Boolean(ts));
    if (!ts) return was && this.#giveFocusBack();
    const channel = state.channels.get(state.place.id);
    this.open = { channel: channel.id, ts };
    fill(
      this.head,
      h("h2", { class: "pane-title" }, "Thread"),
      h("div", { class: "pane-about" }, channel.is_im ? "" : "#", isolated(channelTitle(channel))),
      h("div", { class: "pane-tools" }, iconButton("close", "Close thread (Esc)", closeThread)),
    );
    this.composer.retarget();
    if (!document.querySelector("dialog[open]")) this.composer.focus();
    return this.feed.show(threadHistory(channel.id, ts));
  }

  #giveFocusBack() {
    const row = document.querySelector(`#main .message[data-ts="${CSS.escape(this.open?.ts ?? "")}"]`);
    if (this.aside.contains(document.activeElement) || document.activeElement === document.body)
      row?.focus({ preventScroll: true });
    return null;
  }

  /** Draws again after a break in the stream. */
  reload() {
    return state.thread ? this.feed.show(threadHistory(this.open.channel, this.open.ts)) : null;
  }

  #target() {
    const { channel, ts } = this.open;
    return { channel, thread_ts: ts, label: "Reply in thread", key: `${channel}/${ts}` };
  }

  #messageNews({ channel, message, isNew }) {
    if (!state.thread || channel !== this.open?.channel) return;
    const inside = (message.thread_ts ?? message.ts) === this.open.ts;
    if (isNew && inside && message.ts !== this.open.ts) this.feed.arrived(message);
    else this.feed.drawSoon();
  }
}
