// Building DOM nodes. The only place that creates elements, so that outside text can only ever become a text node.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element. `attributes`: `class`, `dataset`, `on` (event → listener), booleans, and plain attributes.
 * Children: nodes, strings, nested arrays; null, undefined and false are left out.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...flat(children));
  return element;
}

function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "dataset") Object.assign(element.dataset, value);
  else if (name === "on")
    for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
  else if (/^on/i.test(name) || name === "style" || name === "srcdoc") throw new Error(`${name} is not set from here`);
  else element.setAttribute(name, value === true ? "" : String(value));
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Replaces everything inside `element`. */
export function fill(element, ...children) {
  element.replaceChildren(...flat(children));
  return element;
}

/** Outside text on its own: isolated, so that its writing direction cannot disturb its neighbours. */
export function isolated(text, attributes = {}) {
  return h("bdi", attributes, plain(text));
}

const OVERRIDES = /[\u202D\u202E]/g;
const EMBEDDINGS = /[\u202A\u202B]/g;
const ISOLATES = /[\u2066\u2067\u2068]/g;

/**
 * Text as it may be shown: stacks of combining marks are cut to four, characters that turn the writing direction around (they serve
 * to disguise names and addresses) are left out, and embeddings are closed where they were left open.
 */
export function plain(text) {
  const shown = String(text ?? "")
    .replace(/(\p{M}{4})\p{M}+/gu, "$1")
    .replace(OVERRIDES, "");
  const count = (pattern) => (shown.match(pattern) ?? []).length;
  const embeddings = count(EMBEDDINGS) - count(/\u202C/g);
  const isolates = count(ISOLATES) - count(/\u2069/g);
  return shown + "\u202C".repeat(Math.max(0, embeddings)) + "\u2069".repeat(Math.max(0, isolates));
}

const PATHS = {
  hash: "M6.5 2.5 5 13.5M11 2.5 9.5 13.5M2.5 5.5h11M2.5 10.5h11",
  home: "M2.5 7.5 8 2.8l5.5 4.7M4 6.8v6.4h3.2V9.8h1.6v3.4H12V6.8",
  close: "m4 4 8 8M12 4l-8 8",
  back: "M9.5 3.5 5 8l4.5 4.5",
  down: "m4.5 6.5 3.5 3.5 3.5-3.5",
  jump: "M8 3v10M4 9l4 4 4-4",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.3 10.3 13.5 13.5",
  smile: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM5.7 9.3c1 1.6 3.6 1.6 4.6 0M6 6.2v.3M10 6.2v.3",
  reply: "M13.5 8a5.2 5.2 0 0 1-7.6 4.7L2.8 13.3l.8-2.7A5.2 5.2 0 1 1 13.5 8Z",
  more: "M3.5 7.5v1M3 8h1M8 7.5v1M7.5 8h1M12.5 7.5v1M12 8h1",
  edit: "m3 13 .6-2.8 7.2-7.2 2.2 2.2-7.2 7.2L3 13Z",
  bin: "M3.5 4.5h9M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5",
  send: "M2.8 13.2 13.5 8 2.8 2.8l1.5 5.2-1.5 5.2ZM4.3 8H9",
  sun: "M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM8 1.8v1M8 13.2v1M1.8 8h1M13.2 8h1M3.6 3.6l.7.7M11.7 11.7l.7.7M3.6 12.4l.7-.7M11.7 4.3l.7-.7",
  moon: "M13 9.7A5.5 5.5 0 0 1 6.3 3a5.5 5.5 0 1 0 6.7 6.7Z",
  half: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 2v12",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  out: "M6.5 3.5H3.5v9h9v-3M9.5 2.8h3.7v3.7M13 3 7.5 8.5",
  eye: "M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8ZM8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6Z",
  picture: "M2.5 3.5h11v9h-11zM2.8 11l3.4-3.4 2.6 2.6 1.6-1.6 2.8 2.8M10.5 6.2h.01",
  file: "M4 2.5h5l3 3v8H4zM9 2.5v3h3",
  check: "m3.5 8.5 3 3 6-7",
  warn: "M8 2.5 14 13H2L8 2.5ZM8 6.5v3M8 11.2v.1",
  bolt: "M9 1.8 3.5 9H8l-1 5.2L12.5 7H8l1-5.2Z",
  pin: "M6 2.5h4M6.8 2.5v4L4.5 9h7L9.2 6.5v-4M8 9v4.5",
  link: "M6.8 9.2 9.2 6.8M5.5 7.5 4 9a2.1 2.1 0 0 0 3 3l1.5-1.5M10.5 8.5 12 7a2.1 2.1 0 0 0-3-3L7.5 5.5",
};

/** One of our line icons, always beside a text or a label and so hidden from assistive technology. */
export function icon(name, size = 16) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 16 16",
    width: size,
    height: size,
    class: "icon",
    "aria-hidden": "true",
  })) {
    svg.setAttribute(key, String(value));
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A square button that shows only an icon; its label is spoken and shown as a tooltip. */
export function iconButton(name, label, onclick, attributes = {}) {
  const { class: extra = "", ...rest } = attributes;
  return h(
    "button",
    {
      type: "button",
      class: `icon-button ${extra}`,
      "aria-label": label,
      title: label,
      on: { click: onclick },
      ...rest,
    },
    icon(name),
  );
}

let serial = 0;

/** An id that no other element of the page has. */
export function uniqueId(prefix) {
  serial += 1;
  return `${prefix}-${serial}`;
}
