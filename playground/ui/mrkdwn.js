// Slack's mrkdwn: text → tree (`parse`, pure) and tree → nodes (`mrkdwn`). Outside text only ever becomes text nodes.
import { h, isolated, plain } from "./dom.js";
import { dateOf, timeElement, withTokens } from "./dates.js";
import { emojiFor } from "./emoji.js";
import { outsideLink } from "./links.js";
import { isApp, nameOf, state } from "./state.js";

const ATOM = /[\uE000-\uF8FF]/g;
const ENTITY_OR_CODE = /<([^<>\n]{1,3100})>|`([^`\n]+)`/g;
const BARE_URL = /\bhttps?:\/\/[^\s<>"\u0000-\u0020]+[^\s<>"'.,;:!?)\]}]/g;
const MARKED = new RegExp(
  [
    ["bold", "*"],
    ["italic", "_"],
    ["strike", "~"],
  ]
    .map(
      ([kind, mark]) =>
        `(?<![\\p{L}\\p{N}${mark}])\\${mark}(?=\\S)(?<${kind}>[^${mark}\\n]+?)(?<=\\S)\\${mark}(?![\\p{L}\\p{N}${mark}])`,
    )
    .join("|")
    .replaceAll("\\_", "_")
    .replaceAll("\\~", "~"),
  "gu",
);

/** `&amp;`, `&lt;`, `&gt;`: the only three escapes Slack knows. */
export function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Blocks of a text: paragraphs, quotes, lists and code. `verbatim` leaves bare addresses alone. */
export function parse(text, { verbatim = false } = {}) {
  const source = String(text ?? "")
    .replace(/\r\n?/g, "\n")
    .replace(ATOM, "\uFFFD");
  return source.split(/```([\s\S]+?)```/).flatMap((piece, index) => {
    if (index % 2 === 1) return [{ kind: "pre", text: unescape(piece.replace(/^\n|\n$/g, "")) }];
    const edge = index === 0 ? piece : piece.replace(/^\n/, "");
    return edge === "" ? [] : blocksOf(edge.split("\n"), verbatim);
  });
}

const QUOTE = /^(?:>|&gt;) ?/;
const BULLET = /^\s*[•◦▪‣-]\s+/;

function lineKind(line) {
  if (QUOTE.test(line)) return "quote";
  return BULLET.test(line) ? "list" : "lines";
}

function blocksOf(lines, verbatim) {
  const blocks = [];
  for (const line of lines) {
    const kind = lineKind(line);
    const bare = kind === "quote" ? line.replace(QUOTE, "") : kind === "list" ? line.replace(BULLET, "") : line;
    const inline = parseInline(bare, verbatim);
    const last = blocks.at(-1);
    if (last?.kind === kind) last.lines.push(inline);
    else blocks.push({ kind, lines: [inline] });
  }
  return blocks;
}

/** One line's tree: strings become `text`, the rest entities, code, bold, italic, strike and emoji. */
export function parseInline(line, verbatim = false) {
  const atoms = [];
  const keep = (node) => String.fromCharCode(0xe000 + atoms.push(node) - 1);
  let held = line.replace(ENTITY_OR_CODE, (whole, entity, code) => {
    if (atoms.length > 6000) return whole;
    if (code !== undefined) return keep({ kind: "code", text: unescape(code) });
    const node = entityOf(entity);
    return node ? keep(node) : whole;
  });
  if (!verbatim)
    held = held.replace(BARE_URL, (url) =>
      atoms.length > 6000 ? url : keep({ kind: "link", url: unescape(url), label: "" }),
    );
  return marked(held, atoms);
}

function entityOf(entity) {
  const [head, ...rest] = entity.split("|");
  const label = unescape(rest.join("|"));
  if (/^@[UWB]\w+$/.test(head)) return { kind: "user", id: head.slice(1), label };
  if (/^#[CGD]\w+$/.test(head)) return { kind: "channel", id: head.slice(1), label };
  if (head.startsWith("!subteam^")) return { kind: "group", id: head.split("^")[1], label };
  if (head.startsWith("!date^")) return dateEntity(head, label);
  if (/^!(here|channel|everyone)$/.test(head)) return { kind: "broadcast", name: head.slice(1) };
  if (/^[a-z][a-z0-9+.-]*:/i.test(head)) return { kind: "link", url: unescape(head), label };
  return null;
}

function dateEntity(head, label) {
  const [, seconds, format, link] = head.split("^");
  return {
    kind: "date",
    ts: Number(seconds),
    format: unescape(format ?? ""),
    link: link ? unescape(link) : null,
    label,
  };
}

function marked(text, atoms) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(MARKED)) {
    const [kind, inner] = Object.entries(match.groups).find(([, found]) => found !== undefined);
    nodes.push(...leaves(text.slice(end, match.index), atoms), { kind, children: marked(inner, atoms) });
    end = match.index + match[0].length;
  }
  nodes.push(...leaves(text.slice(end), atoms));
  return nodes;
}

function leaves(text, atoms) {
  return text.split(/([\uE000-\uF8FF]|:[a-z0-9_+'-]{1,40}:)/).flatMap((piece) => {
    if (piece === "") return [];
    const code = piece.charCodeAt(0) - 0xe000;
    if (piece.length === 1 && code >= 0 && code < atoms.length) return [atoms[code]];
    const glyph = piece.length > 2 && piece.startsWith(":") ? emojiFor(piece.slice(1, -1)) : null;
    return [glyph ? { kind: "emoji", name: piece.slice(1, -1), glyph } : { kind: "text", text: unescape(piece) }];
  });
}

const DRAW = {
  text: (node) => document.createTextNode(plain(node.text)),
  code: (node) => h("code", {}, plain(node.text)),
  bold: (node) => h("strong", {}, node.children.map(draw)),
  italic: (node) => h("em", {}, node.children.map(draw)),
  strike: (node) => h("s", {}, node.children.map(draw)),
  emoji: (node) => emojiElement(node.name, node.glyph),
  link: (node) => outsideLink(node.url, node.label),
  user: (node) => mentionElement(node.id, node.label),
  channel: (node) => channelElement(node.id, node.label),
  group: (node) => groupElement(node.id, node.label),
  broadcast: (node) => h("span", { class: "mention calls-me" }, `@${node.name}`),
  date: (node) => dateElement(node),
};

function draw(node) {
  return DRAW[node.kind](node);
}

/** An emoji that says its name to who cannot see it. */
export function emojiElement(name, glyph = emojiFor(name)) {
  if (!glyph) return document.createTextNode(`:${name}:`);
  return h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, glyph);
}

/** `@Ana Lima`, marked when it is the reader. */
export function mentionElement(userId, label = "") {
  const mine = userId === state.me?.id;
  const known = state.users.has(userId) || isApp(userId);
  return h(
    "span",
    { class: mine ? "mention calls-me" : "mention" },
    "@",
    isolated(known ? nameOf(userId) : label || "someone"),
  );
}

/** `#floor`, a button that opens the channel when the person can see it. */
export function channelElement(channelId, label = "") {
  const channel = state.channels.get(channelId);
  if (!channel) return h("span", { class: "mention" }, "#", isolated(label || "a channel you are not in"));
  return h("a", { class: "mention", href: `#/${encodeURIComponent(channel.id)}` }, "#", isolated(channel.name));
}

