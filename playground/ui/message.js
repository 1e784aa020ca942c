// One message as a row: author, time, text or blocks, files, reactions, the thread below it, and what hovers over it.
import { act } from "./api.js";
import { drawAttachment, drawBlocks, long } from "./blocks.js";
import { clock, dateOf, fullTime, timeElement } from "./dates.js";
import { h, icon, isolated } from "./dom.js";
import { emojiFor } from "./emoji.js";
import { editor, hoverActions, react } from "./message_actions.js";
import { emojiElement, mrkdwn, spoken } from "./mrkdwn.js";
import { authorName, avatar, departmentOf, isFromApp } from "./people.js";
import { fileElement } from "./pictures.js";
import { nameOf, state } from "./state.js";
import { messageSurface } from "./surface.js";
import { attempt } from "./toast.js";
import { openThread } from "./places.js";

const editing = new Set();

/** The row of a message. `place`: `{channel, continued, inThread}`. */
export function messageRow(message, place) {
  if (message.subtype === "tombstone") return tombstone(message, place);
  const fromApp = isFromApp(message);
  const classes = ["message", place.continued && "continued", message.ephemeral && "ephemeral", fromApp && "from-app"]
    .filter(Boolean)
    .join(" ");
  const name = authorName(message);
  const attributes = {
    class: classes,
    tabindex: "-1",
    dataset: { ts: message.ts },
    "aria-label": label(message, name),
  };
  const row = h(
    "li",
    attributes,
    gutter(message, place, name),
    h(
      "div",
      { class: "message-main" },
      head(message, place, name, fromApp),
      body(message, place),
      foot(message, place),
    ),
  );
  hoverActions(row, message, place, () => edit(row, message, place));
  if (editing.has(message.ts)) edit(row, message, place);
  return row;
}

function label(message, name) {
  const text = spoken(message.text ?? "").slice(0, 160);
  return `${name}, ${clock(dateOf(message.ts))}${message.ephemeral ? ", only visible to you" : ""}${message.pinned ? ", pinned" : ""}: ${text || "a card"}`;
}

function gutter(message, place, name) {
  if (place.continued)
    return h(
      "div",
      { class: "message-gutter" },
      h("span", { class: "gutter-time", "aria-hidden": "true" }, clock(dateOf(message.ts))),
    );
  return h(
    "div",
    { class: "message-gutter" },
    avatar(isFromApp(message) ? state.app?.bot_user_id : (message.user ?? ""), { name }),
  );
}

function head(message, place, name, fromApp) {
  const note = message.ephemeral ? onlyYou(message, place) : message.pinned ? pinned() : null;
  if (place.continued) return note;
  const department = departmentOf(state.users.get(message.user));
  const about = fromApp
    ? h("span", { class: "tag" }, "App")
    : department
      ? h("span", { class: "author-about" }, department)
      : null;
  const moment = dateOf(message.ts);
  return [
    note,
    h(
      "div",
      { class: "message-head" },
      isolated(name, { class: "author" }),
      about,
      h("time", { class: "message-time", datetime: moment.toISOString(), title: fullTime(moment) }, clock(moment)),
    ),
  ];
}

function pinned() {
  return h("div", { class: "pinned-mark" }, icon("pin", 13), "Pinned");
}

function onlyYou(message, place) {
  const dismiss = () => attempt(() => act("delete", { user: state.me.id, channel: place.channel, ts: message.ts }));
  return h(
    "div",
    { class: "only-you" },
    icon("eye", 13),
    "Only visible to you",
    h(
      "button",
      { type: "button", class: "quiet-link", dataset: { action: "dismiss" }, on: { click: dismiss } },
      "Dismiss",
    ),
  );
}

