// From messages to the rows of a list: day separators, the unread line, grouping by author. Pure.
import { dateOf, dayKey } from "./dates.js";

const TOGETHER = 5 * 60;

/**
 * Rows of `messages`: `{kind: "day", key, date}`, `{kind: "unread", key}`, `{kind: "message", key, message, continued}`.
 * `unreadAfter` is the `ts` up to which the person had read when they came in, or null.
 */
export function rowsOf(messages, { unreadAfter = null, me = null } = {}) {
  const rows = [];
  let previous = null;
  let lineDrawn = unreadAfter === null;
  for (const message of messages) {
    const day = dayKey(dateOf(message.ts));
    const newDay = !previous || dayKey(dateOf(previous.ts)) !== day;
    if (newDay) rows.push({ kind: "day", key: `day-${day}`, date: dateOf(message.ts) });
    const unread = !lineDrawn && message.ts > unreadAfter && message.user !== me;
    if (unread) rows.push({ kind: "unread", key: "unread" });
    lineDrawn ||= unread;
    const continued = !newDay && !unread && continues(previous, message);
    rows.push({ kind: "message", key: message.ts, message, continued });
    previous = message;
  }
  return rows;
}

function continues(previous, message) {
  if (!previous || previous.user !== message.user || previous.username !== message.username) return false;
  if (previous.subtype === "tombstone" || message.subtype === "tombstone") return false;
  if (Boolean(previous.ephemeral) !== Boolean(message.ephemeral)) return false;
  if (previous.reply_count || previous.ephemeral) return false;
  return Number(message.ts) - Number(previous.ts) < TOGETHER;
}