/** `@support`, marked when the reader is in the group. */
export function groupElement(groupId, label = "") {
  const group = state.usergroups.get(groupId);
  const members = group?.members ?? group?.users ?? [];
  const text = group ? group.handle : label.replace(/^@/, "") || "a group";
  return h(
    "span",
    { class: members.includes(state.me?.id) ? "mention calls-me" : "mention", title: group?.name },
    "@",
    isolated(text),
  );
}

function dateElement(node) {
  if (!Number.isFinite(node.ts) || node.format === "") return document.createTextNode(plain(node.label));
  const date = dateOf(String(node.ts));
  if (Number.isNaN(date.getTime())) return document.createTextNode(plain(node.label));
  if (node.link) return outsideLink(node.link, withTokens(node.format, date));
  return timeElement(date, node.format);
}

function lineNodes(lines) {
  return lines.flatMap((line, index) => (index === 0 ? line.map(draw) : [h("br"), ...line.map(draw)]));
}

const BLOCK = {
  pre: (block) => h("pre", { tabindex: "0", "aria-label": "Code" }, h("code", {}, plain(block.text))),
  quote: (block) => h("blockquote", { dir: "auto" }, lineNodes(block.lines)),
  list: (block) =>
    h(
      "ul",
      { class: "bullets" },
      block.lines.map((line) => h("li", { dir: "auto" }, line.map(draw))),
    ),
  lines: (block) => h("p", { dir: "auto" }, lineNodes(block.lines)),
};

/** A whole mrkdwn text as nodes. */
export function mrkdwn(text, options = {}) {
  return parse(text, options).map((block) => BLOCK[block.kind](block));
}

/** The same for one line without paragraphs: context elements, labels. */
export function mrkdwnInline(text, options = {}) {
  return lineNodes(
    String(text ?? "")
      .split("\n")
      .map((line) => parseInline(line.replace(ATOM, "\uFFFD"), options.verbatim)),
  );
}

/** Slack's text object, either type, as nodes; `inline` keeps it on the line. */
export function textObject(object, { inline = false } = {}) {
  if (!object) return [];
  if (object.type === "mrkdwn") return inline ? mrkdwnInline(object.text, object) : mrkdwn(object.text, object);
  return withEmoji(object.text, object.emoji !== false);
}

/** Plain text: nothing is interpreted but `:shortcodes:`, which Slack draws there too. */
export function withEmoji(text, enabled = true) {
  if (!enabled) return [isolated(text)];
  const pieces = String(text ?? "").split(/(:[a-z0-9_+'-]{1,40}:)/);
  const nodes = pieces.map((piece) => {
    const glyph = piece.length > 2 && piece.startsWith(":") ? emojiFor(piece.slice(1, -1)) : null;
    return glyph ? emojiElement(piece.slice(1, -1), glyph) : document.createTextNode(plain(piece));
  });
  return [h("bdi", {}, nodes)];
}

/** What is left of a mrkdwn text when it is read aloud or put into a title. */
export function spoken(text) {
  return mrkdwn(text)
    .map((node) => node.textContent)
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
}
