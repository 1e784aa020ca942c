// The list at the left: workspace, app, channels, direct messages, and who the person at this window is.
import { fill, h, icon, iconButton, isolated } from "./dom.js";
import { openMenu } from "./menu.js";
import { avatar, departmentOf, handleOf, humans, personLine } from "./people.js";
import { soon } from "./pace.js";
import { appName, channelTitle, isApp, nameOf, on, rooms, state, tell } from "./state.js";
import { nextTheme, theme } from "./theme.js";

const THEMES = {
  auto: ["half", "Theme: as the system"],
  light: ["sun", "Theme: light"],
  dark: ["moon", "Theme: dark"],
};

/** Fills the sidebar and keeps it in step. */
export function startSidebar(nav, shell) {
  const draw = () => drawSidebar(nav);
  on("workspace", soon(draw));
  for (const topic of ["place", "link"]) on(topic, draw);
  nav.addEventListener("click", (event) => event.target.closest("a") && shell.classList.remove("sidebar-open"));
  nav.addEventListener("keydown", (event) => walk(event, nav));
  draw();
}

/** The button that opens the sidebar on a narrow screen. */
export function sidebarButton(shell) {
  return () =>
    iconButton(
      "menu",
      "Channels",
      () => {
        shell.classList.add("sidebar-open");
        document.querySelector("#sidebar a[aria-current]")?.focus();
      },
      { class: "narrow-only" },
    );
}

function drawSidebar(nav) {
  if (!state.me) return;
  const focused = nav.contains(document.activeElement)
    ? (document.activeElement.getAttribute("href") ?? document.activeElement.dataset.key)
    : null;
  const scrolled = nav.querySelector(".sidebar-lists")?.scrollTop ?? 0;
  const joined = rooms(false).filter((channel) => channel.is_member !== false);
  const open = rooms(false).filter((channel) => channel.is_member === false);
  const lists = h(
    "div",
    { class: "sidebar-lists" },
    appSection(),
    section("Channels", joined.map(channelLink)),
    open.length ? section("Open to join", open.map(channelLink)) : null,
    section("Direct messages", [...rooms(true).map(channelLink), newMessage()]),
  );
  fill(nav, workspaceHead(), lists, meBar());
  lists.scrollTop = scrolled;
  if (focused)
    [...nav.querySelectorAll("a, button")]
      .find((item) => (item.getAttribute("href") ?? item.dataset.key) === focused)
      ?.focus();
  writeTitle();
}

function workspaceHead() {
  const search = h(
    "button",
    { type: "button", class: "go-to", dataset: { key: "go-to" }, on: { click: () => tell("switch") } },
    icon("search", 14),
    h("span", {}, "Go to…"),
    h("kbd", {}, navigator.platform.startsWith("Mac") ? "⌘K" : "Ctrl K"),
  );
  return h(
    "header",
    { class: "sidebar-head" },
    h(
      "div",
      { class: "workspace-name" },
      h("img", { src: "/ui/icon.svg", alt: "", width: "26", height: "26" }),
      h("span", {}, "Playground", h("span", { class: "workspace-team" }, " · ", isolated(state.team.name))),
    ),
    search,
  );
}

function connection() {
  if (state.link === "broken") return ["broken", "Page offline, reconnecting…"];
  return state.connected ? ["on", "Connected"] : ["off", "Not connected"];
}

function appSection() {
  const [kind, words] = connection();
  const current = state.place?.kind === "home" ? "page" : null;
  const home = h(
    "a",
    { class: "room", href: "#/home", "aria-current": current },
    icon("home"),
    h("span", { class: "room-name" }, "Home"),
  );
  return h(
    "section",
    { class: "sidebar-section app-section" },
    h(
      "div",
      { class: "app-line" },
      avatar(state.app?.bot_user_id ?? "", { size: "small" }),
      isolated(appName(), { class: "app-name" }),
      h("span", { class: `connection ${kind}` }, h("span", { class: "dot", "aria-hidden": "true" }), words),
    ),
    home,
  );
}

function section(title, items) {
  return h(
    "section",
    { class: "sidebar-section" },
    h("h2", {}, title),
    h(
      "ul",
      {},
      items.map((item) => h("li", {}, item)),
    ),
  );
}

