// A menu at a button: its entries are walked with the arrow keys, chosen with Enter, left with Escape.
import { h } from "./dom.js";
import { openPopover } from "./popover.js";

/** Opens a menu. An entry is `{content, choose}`, `{content, href}`, or `{heading}`; `danger` marks what destroys. */
export function openMenu(anchor, entries, { label, align = "end", side = "below", onClose = null } = {}) {
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label });
  const close = openPopover(anchor, menu, { align, side, onClose });
  menu.append(...entries.map((entry) => entryElement(entry, close)));
  menu.addEventListener("keydown", (event) => walk(event, menu, close));
  items(menu)
    .find((item) => item.getAttribute("aria-current"))
    ?.focus();
  if (!menu.contains(document.activeElement)) items(menu)[0]?.focus();
  return close;
}

function entryElement(entry, close) {
  if (entry.heading) return h("div", { class: "menu-heading", role: "presentation" }, entry.heading);
  const attributes = {
    class: entry.danger ? "menu-item danger" : "menu-item",
    role: "menuitem",
    tabindex: "-1",
    "aria-current": entry.current ? "true" : null,
  };
  if (entry.href)
    return h(
      "a",
      {
        ...attributes,
        href: entry.href,
        target: entry.target,
        rel: entry.target ? "noopener noreferrer" : null,
        on: {
          click: () => {
            close();
            entry.choose?.();
          },
        },
      },
      entry.content,
    );
  const choose = () => {
    close();
    entry.choose();
  };
  return h("button", { ...attributes, type: "button", on: { click: choose } }, entry.content);
}

function items(menu) {
  return [...menu.querySelectorAll("[role=menuitem]")];
}

function walk(event, menu, close) {
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (event.key === "Tab") return close();
  if (next !== undefined) {
    event.preventDefault();
    return all.at(next % all.length)?.focus();
  }
  if (event.key.length !== 1 || event.ctrlKey || event.metaKey) return undefined;
  return all
    .find((item, index) => index > at && item.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()))
    ?.focus();
}