function body(message, place) {
  const surface = messageSurface(place.channel, message);
  const edited =
    message.edited && !message.ephemeral && !isFromApp(message)
      ? h("span", { class: "edited", title: editedTitle(message) }, "(edited)")
      : null;
  const attachments = (message.attachments ?? []).map((attachment) => drawAttachment(attachment, surface));
  const files = message.files?.length ? h("div", { class: "files" }, message.files.map(fileElement)) : null;
  const isCard = message.blocks?.length && message.blocks.some((block) => block.type !== "rich_text");
  if (isCard)
    return h(
      "div",
      { class: "message-body" },
      h("div", { class: "card" }, drawBlocks(message.blocks, surface)),
      edited,
      attachments,
      files,
    );
  // What an app says in blocks is shown; its text is for notifications alone.
  const said = isFromApp(message) && message.blocks?.length ? drawBlocks(message.blocks, surface) : null;
  const text =
    said || message.text
      ? h("div", { class: "rich message-text" }, said ?? long(mrkdwn(message.text), message.text), edited)
      : null;
  return h("div", { class: "message-body" }, text, attachments, files);
}

function editedTitle({ edited }) {
  return edited?.ts ? `Edited ${fullTime(dateOf(edited.ts))}` : "Edited";
}

function foot(message, place) {
  const reactions = message.reactions?.length ? reactionBar(message, place) : null;
  const thread = message.reply_count && !place.inThread ? threadLink(message, place) : null;
  return reactions || thread ? h("div", { class: "message-foot" }, reactions, thread) : null;
}

function reactionBar(message, place) {
  return h(
    "div",
    { class: "reactions" },
    message.reactions.map(({ name, users = [], count }) => {
      const mine = users.includes(state.me.id);
      const who = users.map((user) => (user === state.me.id ? "you" : nameOf(user))).join(", ");
      const spokenName = name.replaceAll("_", " ");
      return h(
        "button",
        {
          type: "button",
          class: mine ? "reaction mine" : "reaction",
          "aria-pressed": String(mine),
          "aria-label": `${spokenName}: ${count ?? users.length}, by ${who}`,
          title: `${who} with :${name}:`,
          dataset: { action: `reaction-${name}` },
          on: { click: () => react(message, place, name, mine) },
        },
        emojiFor(name) ? h("span", { class: "emoji", "aria-hidden": "true" }, emojiFor(name)) : emojiElement(name),
        h("span", { class: "count" }, String(count ?? users.length)),
      );
    }),
  );
}

function threadLink(message, place) {
  const count = message.reply_count;
  const faces = (message.reply_users ?? []).slice(0, 4).map((user) => avatar(user, { size: "small" }));
  const latest = message.latest_reply
    ? h("span", { class: "latest" }, "last reply ", timeElement(dateOf(message.latest_reply), "{ago}"))
    : null;
  const isNew = place.lastRead && message.latest_reply > place.lastRead && message.reply_users?.at(-1) !== state.me.id;
  return h(
    "button",
    {
      type: "button",
      class: isNew ? "thread-link has-new" : "thread-link",
      dataset: { action: "open-thread" },
      on: { click: () => openThread(place.channel, message.ts) },
    },
    faces.length ? h("span", { class: "faces" }, faces) : icon("reply", 14),
    h("span", { class: "replies" }, `${count} ${count === 1 ? "reply" : "replies"}`),
    isNew ? h("span", { class: "tag new" }, "New") : null,
    latest,
  );
}

function tombstone(message, place) {
  const text = h("div", { class: "tombstone" }, icon("bin", 14), "This message was deleted.");
  return h(
    "li",
    { class: "message gone", tabindex: "-1", dataset: { ts: message.ts }, "aria-label": "A deleted message" },
    h("div", { class: "message-gutter" }),
    h("div", { class: "message-main" }, text, foot(message, place)),
  );
}

/** Puts a small editor in the place of one's own message. */
function edit(row, message, place) {
  editing.add(message.ts);
  const shown = row.querySelector(".message-body");
  const done = () => {
    editing.delete(message.ts);
    if (shown.isConnected) return;
    field.replaceWith(shown);
    row.focus({ preventScroll: true });
  };
  const field = editor(message, place, done);
  shown.replaceWith(field);
  field.querySelector("textarea").focus();
}
