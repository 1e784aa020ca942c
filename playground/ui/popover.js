// A layer that stands at a control: placed where there is room, closed by Escape, by a press elsewhere and by scrolling away.
import { h } from "./dom.js";

let current = null;

/**
 * Opens `content` at `anchor`. Options: `side` ("below" or "above"), `align` ("start" or "end"), `match` (as wide as the anchor),
 * `keepFocus` (leave the focus where it is), `onClose`. Answers a function that closes it.
 */
export function openPopover(
  anchor,
  content,
  { side = "below", align = "start", match = false, keepFocus = false, onClose = null } = {},
) {
  closePopover();
  const home = anchor.closest("dialog") ?? document.body;
  const layer = h("div", { class: "popover", popover: "manual" }, content);
  home.append(layer);
  layer.showPopover();
  const before = document.activeElement;
  const place = () => position(layer, anchor, { side, align, match });
  place();
  const outside = (event) => !layer.contains(event.target) && !anchor.contains(event.target) && closePopover();
  const observer = new ResizeObserver(place);
  observer.observe(layer);
  document.addEventListener("pointerdown", outside, true);
  window.addEventListener("resize", place);
  current = { layer, anchor, close };
  anchor.setAttribute("aria-expanded", "true");

  function close(restore = true) {
    current = null;
    observer.disconnect();
    document.removeEventListener("pointerdown", outside, true);
    window.removeEventListener("resize", place);
    const hadFocus = layer.contains(document.activeElement);
    layer.remove();
    if (anchor.hasAttribute("aria-expanded")) anchor.setAttribute("aria-expanded", "false");
    if (restore && hadFocus && !keepFocus) (anchor.isConnected ? anchor : before)?.focus?.();
    onClose?.();
  }

  layer.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
  return close;
}

/** Closes the open popover, if any; says whether there was one. */
export function closePopover() {
  if (!current) return false;
  current.close();
  return true;
}

/** The control whose popover is open. */
export function popoverAnchor() {
  return current?.anchor ?? null;
}

function position(layer, anchor, { side, align, match }) {
  const box = anchor.getBoundingClientRect();
  const gap = 6;
  if (match) layer.style.minWidth = `${box.width}px`;
  const { offsetWidth: width, offsetHeight: height } = layer;
  const fitsBelow = box.bottom + gap + height <= innerHeight - 8;
  const fitsAbove = box.top - gap - height >= 8;
  const below = side === "below" ? fitsBelow || !fitsAbove : !fitsAbove && fitsBelow;
  const wantedTop = below ? box.bottom + gap : box.top - gap - height;
  const wantedLeft = align === "start" ? box.left : box.right - width;
  layer.style.top = `${clamp(wantedTop, 8, innerHeight - height - 8)}px`;
  layer.style.left = `${clamp(wantedLeft, 8, innerWidth - width - 8)}px`;
}

function clamp(value, low, high) {
  return Math.max(low, Math.min(value, high));
}
