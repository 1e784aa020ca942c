// The line below a channel's head with what is pinned in it: the message pinned last, and a menu of all of them.
import { read } from "./api.js";
import { fill, h, icon, isolated } from "./dom.js";
import { openMenu } from "./menu.js";
import { spoken } from "./mrkdwn.js";
import { authorName } from "./people.js";
import { on, state } from "./state.js";

const LONGEST = 200;

/** Shows the pins of one channel at a time; `jump(message)` brings one into sight. */
export class PinBar {
  constructor(jump) {
    this.jump = jump;
    this.element = h("div", { class: "pin-bar", role: "region", "aria-label": "Pinned", hidden: true });
    this.channel = null;
    this.pins = [];
    this.happened = 0;
    on("message", (news) => this.#messageNews(news));
  }

  /** Shows the pins of another channel. */
  show(channel) {
    if (this.channel !== channel) {
      this.channel = channel;
      this.pins = [];
      this.#draw();
    }
    return this.load();
  }

  /** Reads the pins (again); what was pinned or changed on the way is read once more. */
  async load() {
    const { channel, happened } = this;
    const answer = await read("pins", { user: state.me.id, channel }).catch(() => null); // what is pinned next reads again
    if (!answer || channel !== this.channel) return;
    if (happened !== this.happened) return void this.load();
    this.pins = answer.messages;
    this.#draw();
  }

  #messageNews({ channel, message, gone }) {
    if (channel !== this.channel) return;
    const known = this.pins.some((pin) => pin.ts === message.ts);
    if (!known && !message.pinned) return;
    this.happened += 1;
    if (gone || !message.pinned) this.pins = this.pins.filter((pin) => pin.ts !== message.ts);
    else if (known) this.pins = this.pins.map((pin) => (pin.ts === message.ts ? message : pin));
    else this.pins = [message, ...this.pins];
    this.#draw();
  }

  #draw() {
    const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.element.hidden = this.pins.length === 0;
    if (this.pins.length === 0) return void fill(this.element);
    const [latest] = this.pins;
    const first = h(
      "button",
      {
        type: "button",
        class: "pin-first",
        dataset: { key: "first" },
        title: "Go to the pinned message",
        on: { click: () => this.jump(latest) },
      },
      icon("pin", 14),
      h("span", { class: "visually-hidden" }, "Pinned: "),
      pinWords(latest),
    );
    const all = h(
      "button",
      {
        type: "button",
        class: "pin-all",
        dataset: { key: "all" },
        "aria-haspopup": "menu",
        "aria-expanded": "false",
        on: { click: (event) => this.#list(event.currentTarget) },
      },
      `${this.pins.length} pinned`,
      icon("down", 12),
    );
    fill(this.element, first, this.pins.length > 1 ? all : null);
    if (focused) (this.element.querySelector(`[data-key="${focused}"]`) ?? first).focus();
  }

  #list(anchor) {
    const entries = this.pins.map((pin) => ({
      content: [icon("pin", 14), pinWords(pin)],
      choose: () => this.jump(pin),
    }));
    openMenu(anchor, entries, { label: "Pinned messages" });
  }
}

function pinWords(message) {
  const text = spoken(message.text ?? "").slice(0, LONGEST) || "A card";
  return h(
    "span",
    { class: "pin-words" },
    isolated(authorName(message), { class: "pin-author" }),
    " ",
    isolated(text, { class: "pin-text" }),
  );
}
