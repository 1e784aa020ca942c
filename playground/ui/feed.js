// A scrolling list of messages with a bounded number of rows in the document; used by channels and by threads.
import { dayTitle } from "./dates.js";
import { fill, h, icon } from "./dom.js";
import { messageRow } from "./message.js";
import { spoken } from "./mrkdwn.js";
import { authorName } from "./people.js";
import { soon } from "./pace.js";
import { state } from "./state.js";
import { rowsOf } from "./timeline.js";
import { announce, attempt } from "./toast.js";

const STEP = 100;
const MOST = 300;
const NEAR = 240;

/** Shows one History at a time. `onRead()` runs when the newest message is in sight. */
export class Feed {
  constructor({ label, onRead = () => {}, opening = null }) {
    this.onRead = onRead;
    this.opening = opening;
    this.list = h("ol", { class: "feed-list", "aria-label": label });
    this.older = h(
      "div",
      { class: "feed-older", hidden: true },
      h("span", { class: "spinner" }),
      "Loading earlier messages",
    );
    this.scroller = h("div", { class: "feed", tabindex: "-1" }, this.older, this.list);
    this.jump = h("button", { type: "button", class: "jump", hidden: true, on: { click: () => this.toLatest() } });
    this.element = h("div", { class: "feed-frame" }, this.scroller, this.jump);
    this.drawn = new Map();
    this.drawSoon = soon(() => this.draw());
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.stuck && this.#toBottom()).observe(this.scroller);
    new ResizeObserver(() => this.stuck && this.#toBottom()).observe(this.list);
  }

  /** Shows `history` from its newest message, loading it when need be. */
  async show(history, { unreadAfter = null, lastRead = null, focusOn = null } = {}) {
    this.history = history;
    this.unreadAfter = unreadAfter;
    this.lastRead = lastRead;
    this.stuck = true;
    this.missed = 0;
    this.answered = false;
    this.drawn.clear();
    fill(this.list, history.loaded ? [] : h("li", { class: "feed-note" }, h("span", { class: "spinner" }), " Loading"));
    if (!history.loaded) await attempt(() => history.load());
    if (this.history !== history) return;
    this.#resetWindow();
    this.draw();
    if (focusOn) await this.goTo(focusOn);
  }

  #resetWindow() {
    this.end = this.history.messages.length;
    this.start = Math.max(0, this.end - STEP);
  }

  /** Draws what changed since the last time; rows of unchanged messages stay as they are. */
  draw() {
    if (!this.history?.loaded) return;
    if (this.stuck) this.#follow();
    this.end = Math.min(this.end, this.history.messages.length);
    const rows = rowsOf(this.history.messages.slice(this.start, this.end), {
      unreadAfter: this.unreadAfter,
      me: state.me?.id,
    });
    const anchor = this.stuck ? null : this.#anchor();
    const focus = this.#focusMark();
    const next = new Map();
    const elements = rows.map((row) => {
      const known = this.drawn.get(row.key);
      const same = known && known.message === row.message && known.continued === row.continued;
      const element = same ? known.element : this.#element(row);
      next.set(row.key, { message: row.message, continued: row.continued, element });
      return element;
    });
    this.drawn = next;
    this.#place(elements);
    this.#restoreFocus(focus);
    if (anchor) this.scroller.scrollTop += anchor.element.getBoundingClientRect().top - anchor.top;
    if (this.stuck) this.#toBottom();
    this.#showJump();
  }

