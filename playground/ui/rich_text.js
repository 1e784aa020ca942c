// Slack's rich_text block: sections, lists, quotes and code with styled pieces.
import { h, plain } from "./dom.js";
import { dateOf, timeElement } from "./dates.js";
import { emojiFor } from "./emoji.js";
import { outsideLink } from "./links.js";
import { channelElement, emojiElement, groupElement, mentionElement } from "./mrkdwn.js";

const STYLES = [
  ["bold", "strong"],
  ["italic", "em"],
  ["strike", "s"],
  ["code", "code"],
  ["underline", "u"],
];

function styled(node, style = {}) {
  return STYLES.reduce((inner, [name, tag]) => (style[name] ? h(tag, {}, inner) : inner), node);
}

function broken(text) {
  return plain(text)
    .split("\n")
    .flatMap((line, index) =>
      index === 0 ? [document.createTextNode(line)] : [h("br"), document.createTextNode(line)],
    );
}

function glyphOf(piece) {
  if (!/^[0-9a-f-]+$/i.test(piece.unicode ?? "")) return emojiFor(piece.name);
  return piece.unicode
    .split("-")
    .map((code) => String.fromCodePoint(Number.parseInt(code, 16) % 0x110000))
    .join("");
}

const PIECES = {
  text: (piece) => styled(h("span", {}, broken(piece.text)), piece.style),
  link: (piece) => styled(outsideLink(piece.url, piece.text), piece.style),
  user: (piece) => mentionElement(piece.user_id),
  usergroup: (piece) => groupElement(piece.usergroup_id),
  channel: (piece) => channelElement(piece.channel_id),
  broadcast: (piece) => h("span", { class: "mention calls-me" }, `@${piece.range}`),
  emoji: (piece) => emojiElement(piece.name, glyphOf(piece)),
  date: (piece) => timeElement(dateOf(piece.timestamp), piece.format ?? "{date_short_pretty} {time}"),
  color: (piece) => h("code", {}, plain(piece.value)),
};

function pieces(elements) {
  return (elements ?? []).map(
    (piece) => PIECES[piece.type]?.(piece) ?? document.createTextNode(plain(piece.text ?? "")),
  );
}

function list(part) {
  const tag = part.style === "ordered" ? "ol" : "ul";
  const indent = `indent-${Math.min(part.indent ?? 0, 5)}`;
  return h(
    tag,
    { class: `bullets ${indent}`, start: part.offset ? part.offset + 1 : null },
    part.elements.map((item) => h("li", { dir: "auto" }, pieces(item.elements))),
  );
}

const PARTS = {
  rich_text_section: (part) => h("p", { dir: "auto" }, pieces(part.elements)),
  rich_text_quote: (part) => h("blockquote", { dir: "auto" }, pieces(part.elements)),
  rich_text_preformatted: (part) =>
    h("pre", { tabindex: "0", "aria-label": "Code" }, h("code", {}, pieces(part.elements))),
  rich_text_list: list,
};

/** The parts of a rich_text block (or cell). */
export function richText(block) {
  return (block.elements ?? []).map((part) => PARTS[part.type]?.(part) ?? null);
}
