// The field at the bottom: writes messages, runs slash commands, completes names, keeps drafts.
import { act } from "./api.js";
import { commandOf, Completion } from "./completion.js";
import { fill, h, icon, iconButton, isolated } from "./dom.js";
import { nameOf, state } from "./state.js";
import { toast, whileBusy } from "./toast.js";

/**
 * A composer. `target()` answers `{channel, thread_ts?, label, key}`; `editLast()` edits the person's last message;
 * `onSend()` runs when something is sent from it.
 */
export class Composer {
  constructor(target, { editLast = () => false, onSend = () => {} } = {}) {
    this.target = target;
    this.editLast = editLast;
    this.onSend = onSend;
    this.field = h("textarea", {
      class: "composer-field",
      rows: "1",
      dir: "auto",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "data-composer": "",
    });
    this.usage = h("div", { class: "usage-line", hidden: true });
    this.sendButton = iconButton("send", "Send", () => this.send(), { class: "send" });
    const start = (sign) => () => this.#startWith(sign);
    const tools = h(
      "div",
      { class: "composer-tools" },
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Commands",
          title: "Commands (/)",
          on: { click: start("/") },
        },
        h("span", { "aria-hidden": "true" }, "/"),
      ),
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Mention someone",
          title: "Mention someone (@)",
          on: { click: start("@") },
        },
        h("span", { "aria-hidden": "true" }, "@"),
      ),
      h(
        "span",
        { class: "composer-hint", "aria-hidden": "true" },
        h("kbd", {}, "Enter"),
        " sends ",
        h("kbd", {}, "Shift"),
        " ",
        h("kbd", {}, "Enter"),
        " new line",
      ),
      this.sendButton,
    );
    this.box = h("div", { class: "composer-box" }, this.field, tools);
    this.element = h("div", { class: "composer" }, this.usage, this.box);
    this.completion = new Completion(this.field, this.element);
    this.field.addEventListener("input", () => this.#changed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Points the composer at its target again: label, draft. */
  retarget() {
    const { label, key } = this.target();
    this.field.placeholder = label;
    this.field.setAttribute("aria-label", label);
    this.field.value = state.drafts.get(key) ?? "";
    this.completion.close();
    this.#changed();
  }

  #changed() {
    const { key } = this.target();
    if (this.field.value) state.drafts.set(key, this.field.value);
    else state.drafts.delete(key);
    this.sendButton.classList.toggle("ready", this.field.value.trim() !== "");
    this.#grow();
    this.#showUsage();
  }

  #grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, innerHeight * 0.4)}px`;
  }

  #showUsage() {
    const command = commandOf(this.field.value);
    this.usage.hidden = !command;
    if (command)
      fill(
        this.usage,
        icon("bolt", 13),
        h("b", {}, command.command),
        h("span", {}, isolated(command.usage_hint || command.description || "")),
      );
  }

  #startWith(sign) {
    this.field.focus();
    if (sign === "/") this.field.value = this.field.value.startsWith("/") ? this.field.value : "/";
    else
      this.field.setRangeText(
        /(^|\s)$/.test(this.field.value.slice(0, this.field.selectionStart)) ? sign : ` ${sign}`,
        this.field.selectionStart,
        this.field.selectionEnd,
        "end",
      );
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #key(event) {
    if (event.isComposing || this.completion.handle(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === "ArrowUp" && this.field.value === "" && this.editLast()) event.preventDefault();
  }

  /** Sends what is written; on a fault it stays in the field. */
  async send() {
    const text = this.field.value.trim();
    if (!text || this.sendButton.getAttribute("aria-busy")) return;
    const { channel, thread_ts: thread, key } = this.target();
    const isCommand = /^\/[a-z]/i.test(text);
    this.field.value = "";
    this.completion.close();
    this.#changed();
    this.onSend();
    const body = { user: state.me.id, channel, text, ...(thread ? { thread_ts: thread } : {}) };
    try {
      await whileBusy(this.sendButton, act(isCommand ? "slash" : "message", body));
    } catch (fault) {
      toast(fault.message, "fault");
      this.#giveBack(key, text);
    }
  }

  #giveBack(key, text) {
    if (this.target().key !== key) state.drafts.set(key, text);
    else if (this.field.value === "") {
      this.field.value = text;
      this.#changed();
    }
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }
}

/** What the composer of a channel or direct message says while it is empty. */
export function placeholderOf(channel) {
  return channel.is_im ? `Message ${nameOf(channel.user, channel.name)}` : `Message #${channel.name}`;
}