  #follow() {
    this.end = this.history.messages.length;
    if (this.end - this.start > MOST) this.start = this.end - STEP;
  }

  #element(row) {
    if (row.kind === "day") return h("li", { class: "day", role: "listitem" }, h("span", {}, dayTitle(row.date)));
    if (row.kind === "unread") return h("li", { class: "unread-line" }, h("span", {}, "New"));
    return messageRow(row.message, {
      channel: this.history.channel,
      continued: row.continued,
      inThread: Boolean(this.history.threadTs),
      lastRead: this.lastRead,
    });
  }

  #place(elements) {
    const begin = !this.history.hasOlder && this.start === 0 && this.opening ? [this.opening(this.history)] : [];
    const empty =
      elements.length === 0 && begin.length === 0 ? [h("li", { class: "feed-note" }, "Nothing here yet.")] : [];
    const wanted = [...begin, ...elements, ...empty];
    const keep = new Set(wanted);
    for (const child of [...this.list.children]) if (!keep.has(child)) child.remove();
    wanted.forEach((element, index) => {
      if (this.list.children[index] !== element) this.list.insertBefore(element, this.list.children[index] ?? null);
    });
  }

  #anchor() {
    const edge = this.scroller.getBoundingClientRect().top;
    const element = [...this.list.querySelectorAll(".message")].find(
      (row) => row.getBoundingClientRect().bottom > edge,
    );
    return element ? this.#stableAnchor(element) : null;
  }

  #stableAnchor(element) {
    const key = element.dataset.ts;
    const feed = this;
    return {
      top: element.getBoundingClientRect().top,
      get element() {
        return feed.drawn.get(key)?.element ?? element;
      },
    };
  }

  #focusMark() {
    const focused = document.activeElement;
    const row = this.list.contains(focused) ? focused.closest(".message") : null;
    if (!row) return null;
    const { action, value } = focused.dataset;
    return { ts: row.dataset.ts, action, value, focused };
  }

  #restoreFocus(mark) {
    if (!mark || mark.focused.isConnected) return;
    const row = this.drawn.get(mark.ts)?.element;
    const controls = mark.action
      ? [...(row?.querySelectorAll("[data-action]") ?? [])].filter((control) => control.dataset.action === mark.action)
      : [];
    const control = controls.find((candidate) => candidate.dataset.value === mark.value) ?? controls[0] ?? row;
    control?.focus({ preventScroll: true });
  }

  /** A message came: follows it when the end is in sight, else counts it on the button. */
  arrived(message) {
    const loud = message.user !== state.me.id;
    if (loud) announce(`${authorName(message)}: ${spoken(message.text).slice(0, 200)}`);
    if (!loud && !message.ephemeral) this.stuck = true;
    if (!this.stuck) this.missed += 1;
    if (!this.stuck && message.ephemeral) this.answered = true;
    if (this.end === this.history.messages.length - 1 && this.end - this.start < MOST) this.end += 1;
    this.drawSoon();
    if (this.stuck && document.visibilityState === "visible") this.onRead();
  }

  async #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const below = scrollHeight - scrollTop - clientHeight;
    const atEnd = this.end === this.history?.messages.length;
    const wasStuck = this.stuck;
    this.stuck = atEnd && below < 40;
    if (this.stuck) {
      this.missed = 0;
      this.answered = false;
      if (!wasStuck) this.onRead();
    }
    this.#showJump();
    if (!this.history?.loaded) return;
    if (scrollTop < NEAR) await this.#extendUp();
    else if (below < NEAR && !atEnd) this.#extendDown();
  }

  async #extendUp() {
    if (this.start === 0) {
      if (!this.history.hasOlder || this.history.loading) return;
      const { history } = this;
      const before = history.messages.length;
      this.older.hidden = false;
      await attempt(() => history.loadOlder());
      this.older.hidden = true;
      if (this.history !== history) return;
      const added = history.messages.length - before;
      this.start += added;
      this.end += added;
    }
    this.start = Math.max(0, this.start - STEP);
    this.end = Math.min(this.end, this.start + MOST);
    this.stuck = false;
    this.draw();
  }

  #extendDown() {
    this.end = Math.min(this.history.messages.length, this.end + STEP);
    this.start = Math.max(this.start, this.end - MOST);
    this.draw();
  }

  /** Back to the newest message. */
  toLatest() {
    this.stuck = true;
    this.missed = 0;
    this.answered = false;
    this.#resetWindow();
    this.draw();
    this.onRead();
  }

  #toBottom() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #showJump() {
    this.jump.hidden = this.stuck;
    const news = this.missed ? `${this.missed} new ${this.missed === 1 ? "message" : "messages"}` : "Jump to latest";
    const text = this.answered ? "An answer, only for you" : news;
    this.jump.classList.toggle("has-new", this.missed > 0);
    if (this.jump.textContent !== text) fill(this.jump, icon("jump", 14), text);
  }

  /** Brings a message into sight and marks it for a moment; loads older pages until it is there. */
  async goTo(ts) {
    for (let round = 0; round < 30 && !this.history.find(ts) && this.history.hasOlder; round += 1) {
      if ((await attempt(() => this.history.loadOlder().then(() => true))) === null) return;
    }
    const at = this.history.messages.findIndex((message) => message.ts === ts);
    if (at < 0) return;
    this.stuck = false;
    this.start = Math.max(0, at - STEP / 2);
    this.end = Math.min(this.history.messages.length, Math.max(at + STEP / 2, this.start + STEP));
    this.draw();
    const row = this.drawn.get(ts).element;
    row.scrollIntoView({ block: "center" });
    row.classList.add("pointed-at");
    setTimeout(() => row.classList.remove("pointed-at"), 2500);
  }

  /** Moves the focus among the messages: -1 up, +1 down; from outside it goes to the newest. */
  walk(step) {
    const rows = [...this.list.querySelectorAll(".message")];
    const at = rows.indexOf(document.activeElement.closest?.(".message"));
    const next = at < 0 ? rows.at(-1) : rows[at + step];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
    return Boolean(next);
  }
}
