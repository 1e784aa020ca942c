// Short notices at the bottom of the page, and words for who listens instead of looks.
import { h, icon, iconButton, isolated } from "./dom.js";

const STAY = { info: 4000, fault: 9000 };

function stack() {
  const home = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  let element = document.querySelector(".toasts");
  if (!element) element = h("div", { class: "toasts", popover: "manual", role: "region", "aria-label": "Notices" });
  if (element.parentElement !== home) home.append(element);
  if (!element.matches(":popover-open")) element.showPopover();
  return element;
}

/** Shows a sentence for a few seconds. `kind`: "info" or "fault". */
export function toast(sentence, kind = "info") {
  const place = stack();
  const same = [...place.children].find((other) => other.dataset.sentence === sentence);
  same?.remove();
  const role = kind === "fault" ? "alert" : "status";
  const note = h(
    "div",
    { class: `toast toast-${kind}`, role, dataset: { sentence } },
    icon(kind === "fault" ? "warn" : "check"),
    isolated(sentence, { class: "toast-text" }),
  );
  note.append(iconButton("close", "Dismiss", () => leave(note)));
  place.append(note);
  while (place.children.length > 3) place.firstElementChild.remove();
  setTimeout(() => leave(note), STAY[kind]);
}

function leave(note) {
  const place = note.parentElement;
  note.remove();
  if (place && place.children.length === 0) place.remove();
}

/** Runs a call and shows why it failed; answers what it answered, or null. */
export async function attempt(call) {
  try {
    return await call();
  } catch (fault) {
    toast(fault.message, "fault");
    return null;
  }
}

const waiting = [];
let timer = 0;

/** Reads a sentence to who uses a screen reader; several in a second become one. */
export function announce(sentence) {
  waiting.push(sentence);
  clearTimeout(timer);
  timer = setTimeout(() => {
    const heard = waiting.splice(0);
    say(heard.length > 2 ? `${heard.length} new messages. ${heard.at(-1)}` : heard.join(". "));
  }, 700);
}

function say(sentence) {
  const place = document.getElementById("announcer");
  place.append(h("p", {}, isolated(sentence)));
  while (place.children.length > 4) place.firstElementChild.remove();
}

/** Shows on a control that its action is under way, and refuses a second press until `promise` has ended. */
export async function whileBusy(control, promise) {
  control.setAttribute("aria-busy", "true");
  try {
    return await promise;
  } finally {
    control.removeAttribute("aria-busy");
  }
}

/** Whether the control's last action is still under way. */
export function isBusy(control) {
  return control.getAttribute("aria-busy") === "true";
}
