// What a person can do with a message: react, answer, run the app's shortcuts, copy its link, edit or delete their own.
import { act } from "./api.js";
import { ask } from "./confirm.js";
import { pushButton } from "./dialog.js";
import { fill, h, icon, iconButton, isolated } from "./dom.js";
import { emojiFor, FREQUENT, searchEmoji } from "./emoji.js";
import { openMenu } from "./menu.js";
import { spoken, unescape } from "./mrkdwn.js";
import { handleOf, isFromApp } from "./people.js";
import { openPopover, popoverAnchor } from "./popover.js";
import { appName, state } from "./state.js";
import { openThread } from "./places.js";
import { attempt, toast } from "./toast.js";

let shownBar = null;

function inUse(bar) {
  return Boolean(bar?.isConnected && (bar.contains(document.activeElement) || bar.contains(popoverAnchor())));
}

/** Shows the row's actions while the pointer or the focus is on it. One bar exists at a time. */
export function hoverActions(row, message, place, edit) {
  const show = () => {
    if (row.contains(shownBar) || inUse(shownBar)) return;
    shownBar?.remove();
    shownBar = actionBar(message, place, edit);
    row.prepend(shownBar);
  };
  const hide = (event) => {
    if (!row.contains(shownBar) || row.contains(event.relatedTarget) || inUse(shownBar)) return;
    if (event.type === "pointerleave" && row.matches(":focus-within")) return;
    shownBar.remove();
  };
  row.addEventListener("pointerenter", show);
  row.addEventListener("focusin", show);
  row.addEventListener("pointerleave", hide);
  row.addEventListener("focusout", hide);
  row.addEventListener("keydown", (event) => event.target === row && shortcutKey(event, message, place, edit, row));
}

function shortcutKey(event, message, place, edit, row) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const run = {
    Enter: () => !message.ephemeral && openThread(place.channel, message.thread_ts ?? message.ts),
    t: () => !message.ephemeral && openThread(place.channel, message.thread_ts ?? message.ts),
    e: () => isMine(message) && edit(),
    r: () => row.querySelector("[data-act=react]")?.click(),
    m: () => row.querySelector("[data-act=more]")?.click(),
  }[event.key];
  if (!run) return;
  event.preventDefault();
  run();
}

function isMine(message) {
  return message.user === state.me.id && !message.ephemeral && !isFromApp(message);
}

function actionBar(message, place, edit) {
  const bar = h("div", { class: "hover-actions", role: "toolbar", "aria-label": "Message actions" });
  if (!message.ephemeral) {
    const quick = ["white_check_mark", "eyes", "+1"].map((name) =>
      h(
        "button",
        {
          type: "button",
          class: "icon-button quick",
          "aria-label": `React with ${name.replaceAll("_", " ")}`,
          title: `:${name}:`,
          on: { click: () => react(message, place, name, hasMine(message, name)) },
        },
        h("span", { class: "emoji", "aria-hidden": "true" }, emojiFor(name)),
      ),
    );
    bar.append(
      ...quick,
      iconButton("smile", "Add a reaction", (event) => pickEmoji(event.currentTarget, message, place), {
        "data-act": "react",
        "aria-expanded": "false",
      }),
    );
    if (!place.inThread)
      bar.append(
        iconButton("reply", "Reply in thread", () => openThread(place.channel, message.thread_ts ?? message.ts), {
          "data-act": "reply",
        }),
      );
  }
  bar.append(
    iconButton("more", "More actions", (event) => more(event.currentTarget, message, place, edit), {
      "data-act": "more",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    }),
  );
  return bar;
}

function hasMine(message, name) {
  return (message.reactions ?? []).some((reaction) => reaction.name === name && reaction.users?.includes(state.me.id));
}

/** Adds or takes back a reaction. */
export function react(message, place, name, remove) {
  return attempt(() => act("react", { user: state.me.id, channel: place.channel, ts: message.ts, name, remove }));
}

