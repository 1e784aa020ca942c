// Completion while typing: slash commands with their usage, people and groups after @, channels after #, emoji after ":".
import { h, icon, isolated } from "./dom.js";
import { emojiFor, searchEmoji } from "./emoji.js";
import { Listbox } from "./listbox.js";
import { avatar, handleOf, humans, personLine } from "./people.js";
import { appName, nameOf, rooms, state } from "./state.js";

const PATTERNS = [
  ["command", /^\/([\w-]*)$/],
  ["person", /(?:^|[\s(])@([\p{L}\p{N}._-]*)$/u],
  ["channel", /(?:^|[\s(])#([\w-]*)$/],
  ["emoji", /(?:^|[\s(]):([a-z0-9_+-]{2,})$/],
];

/** The word being typed before the caret that can be completed: `{kind, typed, start}`, or null. Pure. */
export function tokenAt(text) {
  for (const [kind, pattern] of PATTERNS) {
    const match = pattern.exec(text);
    if (match) return { kind, typed: match[1].toLowerCase(), start: text.length - match[1].length - 1 };
  }
  return null;
}

/** The command that a text begins with, once its name is complete. */
export function commandOf(text) {
  const name = /^(\/[\w-]+)\s/.exec(text)?.[1];
  return name ? (state.commands.find(({ command }) => command === name) ?? null) : null;
}

function commands(typed) {
  return state.commands
    .filter(({ command }) => command.slice(1).startsWith(typed))
    .map(({ command, description, usage_hint: usage }) => ({
      value: `${command} `,
      content: [
        h("span", { class: "option-sign" }, icon("bolt", 14)),
        h(
          "span",
          { class: "command-line" },
          h("span", {}, h("b", {}, command), " ", h("span", { class: "usage" }, usage ?? "")),
          h("span", { class: "option-about" }, description ?? ""),
        ),
      ],
    }));
}

function people(typed) {
  const matches = (words) =>
    words.some(
      (word) =>
        word &&
        word
          .toLowerCase()
          .split(/[\s.]+/)
          .concat(word.toLowerCase())
          .some((part) => part.startsWith(typed)),
    );
  const app =
    state.app?.bot_user_id && matches([appName()])
      ? [
          {
            value: `@${appHandle()} `,
            content: [
              avatar(state.app.bot_user_id, { size: "small" }),
              h(
                "span",
                { class: "person-line" },
                isolated(appName(), { class: "person-name" }),
                h("span", { class: "person-about" }, "App"),
              ),
            ],
          },
        ]
      : [];
  const persons = humans()
    .filter((user) => matches([nameOf(user.id), handleOf(user)]))
    .map((user) => ({ value: `@${handleOf(user)} `, content: [avatar(user.id, { size: "small" }), personLine(user)] }));
  const groups = [...state.usergroups.values()]
    .filter((group) => matches([group.handle, group.name]))
    .map((group) => ({
      value: `@${group.handle} `,
      content: [
        h("span", { class: "option-sign" }, "@"),
        h(
          "span",
          { class: "person-line" },
          isolated(`@${group.handle}`, { class: "person-name" }),
          h("span", { class: "person-about" }, `Group · ${(group.members ?? group.users ?? []).length} people`),
        ),
      ],
    }));
  return [...app, ...persons, ...groups];
}

function appHandle() {
  const bot = state.users.get(state.app.bot_user_id);
  return bot ? handleOf(bot) : appName().toLowerCase();
}

function channels(typed) {
  return rooms(false)
    .filter((channel) => channel.name.includes(typed))
    .map((channel) => ({
      value: `#${channel.name} `,
      content: [
        h("span", { class: "option-sign" }, icon("hash", 14)),
        isolated(channel.name),
        h("span", { class: "option-about" }, isolated(channel.topic ?? "")),
      ],
    }));
}

function emoji(typed) {
  return searchEmoji(typed)
    .slice(0, 30)
    .map(([name]) => ({
      value: `${emojiFor(name)} `,
      content: [h("span", { class: "option-sign emoji" }, emojiFor(name)), `:${name}:`],
    }));
}

const SOURCES = { command: commands, person: people, channel: channels, emoji };
const LABELS = { command: "Commands", person: "People", channel: "Channels", emoji: "Emoji" };

/** Completion for a textarea; the list is put into `frame`. */
export class Completion {
  constructor(field, frame) {
    this.field = field;
    this.frame = frame;
    this.token = null;
    this.list = null;
    field.addEventListener("input", () => this.look());
    field.addEventListener("click", () => this.look());
    field.addEventListener("blur", () => this.close());
  }

  /** Looks at the word before the caret and shows or hides the list. */
  look() {
    const { selectionStart, selectionEnd, value } = this.field;
    const token = selectionStart === selectionEnd ? tokenAt(value.slice(0, selectionStart)) : null;
    const options = token ? SOURCES[token.kind](token.typed) : [];
    if (options.length === 0) return this.close();
    if (this.list && this.token.kind !== token.kind) this.close();
    this.token = token;
    this.list ??= this.#open(LABELS[token.kind]);
    return this.list.show(options);
  }

  #open(label) {
    const list = new Listbox(this.field, (option) => this.#insert(option.value), { label });
    this.frame.prepend(
      h(
        "div",
        { class: "completion" },
        h("div", { class: "completion-title", "aria-hidden": "true" }, label),
        list.element,
      ),
    );
    return list;
  }

  #insert(value) {
    const caret = this.field.selectionStart;
    const rest = this.field.value.slice(caret);
    this.field.setRangeText(rest.startsWith(" ") ? value.trimEnd() : value, this.token.start, caret, "end");
    this.close();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  close() {
    this.list?.leave();
    this.frame.querySelector(".completion")?.remove();
    this.list = null;
    this.token = null;
  }

  /** Handles a key; says whether it was one of ours. A word that is complete already lets Enter through. */
  handle(event) {
    if (!this.list) return false;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.close();
      return true;
    }
    const complete =
      this.list.options[this.list.active]?.value.trim() ===
      this.field.value.slice(this.token.start, this.field.selectionStart);
    if (event.key === "Enter" && complete) return false;
    return this.list.handle(event, { tab: true });
  }
}
