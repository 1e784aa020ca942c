// How people and the app are drawn: avatars, names with department, presence of the person the window belongs to.
import { h, icon, isolated } from "./dom.js";
import { appName, isApp, nameOf, state } from "./state.js";

/** One of twelve hues: by the place in the company, so that neighbours differ; for strangers by their id. */
function hue(id) {
  const at = [...state.users.keys()].indexOf(id);
  if (at >= 0) return (at * 5 + 2) % 12;
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)) % 997;
  return sum % 12;
}

function initials(name) {
  const words = name.split(/[\s._-]+/).filter((word) => /[\p{L}\p{N}]/u.test(word[0] ?? ""));
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0].toLocaleUpperCase()).join("") || "?";
}

/** A round badge of initials; the app has a squarer one with its own sign. */
export function avatar(userId, { size = "medium", name = nameOf(userId) } = {}) {
  if (isApp(userId))
    return h(
      "span",
      { class: `avatar avatar-app size-${size}`, "aria-hidden": "true" },
      icon("bolt", size === "small" ? 12 : 18),
    );
  return h("span", { class: `avatar hue-${hue(userId || name)} size-${size}`, "aria-hidden": "true" }, initials(name));
}

/** The department as a word, and the role where there is one. */
export function roleOf(user) {
  if (!user) return "";
  if (isApp(user.id)) return "App";
  return user.title || user.profile?.title || departmentOf(user);
}

/** "Support", or an empty text. */
export function departmentOf(user) {
  const department = user?.department ?? "";
  return department ? department[0].toUpperCase() + department.slice(1) : "";
}

/** The handle people type after `@`. */
export function handleOf(user) {
  return user.handle || user.name || user.id;
}

/** People without apps and without who left, in the workspace's own order. */
export function humans() {
  return [...state.users.values()].filter((user) => !user.is_bot && !user.deleted && !isApp(user.id));
}

/** A person's name and, muted, what they do. */
export function personLine(user) {
  const role = [departmentOf(user), roleOf(user)].filter(Boolean);
  const about = role[1] && !role[1].startsWith(role[0] ?? "") ? role.join(" · ") : (role.at(-1) ?? "");
  return h(
    "span",
    { class: "person-line" },
    isolated(nameOf(user.id), { class: "person-name" }),
    h("span", { class: "person-about" }, about),
  );
}

/** The name above a message. */
export function authorName(message) {
  if (message.user && state.users.has(message.user) && !isApp(message.user)) return nameOf(message.user);
  return message.username || (isFromApp(message) ? appName() : nameOf(message.user));
}

/** Whether the app wrote a message. */
export function isFromApp(message) {
  return Boolean(message.bot || message.bot_id || isApp(message.user));
}
