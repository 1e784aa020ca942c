// A list of choices walked with the arrow keys while the focus stays in a field: for selects, completion and the quick switcher.
import { fill, h, icon, uniqueId } from "./dom.js";

/**
 * The list part of a combobox. An option is `{value, content, group?, selected?, disabled?}`; `content` is nodes.
 * `field` keeps the focus and gets `aria-activedescendant`; `choose(option)` runs on Enter, Tab (when `tab`) and press.
 */
export class Listbox {
  constructor(field, choose, { label, multiple = false, empty = "Nothing found" } = {}) {
    this.field = field;
    this.choose = choose;
    this.empty = empty;
    this.multiple = multiple;
    this.options = [];
    this.active = -1;
    this.element = h("ul", {
      class: "listbox",
      role: "listbox",
      id: uniqueId("list"),
      "aria-label": label,
      "aria-multiselectable": multiple ? "true" : null,
    });
    this.element.addEventListener("pointerdown", (event) => event.preventDefault());
    this.element.addEventListener("click", (event) => this.#press(event));
    field.setAttribute("aria-controls", this.element.id);
  }

  /** Shows these options; the active one is the selected, else the first. */
  show(options, { keepActive = false } = {}) {
    const before = this.options[this.active]?.value;
    this.options = options;
    fill(
      this.element,
      options.length
        ? this.#rows()
        : h(
            "li",
            { class: "listbox-empty", role: "option", "aria-disabled": "true", "aria-selected": "false" },
            this.empty,
          ),
    );
    const same = keepActive ? options.findIndex((option) => option.value === before) : -1;
    this.move(
      same >= 0
        ? same
        : Math.max(
            0,
            options.findIndex((option) => option.selected),
          ),
    );
  }

  #rows() {
    let group = null;
    return this.options.flatMap((option, index) => {
      const head =
        option.group && option.group !== group
          ? [h("li", { class: "listbox-group", role: "presentation" }, option.group)]
          : [];
      group = option.group ?? null;
      const mark =
        this.multiple || option.selected
          ? h("span", { class: "listbox-check" }, option.selected ? icon("check", 14) : null)
          : null;
      const attributes = {
        role: "option",
        id: `${this.element.id}-${index}`,
        class: "option",
        "aria-selected": String(Boolean(option.selected)),
        dataset: { index },
      };
      return [...head, h("li", attributes, h("span", { class: "option-content" }, option.content), mark)];
    });
  }

  #press(event) {
    const row = event.target.closest("[data-index]");
    if (row) this.choose(this.options[Number(row.dataset.index)]);
  }

  /** Makes the option at `index` the active one. */
  move(index) {
    this.active = this.options.length ? (index + this.options.length) % this.options.length : -1;
    for (const row of this.element.querySelectorAll(".active")) row.classList.remove("active");
    const row = document.getElementById(`${this.element.id}-${this.active}`);
    if (!row) return this.field.removeAttribute("aria-activedescendant");
    row.classList.add("active");
    row.scrollIntoView({ block: "nearest" });
    return this.field.setAttribute("aria-activedescendant", row.id);
  }

  /** Handles a key pressed in the field; says whether it was one of ours. `tab` lets Tab choose too. */
  handle(event, { tab = false } = {}) {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.isComposing) return false;
    if (event.key in steps) this.move(this.#stepped(steps[event.key]));
    else if ((event.key === "Enter" || (tab && event.key === "Tab" && !event.shiftKey)) && this.active >= 0)
      this.choose(this.options[this.active]);
    else return false;
    event.preventDefault();
    return true;
  }

  #stepped(step) {
    if (Math.abs(step) === 1) return this.active + step;
    return Math.max(0, Math.min(this.options.length - 1, this.active + step));
  }

  /** Takes the list away from its field. */
  leave() {
    this.field.removeAttribute("aria-activedescendant");
    this.field.removeAttribute("aria-controls");
    this.element.remove();
  }
}
