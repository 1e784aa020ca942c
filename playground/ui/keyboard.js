// Keys that work everywhere: Ctrl K, Escape, F6 between the regions, arrow keys among messages, typing that starts a message.
import { closeThread } from "./places.js";
import { closePopover } from "./popover.js";
import { state, tell } from "./state.js";

/** Listens for keys. `panes`: `{channel, thread}`; `shell` holds the sidebar's state on narrow screens. */
export function startKeyboard({ channel, thread, shell }) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      tell("switch");
    } else if (!document.querySelector("dialog[open]")) keyInPage(event, { channel, thread, shell });
  });
}

function keyInPage(event, { channel, thread, shell }) {
  if (event.key === "Escape") return escape(shell, channel);
  if (event.key === "F6") return nextRegion(event);
  if (event.key === "ArrowUp" || event.key === "ArrowDown") return walkMessages(event, [channel.feed, thread.feed]);
  return typeAnywhere(event, channel);
}

function escape(shell, channel) {
  if (closePopover()) return;
  if (shell.classList.contains("sidebar-open")) shell.classList.remove("sidebar-open");
  else if (state.thread) closeThread();
  else if (document.activeElement?.closest?.(".feed")) channel.composer.focus();
}

function nextRegion(event) {
  event.preventDefault();
  const stops = [
    "#sidebar a[aria-current], #sidebar a",
    "#main .pin-bar:not([hidden]) button",
    "#main .feed, #main .home",
    "#main [data-composer]",
    "#thread:not([hidden]) .feed",
    "#thread:not([hidden]) [data-composer]",
  ]
    .map((selector) => document.querySelector(selector))
    .filter((element) => element && element.getClientRects().length > 0);
  const at = stops.findIndex(
    (stop) =>
      stop === document.activeElement ||
      stop.closest(".pin-bar")?.contains(document.activeElement) ||
      (stop.matches(".feed, .home") && stop.contains(document.activeElement)),
  );
  stops.at((at + (event.shiftKey ? -1 : 1) + stops.length) % stops.length)?.focus();
}

function walkMessages(event, feeds) {
  const { target } = event;
  const onRow = target.matches(".message, .feed");
  if (!onRow) return;
  const feed = feeds.find((one) => one.element.contains(target));
  if (feed?.walk(event.key === "ArrowUp" ? -1 : 1)) event.preventDefault();
  else if (event.key === "ArrowDown") feed?.element.parentElement.querySelector("[data-composer]")?.focus();
}

function typeAnywhere(event, channel) {
  const plainKey = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (plainKey && document.activeElement === document.body && state.place?.kind === "channel") channel.composer.focus();
}