function pickEmoji(anchor, message, place) {
  const grid = h("div", { class: "emoji-grid", role: "group", "aria-label": "Emoji" });
  const search = h("input", {
    type: "text",
    class: "search",
    "aria-label": "Search emoji",
    placeholder: "Search emoji",
    autocomplete: "off",
  });
  const choose = (name) => {
    close();
    react(message, place, name, hasMine(message, name));
  };
  const cell = ([name, glyph]) =>
    h(
      "button",
      {
        type: "button",
        class: "emoji-cell",
        "aria-label": name.replaceAll("_", " "),
        title: `:${name}:`,
        on: { click: () => choose(name) },
      },
      h("span", { class: "emoji", "aria-hidden": "true" }, glyph),
    );
  const show = () => {
    const first = search.value ? [] : FREQUENT.map((name) => [name, emojiFor(name)]);
    const names = new Set(first.map(([name]) => name));
    const found = [...first, ...searchEmoji(search.value).filter(([name]) => !names.has(name))];
    fill(grid, found.length ? found.map(cell) : h("p", { class: "listbox-empty" }, "No emoji of that name."));
  };
  const close = openPopover(anchor, h("div", { class: "emoji-picker" }, search, grid), { align: "end" });
  search.addEventListener("input", show);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") grid.querySelector("button")?.click();
    if (event.key === "ArrowDown") grid.querySelector("button")?.focus();
  });
  grid.addEventListener("keydown", (event) => walkGrid(event, grid, search));
  show();
  search.focus();
}

function walkGrid(event, grid, search) {
  const cells = [...grid.querySelectorAll("button")];
  const at = cells.indexOf(document.activeElement);
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 }[event.key];
  if (!step || at < 0) return;
  event.preventDefault();
  (at + step < 0 ? search : cells[at + step])?.focus();
}

function more(anchor, message, place, edit) {
  const shortcuts = message.ephemeral ? [] : state.shortcuts.filter(({ type }) => type !== "global");
  const entry = (sign, text, choose, danger = false) => ({
    content: [icon(sign), h("span", {}, text)],
    choose,
    danger,
  });
  const entries = [
    ...(shortcuts.length ? [{ heading: appName() }] : []),
    ...shortcuts.map((shortcut) => entry("bolt", isolated(shortcut.name), () => runShortcut(message, place, shortcut))),
    ...(shortcuts.length ? [{ heading: "Message" }] : []),
    entry("file", "Copy text", () => copy(spoken(message.text ?? ""), "Text copied.")),
    ...(message.ephemeral ? [] : [entry("link", "Copy link", () => copy(linkTo(message, place), "Link copied."))]),
    ...(isMine(message)
      ? [entry("edit", "Edit", edit), entry("bin", "Delete…", () => remove(message, place), true)]
      : []),
  ];
  openMenu(anchor, entries, { label: "More actions" });
}

function runShortcut(message, place, shortcut) {
  return attempt(() =>
    act("shortcut", { user: state.me.id, channel: place.channel, ts: message.ts, callback_id: shortcut.callback_id }),
  );
}

function linkTo(message, place) {
  return new URL(`/#/${place.channel}/${message.ts}`, location.origin).href;
}

async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    toast("The browser does not let this page copy. Select the text and copy it yourself.", "fault");
  }
}

async function remove(message, place) {
  const agreed = await ask({
    title: "Delete this message?",
    text: h("p", {}, "It disappears for everyone in the channel. This cannot be undone."),
    yes: "Delete",
    danger: true,
  });
  if (agreed) attempt(() => act("delete", { user: state.me.id, channel: place.channel, ts: message.ts }));
}

/** Slack's notation back as a person types it. */
function typed(text) {
  const handles = text.replace(/<@(\w+)(?:\|[^>]*)?>/g, (whole, id) =>
    state.users.has(id) ? `@${handleOf(state.users.get(id))}` : whole,
  );
  const channels = handles.replace(/<#(\w+)(?:\|[^>]*)?>/g, (whole, id) =>
    state.channels.has(id) ? `#${state.channels.get(id).name}` : whole,
  );
  const groups = channels.replace(/<!subteam\^(\w+)(?:\|[^>]*)?>/g, (whole, id) =>
    state.usergroups.has(id) ? `@${state.usergroups.get(id).handle}` : whole,
  );
  return unescape(groups.replace(/<!(here|channel|everyone)(?:\|[^>]*)?>/g, "@$1").replace(/<(https?:[^|>]+)>/g, "$1"));
}

/** A field to edit one's message in; `done` runs when it is over. */
export function editor(message, place, done) {
  const field = h("textarea", { class: "field", "aria-label": "Edit message", rows: "2", dir: "auto" });
  field.value = typed(message.text ?? "");
  const save = async () => {
    const text = field.value.trim();
    if (!text || text === typed(message.text ?? "")) return done();
    const answer = await attempt(() =>
      act("edit", { user: state.me.id, channel: place.channel, ts: message.ts, text }),
    );
    return answer && done();
  };
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) save();
    else if (event.key === "Escape") done();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return h(
    "div",
    { class: "editor" },
    field,
    h(
      "div",
      { class: "editor-foot" },
      h("span", { class: "key-hint" }, "Esc to cancel · Enter to save"),
      pushButton("Cancel", "small", done),
      pushButton("Save", "primary small", save),
    ),
  );
}
