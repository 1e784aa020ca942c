// Times in the zone of the person who reads: Slack's date tokens, clock times, day names.
import { h } from "./dom.js";
import { zone } from "./state.js";

const formatters = new Map();

function formatter(options) {
  const key = `${zone()} ${JSON.stringify(options)}`;
  if (!formatters.has(key)) formatters.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone(), ...options }));
  return formatters.get(key);
}

function parts(date, options) {
  return Object.fromEntries(
    formatter(options)
      .formatToParts(date)
      .map(({ type, value }) => [type, value]),
  );
}

const DAY = { year: "numeric", month: "2-digit", day: "2-digit" };
const WORDS = { weekday: "long", year: "numeric", month: "long", day: "numeric" };

/** Slack's `ts` ("1700000000.000100") as a Date. */
export function dateOf(ts) {
  return new Date(Number.parseFloat(ts) * 1000);
}

/** `2025-11-22` in the reader's zone. */
export function dayKey(date) {
  const { year, month, day } = parts(date, DAY);
  return `${year}-${month}-${day}`;
}

/** `09:02`, on a 24-hour clock. */
export function clock(date) {
  return formatter({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(date);
}

function withSeconds(date) {
  return formatter({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(date);
}

function ordinal(day) {
  const tens = day % 100;
  const ending = tens > 10 && tens < 14 ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th");
  return `${day}${ending}`;
}

function nearDay(date, now) {
  const away = Math.round((Date.parse(dayKey(date)) - Date.parse(dayKey(now))) / 86_400_000);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[away] ?? null;
}

function inWords(date, form) {
  const { weekday, year, month, day } = parts(date, WORDS);
  if (form === "short") return `${month.slice(0, 3)} ${Number(day)}, ${year}`;
  const long = `${month} ${ordinal(Number(day))}, ${year}`;
  return form === "long" ? `${weekday}, ${long}` : long;
}

const UNITS = [
  [31_536_000, "year"],
  [2_592_000, "month"],
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
];

/** "5 minutes ago", "in 2 hours", "just now". */
export function distance(date, now = new Date()) {
  const seconds = Math.round((date - now) / 1000);
  const [size, unit] = UNITS.find(([length]) => Math.abs(seconds) >= length) ?? [];
  if (!size) return "just now";
  return new Intl.RelativeTimeFormat("en-GB").format(Math.trunc(seconds / size), unit);
}

const TOKENS = {
  date_num: (date) => dayKey(date),
  date_slash: (date) => dayKey(date).split("-").reverse().join("/"),
  date: (date) => inWords(date, "middle"),
  date_short: (date) => inWords(date, "short"),
  date_long: (date) => inWords(date, "long"),
  date_pretty: (date, now) => nearDay(date, now) ?? inWords(date, "middle"),
  date_short_pretty: (date, now) => nearDay(date, now) ?? inWords(date, "short"),
  date_long_pretty: (date, now) => nearDay(date, now) ?? inWords(date, "long"),
  day_divider_pretty: (date, now) => nearDay(date, now) ?? inWords(date, "long"),
  time: (date) => clock(date),
  time_secs: (date) => withSeconds(date),
  ago: (date, now) => distance(date, now),
};

/** Fills Slack's tokens (`{date_short_pretty} {time}`); an unknown token stays as it is. */
export function withTokens(format, date, now = new Date()) {
  return format.replace(/\{(\w+)\}/g, (token, name) => (TOKENS[name] ? TOKENS[name](date, now) : token));
}

/** The heading above a day's messages. */
export function dayTitle(date) {
  const near = nearDay(date, new Date());
  if (near) return near[0].toUpperCase() + near.slice(1);
  const { weekday, month, day, year } = parts(date, WORDS);
  const thisYear = year === parts(new Date(), WORDS).year;
  return `${weekday}, ${Number(day)} ${month}${thisYear ? "" : ` ${year}`}`;
}

/** Everything about a moment, for tooltips. */
export function fullTime(date) {
  return `${inWords(date, "long")} at ${withSeconds(date)} (${zone().replaceAll("_", " ")})`;
}

/** A `<time>` element whose text keeps up with "today" and "5 minutes ago" (see `keepTimesFresh`). */
export function timeElement(date, format, attributes = {}) {
  const dataset = { format, at: String(date.getTime()) };
  return h(
    "time",
    { datetime: date.toISOString(), title: fullTime(date), dataset, ...attributes },
    withTokens(format, date),
  );
}

/** Writes relative times again each minute. */
export function keepTimesFresh() {
  setInterval(() => {
    for (const element of document.querySelectorAll("time[data-format]")) {
      const text = withTokens(element.dataset.format, new Date(Number(element.dataset.at)));
      if (element.textContent !== text) element.textContent = text;
    }
  }, 60_000);
}

/** The moment that a wall clock in the reader's zone shows as `local` ("2025-11-22T09:02"). */
export function momentOfLocal(local) {
  const wanted = Date.parse(`${local}Z`);
  let moment = wanted;
  for (let round = 0; round < 2; round += 1) moment += wanted - Date.parse(`${localOf(new Date(moment))}Z`);
  return new Date(moment);
}

/** The reverse of `momentOfLocal`. */
export function localOf(date) {
  return `${dayKey(date)}T${clock(date)}`;
}
