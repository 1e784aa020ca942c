// The frame of every dialog: title row, body, foot; the focus stays inside and returns to where it was.
import { fill, h, iconButton, uniqueId } from "./dom.js";
import { closePopover } from "./popover.js";

const FOCUSABLE =
  "a[href], button:not([disabled]), input:not([disabled]), select, textarea, summary, [tabindex]:not([tabindex='-1'])";

/** Makes a dialog and opens it. `onCancel` runs on Escape and on the cross; the dialog stays until `close()` is called. */
export function openDialog({ title, kind = "modal", onCancel, closeLabel = "Close" }) {
  const before = document.activeElement;
  const titleId = uniqueId("title");
  const heading = h("h2", { class: "dialog-title", id: titleId, tabindex: "-1" }, title);
  const head = h(
    "header",
    { class: "dialog-head" },
    heading,
    iconButton("close", closeLabel, () => onCancel(), { class: "dialog-close" }),
  );
  const body = h("div", { class: "dialog-body" });
  const foot = h("footer", { class: "dialog-foot" });
  const element = h("dialog", { class: `dialog ${kind}`, "aria-labelledby": titleId }, head, body, foot);
  element.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (!closePopover()) onCancel();
  });
  element.addEventListener("keydown", (event) => keepInside(event, element));
  document.body.append(element);
  element.showModal();
  return { element, heading, head, body, foot, close: () => closeDialog(element, before) };
}

function closeDialog(element, before) {
  if (!element.isConnected) return;
  const notices = element.querySelector(".toasts");
  if (notices) document.body.append(notices);
  element.close();
  element.remove();
  if (notices) notices.showPopover();
  if (before?.isConnected) before.focus({ preventScroll: true });
}

/** The parts of an element that Tab reaches, in order. */
export function tabStops(element) {
  return [...element.querySelectorAll(FOCUSABLE)].filter(
    (stop) => stop.offsetParent !== null || stop.getClientRects().length > 0,
  );
}

function keepInside(event, element) {
  if (event.key !== "Tab") return;
  const stops = tabStops(element);
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  const atEdge = document.activeElement === edge || !element.contains(document.activeElement);
  if (!atEdge && !(event.shiftKey && document.activeElement.classList.contains("dialog-title"))) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0])?.focus();
}

/** Puts the buttons into a dialog's foot. */
export function footButtons(foot, ...buttons) {
  fill(foot, buttons);
}

/** A labelled push button. `style`: "", "primary" or "danger". */
export function pushButton(label, style, onclick, attributes = {}) {
  return h("button", { type: "button", class: `button ${style}`, on: { click: onclick }, ...attributes }, label);
}
