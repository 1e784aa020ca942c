// Ctrl K: a field that goes to any channel, person or Home.
import { fill, h, icon, isolated } from "./dom.js";
import { openDialog } from "./dialog.js";
import { Listbox } from "./listbox.js";
import { avatar, handleOf, humans, personLine } from "./people.js";
import { goHome, goTo } from "./places.js";
import { appName, nameOf, on, rooms, state } from "./state.js";
import { directMessage } from "./surface.js";
import { attempt } from "./toast.js";

/** Opens the switcher whenever "switch" is told. */
export function startSwitcher() {
  let open = null;
  on("switch", (options) => {
    if (open || document.querySelector("dialog[open]")) return;
    open = openSwitcher(options ?? {}, () => {
      open = null;
    });
  });
}

function places() {
  const home = {
    words: `home ${appName()}`,
    content: [h("span", { class: "option-sign" }, icon("home", 14)), `${appName()} Home`],
    go: goHome,
  };
  const channels = rooms(false).map((channel) => ({
    words: channel.name,
    weight: channel.unread ? 1 : 0,
    content: [
      h("span", { class: "option-sign" }, icon("hash", 14)),
      isolated(channel.name),
      aboutChannel(channel),
    ],
    go: () => goTo(channel.id),
  }));
  return [...channels, home];
}

function aboutChannel(channel) {
  const words =
    channel.is_member === false
      ? "not joined"
      : channel.is_new
        ? "new"
        : channel.unread
          ? `${channel.unread} unread`
          : "";
  return words ? h("span", { class: "option-about" }, words) : null;
}

function persons() {
  const bot = state.app?.bot_user_id;
  const app = bot
    ? [
        {
          words: appName(),
          content: [avatar(bot, { size: "small" }), isolated(appName()), h("span", { class: "option-about" }, "App")],
          go: () => write(bot),
        },
      ]
    : [];
  const others = humans().filter((user) => user.id !== state.me.id);
  return [
    ...others.map((user) => ({
      words: `${nameOf(user.id)} ${handleOf(user)} ${user.department ?? ""}`,
      content: [avatar(user.id, { size: "small" }), personLine(user)],
      go: () => write(user.id),
    })),
    ...app,
  ];
}

async function write(userId) {
  const channel = await attempt(() => directMessage(userId));
  if (!channel) return;
  if (!state.channels.has(channel)) await state.refresh();
  goTo(channel);
}

function openSwitcher({ people = false }, closed) {
  const leave = () => {
    dialog.close();
    closed();
  };
  const dialog = openDialog({ title: people ? "New message" : "Go to", kind: "switcher", onCancel: leave });
  const field = h("input", {
    type: "text",
    class: "search large",
    role: "combobox",
    "aria-expanded": "true",
    "aria-autocomplete": "list",
    "aria-label": people ? "Person" : "Channel or person",
    placeholder: people ? "Write to whom?" : "Channel or person",
    autocomplete: "off",
    autofocus: true,
  });
  const list = new Listbox(
    field,
    (option) => {
      leave();
      option.go();
    },
    { label: "Places" },
  );
  const all = (people ? persons() : [...places(), ...persons()]).map((option, index) => ({ ...option, value: index }));
  const show = () => {
    const typed = field.value.trim().toLowerCase().replace(/^[#@]/, "");
    list.show(all.filter((option) => option.words.toLowerCase().includes(typed)));
  };
  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => list.handle(event));
  fill(dialog.body, field, list.element);
  show();
  field.focus();
  return dialog;
}
