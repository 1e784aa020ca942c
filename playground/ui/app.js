// Starts the page: who is here, what the workspace holds, the panes, the stream.
import { read } from "./api.js";
import { ChannelPane } from "./channel.js";
import { keepTimesFresh } from "./dates.js";
import { pushButton } from "./dialog.js";
import { fill, h } from "./dom.js";
import { arrive, channelHistory, forgetAllBut, threadHistory, vanish } from "./histories.js";
import { HomePane } from "./home.js";
import { startKeyboard } from "./keyboard.js";
import { startModals } from "./modal.js";
import { handleOf } from "./people.js";
import { arriveByAddress, catchPermalinks } from "./places.js";
import { sidebarButton, startSidebar } from "./sidebar.js";
import { channelTitle, learnWorkspace, mentionsMe, on, openChannel, state, tell } from "./state.js";
import { follow } from "./stream.js";
import { startSwitcher } from "./switcher.js";
import { ThreadPane } from "./thread.js";
import { announce, attempt } from "./toast.js";

const USER = "playground.user";
const SLOW_STREAM = 1000;

/** Who sits at this window: the address says so, else who was here last, else the first of the company. */
async function enter() {
  const named = new URL(location.href).searchParams.get("user");
  const remembered = localStorage.getItem(USER);
  const candidates = named ? [named] : [remembered, null].filter((user) => user !== "");
  let fault = null;
  for (const user of candidates) {
    try {
      return await read("workspace", { user });
    } catch (error) {
      fault = error;
    }
  }
  throw fault;
}

function remember() {
  const handle = handleOf(state.me);
  localStorage.setItem(USER, handle);
  const address = new URL(location.href);
  const { channel, ts, thread_ts: thread } = Object.fromEntries(address.searchParams); // a permalink leads here with these
  if (channel) address.hash = thread ? `#/${channel}/thread/${thread}` : `#/${channel}/${ts ?? ""}`;
  address.search = `?${new URLSearchParams({ user: handle })}`;
  if (address.href !== location.href) history.replaceState(null, "", address);
}

function refreshing() {
  let timer = 0;
  const now = async () => {
    const known = new Set([...state.channels.values()].filter((channel) => channel.is_new).map(({ id }) => id));
    learnWorkspace(await read("workspace", { user: state.me.id }));
    for (const channel of state.channels.values())
      if (channel.is_new && !known.has(channel.id)) announce(`You were brought into ${channelTitle(channel)}`);
  };
  state.refresh = () => attempt(now);
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => now().catch(() => {}), 150);
  };
}

function count(channelId, message) {
  const channel = state.channels.get(channelId);
  const reply = message.thread_ts && message.thread_ts !== message.ts;
  if (!channel || channel.is_member === false || message.user === state.me.id) return;
  const called = mentionsMe(message.text) || mentionsMe(JSON.stringify(message.blocks ?? ""));
  if (!reply) channel.unread = (channel.unread ?? 0) + 1;
  if (called) channel.mentions = (channel.mentions ?? 0) + 1;
}

function listener(refreshSoon) {
  const takes = {
    message({ channel, message }) {
      if (state.channels.has(channel)) count(channel, message);
      else refreshSoon();
      arrive(channel, message, true);
      tell("workspace");
    },
    message_changed: ({ channel, message }) => arrive(channel, message, false),
    message_deleted: ({ channel, message }) => vanish(channel, message),
    ephemeral: ({ channel, message }) => arrive(channel, { ...message, ephemeral: true }, true),
    channels: refreshSoon,
    view({ view }) {
      state.view = view;
      tell("view");
    },
    home({ view }) {
      state.home = view;
      tell("home");
    },
    connected({ connected }) {
      state.connected = connected;
      tell("workspace");
      refreshSoon(); // a newly connected app may have brought other commands
    },
  };
  return (event) => takes[event.type]?.(event);
}

async function catchUp(panes) {
  await state.refresh();
  const channel = openChannel();
  const shown = [
    channel && channelHistory(channel.id),
    state.thread && channel && threadHistory(channel.id, state.thread),
  ].filter(Boolean);
  forgetAllBut(shown);
  for (const history of shown) await attempt(() => history.load());
  if (panes.channel.channel) panes.channel.pins.load();
  panes.channel.feed.draw();
  panes.thread.feed.draw();
  state.view = (await read("view", { user: state.me.id })).view;
  tell("view");
}

function startPanes() {
  const shell = document.getElementById("shell");
  const main = document.getElementById("main");
  const menuButton = sidebarButton(shell);
  const panes = {
    shell,
    channel: new ChannelPane(main, menuButton),
    thread: new ThreadPane(document.getElementById("thread"), shell),
    home: new HomePane(main, menuButton),
  };
  startSidebar(document.getElementById("sidebar"), shell);
  startModals();
  startSwitcher();
  startKeyboard(panes);
  shell.addEventListener("click", (event) => event.target === shell && shell.classList.remove("sidebar-open"));
  on("place", () =>
    state.place.kind === "home" ? panes.home.show() : panes.channel.show(openChannel(), state.place.ts),
  );
  on("thread", () => panes.thread.show());
  window.addEventListener("hashchange", arriveByAddress);
  catchPermalinks();
  return panes;
}

function refuse(fault) {
  const again = pushButton("Try again", "primary", () => location.reload());
  const first = pushButton("Be the first person", "", () => {
    localStorage.removeItem(USER);
    location.assign("/");
  });
  fill(
    document.getElementById("main"),
    h(
      "div",
      { class: "refusal", role: "alert" },
      h("h1", {}, "The workspace did not open"),
      h("p", {}, fault.message),
      h("div", { class: "refusal-acts" }, again, first),
    ),
  );
}

async function start() {
  let answer;
  try {
    answer = await enter();
  } catch (fault) {
    refuse(fault);
    return;
  }
  learnWorkspace(answer);
  remember();
  const refreshSoon = refreshing();
  const panes = startPanes();
  // Messages are read when the stream is open, so that none can come between. A stream that is slow keeps nobody waiting.
  let begun = false;
  const begin = () => {
    if (!begun) arriveByAddress();
    begun = true;
  };
  follow(state.me.id, listener(refreshSoon), () => (begun ? catchUp(panes) : begin()));
  setTimeout(begin, SLOW_STREAM);
  keepTimesFresh();
  const { view } = (await attempt(() => read("view", { user: state.me.id }))) ?? { view: null };
  state.view = view;
  tell("view");
}

start();
