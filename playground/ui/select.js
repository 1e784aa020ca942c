// Block Kit's select menus, single and multi, as a button with a searchable list of choices.
import { fill, h, icon, isolated, uniqueId } from "./dom.js";
import { Listbox } from "./listbox.js";
import { textObject, withEmoji } from "./mrkdwn.js";
import { avatar, humans, personLine } from "./people.js";
import { openPopover } from "./popover.js";
import { channelTitle, nameOf, rooms, state } from "./state.js";
import { externalOptions, used } from "./surface.js";
import { attempt } from "./toast.js";

const SEARCH_FROM = 8;

function fromOption(option, group = null) {
  const about = option.description
    ? h("span", { class: "option-about" }, textObject(option.description, { inline: true }))
    : null;
  return {
    value: option.value,
    words: option.text.text,
    group,
    short: () => textObject(option.text, { inline: true }),
    content: [h("span", {}, textObject(option.text, { inline: true })), about],
  };
}

function fromOptions({ options, option_groups: groups }) {
  if (groups) return groups.flatMap((group) => group.options.map((option) => fromOption(option, group.label.text)));
  return (options ?? []).map((option) => fromOption(option));
}

function fromUser(user) {
  const words = `${nameOf(user.id)} ${user.name ?? ""} ${user.handle ?? ""} ${user.department ?? ""}`;
  return {
    value: user.id,
    words,
    short: () => [isolated(nameOf(user.id))],
    content: [avatar(user.id, { size: "small" }), personLine(user)],
  };
}

function fromChannel(channel) {
  const title = channelTitle(channel);
  const sign = channel.is_im
    ? avatar(channel.user, { size: "small", name: title })
    : h("span", { class: "option-sign" }, icon("hash", 14));
  return {
    value: channel.id,
    words: title,
    short: () => [channel.is_im ? "" : "#", isolated(title)],
    content: [sign, isolated(title)],
  };
}

function conversations(element) {
  const wanted = element.filter?.include ?? ["public", "private", "im", "mpim"];
  const open = wanted.some((kind) => kind === "public" || kind === "private") ? rooms(false) : [];
  return [...open, ...(wanted.includes("im") ? rooms(true) : [])].map(fromChannel);
}

const SOURCES = {
  static: (element) => fromOptions(element),
  users: () => humans().map(fromUser),
  channels: () => rooms(false).map(fromChannel),
  conversations,
  external: () => [],
};

function kindOf(element) {
  const [, multi, source] = /^(multi_)?(\w+)_select$/.exec(element.type);
  return { multi: Boolean(multi), source };
}

function initialValue(element, place) {
  const { multi, source } = kindOf(element);
  const named = { users: "user", channels: "channel", conversations: "conversation" }[source];
  if (named) {
    const current = element.default_to_current_conversation ? (place.surface.address.channel ?? state.place?.id) : null;
    return multi
      ? (element[`initial_${named}s`] ?? (current ? [current] : []))
      : (element[`initial_${named}`] ?? current);
  }
  return multi
    ? (element.initial_options ?? []).map((option) => option.value)
    : (element.initial_option?.value ?? null);
}

/** A select menu of any kind. */
export function selectElement(element, place) {
  return new Select(element, place).control;
}

class Select {
  constructor(element, place) {
    this.element = element;
    this.place = place;
    Object.assign(this, kindOf(element));
    this.known = new Map();
    this.remember(SOURCES[this.source](element));
    this.remember(
      [element.initial_option, ...(element.initial_options ?? [])].filter(Boolean).map((option) => fromOption(option)),
    );
    const begun = initialValue(element, place);
    this.value = place.surface.form ? place.surface.form.begin(place.blockId, element.action_id, begun) : begun;
    this.control = this.#makeControl();
    this.#write();
  }