function channelLink(channel) {
  const here = state.place?.kind === "channel" && state.place.id === channel.id;
  const title = channelTitle(channel);
  const outside = !channel.is_im && channel.is_member === false;
  const loud = (channel.unread > 0 || channel.is_new) && !outside;
  const classes = ["room", loud && "unread", outside && "outside"].filter(Boolean).join(" ");
  const sign = channel.is_im ? avatar(channel.user ?? "", { size: "small", name: title }) : icon("hash");
  const draft =
    state.drafts.has(channel.id) && !here ? h("span", { class: "draft", title: "Draft" }, icon("edit", 12)) : null;
  return h(
    "a",
    { class: classes, href: `#/${channel.id}`, title, "aria-current": here ? "page" : null },
    sign,
    isolated(title, { class: "room-name" }),
    draft,
    channel.is_new && !outside ? h("span", { class: "tag new" }, "New") : null,
    outside ? null : badge(channel),
  );
}

function badge(channel) {
  const loud = channel.mentions || (channel.is_im ? channel.unread : 0);
  if (loud)
    return h(
      "span",
      { class: "badge loud" },
      String(loud),
      h("span", { class: "visually-hidden" }, channel.is_im ? " unread" : " mentions"),
    );
  if (!channel.unread) return null;
  return h(
    "span",
    { class: "badge" },
    channel.unread > 99 ? "99+" : String(channel.unread),
    h("span", { class: "visually-hidden" }, " unread"),
  );
}

function newMessage() {
  return h(
    "button",
    {
      type: "button",
      class: "room quiet",
      dataset: { key: "new-message" },
      on: { click: () => tell("switch", { people: true }) },
    },
    h("span", { class: "plus", "aria-hidden": "true" }, "+"),
    h("span", { class: "room-name" }, "New message"),
  );
}

function meBar() {
  const [sign, label] = THEMES[theme()];
  const me = h(
    "button",
    {
      type: "button",
      class: "me",
      dataset: { key: "me" },
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      title: "Be someone else",
      on: { click: (event) => bePerson(event.currentTarget) },
    },
    avatar(state.me.id),
    h(
      "span",
      { class: "me-words" },
      h("span", { class: "visually-hidden" }, "You are "),
      isolated(nameOf(state.me.id), { class: "me-name" }),
      h("span", { class: "me-about" }, departmentOf(state.me) || state.me.title || "No department"),
    ),
    icon("down", 14),
  );
  const toggle = iconButton(sign, label, (event) => changeTheme(event.currentTarget), { "data-key": "theme" });
  return h("div", { class: "me-bar" }, me, toggle);
}

function changeTheme(button) {
  const [sign, label] = THEMES[nextTheme()];
  fill(button, icon(sign));
  button.setAttribute("aria-label", label);
  button.title = label;
}

/** The address of a window in which somebody else is at work. */
function addressFor(user) {
  const address = new URL(location.href);
  address.searchParams.set("user", handleOf(user));
  address.hash =
    state.place?.kind === "channel" && !state.channels.get(state.place.id)?.is_im ? `#/${state.place.id}` : "";
  return address.href;
}

function bePerson(anchor) {
  const people = humans().filter((user) => !isApp(user.id));
  const entry = (user) => ({
    content: [avatar(user.id, { size: "small" }), personLine(user), user.id === state.me.id ? icon("check", 14) : null],
    href: addressFor(user),
    current: user.id === state.me.id,
  });
  openMenu(anchor, [{ heading: "Who are you? Hold Ctrl for a second window" }, ...people.map(entry)], {
    label: "Be someone else",
    align: "start",
    side: "above",
  });
}

function walk(event, nav) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const items = [...nav.querySelectorAll("a.room, button.room")];
  const at = items.indexOf(document.activeElement);
  if (!step || at < 0) return;
  event.preventDefault();
  items[(at + step + items.length) % items.length].focus();
}

function writeTitle() {
  const loud =
    rooms(false).reduce((sum, channel) => sum + (channel.mentions ?? 0), 0) +
    rooms(true).reduce((sum, channel) => sum + (channel.unread ?? 0), 0);
  const here = state.place?.kind === "channel" ? channelTitle(state.channels.get(state.place.id)) : `${appName()} Home`;
  document.title = `${loud ? `(${loud}) ` : ""}${here} · ${nameOf(state.me.id)} · Playground`;
}
