// What the page knows, and who is told when it changes. Plain data: no DOM and no calls in here.

const bus = new EventTarget();

/** Everything the page knows of the workspace and of where the person is in it. */
export const state = {
  me: null,
  team: { name: "" },
  app: null,
  users: new Map(),
  usergroups: new Map(),
  channels: new Map(),
  commands: [],
  shortcuts: [],
  connected: false,
  link: "connecting",
  /** `{kind: "channel", id, ts?}` or `{kind: "home"}` */
  place: null,
  thread: null,
  view: null,
  home: null,
  drafts: new Map(),
  /** Reads the workspace again; set when the page has started. */
  refresh: async () => {},
};

/** Topics: workspace, link, place, thread, message, view, home. */
export function on(topic, listener) {
  bus.addEventListener(topic, (event) => listener(event.detail));
}

export function tell(topic, detail = null) {
  bus.dispatchEvent(new CustomEvent(topic, { detail }));
}

/** Takes the answer of GET /user/workspace. */
export function learnWorkspace(answer) {
  state.team = answer.team ?? state.team;
  state.app = answer.app ?? null;
  state.users = byId(answer.users);
  state.usergroups = byId(answer.usergroups);
  state.channels = byId(answer.channels);
  state.me =
    typeof answer.me === "string" ? state.users.get(answer.me) : { ...state.users.get(answer.me?.id), ...answer.me };
  state.commands = answer.commands ?? [];
  state.shortcuts = answer.shortcuts ?? [];
  state.connected = Boolean(answer.connected);
  tell("workspace");
}

function byId(items) {
  return new Map((items ?? []).map((item) => [item.id, item]));
}

/** The open channel, or null on Home. */
export function openChannel() {
  return state.place?.kind === "channel" ? (state.channels.get(state.place.id) ?? null) : null;
}

/** The IANA name of the person's time zone; every time on the page is shown in it. */
export function zone() {
  return state.me?.tz || Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** A person's (or the app's) name as others see it. */
export function nameOf(userId, fallback = "") {
  const user = state.users.get(userId);
  if (user) return user.real_name || user.name || user.handle || userId;
  if (isApp(userId)) return appName();
  return fallback || userId || "Someone";
}

export function appName() {
  return state.app?.name || state.users.get(state.app?.bot_user_id)?.name || "App";
}

/** Whether an id is one of the app's ids. */
export function isApp(userId) {
  const app = state.app;
  return Boolean(app && userId && [app.bot_user_id, app.bot_id, app.id].includes(userId));
}

/** What a channel is called; a direct message is called by the other person. */
export function channelTitle(channel) {
  if (!channel) return "";
  if (!channel.is_im) return channel.name;
  return channel.user ? nameOf(channel.user, channel.name) : channel.name;
}

/** Channels of which the person sees messages: joined ones and direct messages. */
export function rooms(direct) {
  return [...state.channels.values()].filter((channel) => Boolean(channel.is_im) === direct);
}

/** Ids that call this person when mentioned: their own and those of their groups. */
export function mentionsMe(text) {
  if (!text || !state.me) return false;
  if (text.includes(`<@${state.me.id}`) || /<!(here|channel|everyone)/.test(text)) return true;
  const groups = [...state.usergroups.values()].filter((group) =>
    (group.members ?? group.users ?? []).includes(state.me.id),
  );
  return groups.some((group) => text.includes(`<!subteam^${group.id}`));
}
