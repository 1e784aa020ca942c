// The markdown block: the small part of standard Markdown that Slack draws, as nodes.
import { h, plain } from "./dom.js";
import { emojiFor } from "./emoji.js";
import { outsideLink } from "./links.js";
import { emojiElement } from "./mrkdwn.js";

const INLINE = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "!?\\[(?<label>[^\\]\\n]*)\\]\\((?<url>[^)\\s]+)\\)",
    "\\*\\*(?<bold>\\S(?:[^\\n]*?\\S)?)\\*\\*",
    "~~(?<strike>[^~\\n]+)~~",
    "(?<![\\p{L}\\p{N}*])\\*(?<star>[^*\\s](?:[^*\\n]*[^*\\s])?)\\*",
    "(?<![\\p{L}\\p{N}_])_(?<under>[^_\\s](?:[^_\\n]*[^_\\s])?)_(?![\\p{L}\\p{N}])",
    ":(?<emoji>[a-z0-9_+-]{1,40}):",
    '(?<bare>https?:\\/\\/[^\\s<>"]+[^\\s<>"\'.,;:!?)\\]])',
  ].join("|"),
  "gu",
);

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(document.createTextNode(plain(text.slice(end, match.index))), piece(match.groups, match[0]));
    end = match.index + match[0].length;
  }
  nodes.push(document.createTextNode(plain(text.slice(end).replace(/\\([\\`*_{}[\]()#+.!~|>-])/g, "$1"))));
  return nodes;
}

function piece({ code, label, url, bold, strike, star, under, emoji, bare }, whole) {
  if (code) return h("code", {}, plain(code));
  if (url) return outsideLink(url, label);
  if (bold) return h("strong", {}, inline(bold));
  if (strike) return h("s", {}, inline(strike));
  if (star ?? under) return h("em", {}, inline(star ?? under));
  if (bare) return outsideLink(bare, "");
  return emojiFor(emoji) ? emojiElement(emoji) : document.createTextNode(whole);
}

const KINDS = [
  ["heading", /^(#{1,6})\s+(.*?)\s*#*$/],
  ["rule", /^\s*([-*_])(?:\s*\1){2,}\s*$/],
  ["item", /^(\s*)(?:[-*+]|(\d+)[.)])\s+(.*)$/],
  ["quote", /^>\s?(.*)$/],
  ["row", /^\s*\|(.*)\|\s*$/],
  ["blank", /^\s*$/],
];

function kindOf(line) {
  for (const [kind, pattern] of KINDS) {
    const match = pattern.exec(line);
    if (match) return { kind, match };
  }
  return { kind: "words", match: [line, line] };
}

function grouped(text) {
  const groups = [];
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    const { kind, match } = kindOf(line);
    const ordered = kind === "item" && match[2] !== undefined;
    const last = groups.at(-1);
    const joins = last && last.kind === kind && last.ordered === ordered && kind !== "heading" && kind !== "rule";
    if (joins) last.matches.push(match);
    else groups.push({ kind, ordered, matches: [match] });
  }
  return groups;
}

function lines(texts) {
  return texts.flatMap((text, index) => (index === 0 ? inline(text) : [h("br"), ...inline(text)]));
}

function task(text) {
  const box = /^\[([ xX])\]\s+(.*)$/.exec(text);
  return box ? [box[1] === " " ? "☐ " : "☑ ", ...inline(box[2])] : inline(text);
}

function cells(row) {
  return row.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function table(matches) {
  const rows = matches.map((match) => cells(match[1]));
  const ruled = rows.length > 1 && rows[1].every((cell) => /^:?-+:?$/.test(cell));
  const head = ruled
    ? [
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            rows[0].map((cell) => h("th", { scope: "col" }, inline(cell))),
          ),
        ),
      ]
    : [];
  const body = (ruled ? rows.slice(2) : rows).map((row) =>
    h(
      "tr",
      {},
      row.map((cell) => h("td", { dir: "auto" }, inline(cell))),
    ),
  );
  return h(
    "div",
    { class: "table-frame", tabindex: "0", role: "region", "aria-label": "Table" },
    h("table", {}, head, h("tbody", {}, body)),
  );
}

const DRAW = {
  heading: ({ matches: [match] }) =>
    h(
      "p",
      {
        class: `md-heading level-${match[1].length}`,
        role: "heading",
        "aria-level": String(Math.min(6, match[1].length + 2)),
      },
      inline(match[2]),
    ),
  rule: () => h("hr"),
  item: ({ ordered, matches }) =>
    h(
      ordered ? "ol" : "ul",
      { class: "bullets", start: ordered ? matches[0][2] : null },
      matches.map((match) => h("li", { class: match[1].length > 1 ? "deeper" : null, dir: "auto" }, task(match[3]))),
    ),
  quote: ({ matches }) => h("blockquote", { dir: "auto" }, lines(matches.map((match) => match[1]))),
  row: ({ matches }) => table(matches),
  words: ({ matches }) => h("p", { dir: "auto" }, lines(matches.map((match) => match[1]))),
  blank: () => null,
};

/** Markdown as nodes. */
export function markdown(text) {
  return String(text ?? "")
    .split(/^```[^\n]*\n([\s\S]*?)^```[ \t]*$/m)
    .flatMap((part, index) => {
      if (index % 2 === 1)
        return [h("pre", { tabindex: "0", "aria-label": "Code" }, h("code", {}, plain(part.replace(/\n$/, ""))))];
      return grouped(part).map((group) => DRAW[group.kind](group));
    });
}