  #makeControl() {
    const id = uniqueId("select");
    const hint = this.element.placeholder?.text ?? "Choose…";
    const naming = this.place.labelId ? { "aria-labelledby": `${this.place.labelId} ${id}` } : { "aria-label": hint };
    const dataset = { action: this.element.action_id, block: this.place.blockId };
    const attributes = {
      type: "button",
      role: "combobox",
      id,
      class: "select",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-describedby": this.place.describedBy,
      dataset,
      ...naming,
    };
    return h("button", { ...attributes, on: { click: () => this.open() } });
  }

  remember(options) {
    for (const option of options) this.known.set(option.value, option);
  }

  #chosen() {
    return this.multi ? (this.value ?? []) : [this.value].filter((value) => value !== null && value !== undefined);
  }

  #write() {
    const chosen = this.#chosen();
    const shown = chosen.map((value) =>
      h("span", { class: this.multi ? "chip" : "chosen" }, this.known.get(value)?.short() ?? isolated(value)),
    );
    const empty = h("span", { class: "placeholder" }, withEmoji(this.element.placeholder?.text ?? "Choose…"));
    fill(this.control, h("span", { class: "select-value" }, chosen.length ? shown : empty), icon("down", 14));
    if (!this.place.labelId)
      this.control.setAttribute(
        "aria-label",
        [
          this.element.placeholder?.text ?? "Choose",
          ...chosen.map((value) => this.known.get(value)?.words ?? value),
        ].join(": "),
      );
  }

  open() {
    const all = [...SOURCES[this.source](this.element)];
    const search = h("input", {
      type: "text",
      class: "search",
      role: "combobox",
      "aria-expanded": "true",
      "aria-autocomplete": "list",
      "aria-label": "Search",
      placeholder: "Search",
      autocomplete: "off",
    });
    const searchable = this.source === "external" || all.length >= SEARCH_FROM;
    if (!searchable) search.classList.add("visually-hidden");
    this.list = new Listbox(search, (option) => this.choose(option), {
      label: this.element.placeholder?.text ?? "Choices",
      multiple: this.multi,
    });
    const foot = this.multi
      ? h(
          "div",
          { class: "popover-foot" },
          h("button", { type: "button", class: "button small", on: { click: () => this.shut() } }, "Done"),
        )
      : null;
    this.shut = openPopover(this.control, h("div", { class: "choices" }, search, this.list.element, foot), {
      match: true,
      onClose: () => this.#closed(),
    });
    this.control.setAttribute("aria-controls", this.list.element.id);
    search.addEventListener("input", () => this.#search(search.value));
    search.addEventListener(
      "keydown",
      (event) => this.list.handle(event) || (event.key === "Tab" && !this.multi && this.shut()),
    );
    search.focus();
    this.#search("");
  }

  #search(typed) {
    this.typed = typed;
    if (this.source === "external") return this.#searchOutside(typed);
    const words = typed.trim().toLowerCase();
    return this.#show(
      SOURCES[this.source](this.element).filter((option) => option.words.toLowerCase().includes(words)),
    );
  }

  #searchOutside(typed) {
    clearTimeout(this.timer);
    const least = this.element.min_query_length ?? 3;
    if (typed.length < least) {
      this.list.empty = `Type ${least - typed.length} more ${least - typed.length === 1 ? "letter" : "letters"}`;
      return this.#show([]);
    }
    this.timer = setTimeout(async () => {
      const answer = await attempt(() => externalOptions(this.place, this.element, typed));
      if (typed !== this.typed) return;
      this.list.empty = "Nothing found";
      const options = fromOptions({ options: answer ?? [] });
      this.remember(options);
      this.#show(options);
    }, 200);
    return undefined;
  }

  #show(options) {
    this.options = options;
    const chosen = new Set(this.#chosen());
    this.list.show(
      options.map((option) => ({ ...option, selected: chosen.has(option.value) })),
      { keepActive: this.multi },
    );
  }

  async choose(option) {
    if (!this.multi) {
      const before = this.value;
      this.value = option.value;
      this.shut();
      this.#write();
      const kept = await used(this.place, this.element, this.value, this.control);
      if (!kept) this.value = before;
      return this.#write();
    }
    const chosen = this.#chosen();
    const has = chosen.includes(option.value);
    if (!has && this.element.max_selected_items && chosen.length >= this.element.max_selected_items) return undefined;
    this.value = has ? chosen.filter((value) => value !== option.value) : [...chosen, option.value];
    this.changed = true;
    this.place.surface.form?.set(this.place.blockId, this.element.action_id, this.value);
    this.#write();
    return this.#show(this.options);
  }

  #closed() {
    this.control.removeAttribute("aria-controls");
    if (!this.multi || !this.changed) return;
    this.changed = false;
    used(this.place, this.element, this.value, this.control);
  }
}
