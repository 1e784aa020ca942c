// Links to the outside: which addresses may be opened, and how a link says where it truly leads.
import { h, icon, isolated } from "./dom.js";

const OPENABLE = new Set(["http:", "https:", "mailto:", "tel:"]);

/** The address as a URL when it is one a person may open; null for `javascript:`, `data:` and whatever is malformed. */
export function openable(address) {
  try {
    const url = new URL(String(address).trim());
    return OPENABLE.has(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

function looksLikeAddress(label) {
  return /^(https?:\/\/|www\.)|^[\w.-]+\.[a-z]{2,}([/:?#]|$)/i.test(label.trim());
}

function destination(url) {
  return url.host || url.pathname;
}

/** A label that names another place than the one it leads to. */
function masks(label, url) {
  return looksLikeAddress(label) && !label.toLowerCase().includes(destination(url).toLowerCase());
}

/**
 * A link that opens in a new tab without a referrer. Its title shows the whole address; where the label pretends to be another
 * address, the true host stands beside it. An address that may not be opened is shown as text.
 */
export function outsideLink(address, label, attributes = {}) {
  const url = openable(address);
  const shown = label || address;
  if (!url)
    return h(
      "span",
      { class: "dead-link", title: "This address is not one that can be opened" },
      isolated(shown === address ? address : `${shown} (${address})`),
    );
  const link = h(
    "a",
    { href: url.href, target: "_blank", rel: "noopener noreferrer", title: url.href, ...attributes },
    isolated(shown),
  );
  if (!masks(shown, url)) return link;
  return h("span", {}, link, h("span", { class: "true-host" }, " ", icon("out", 12), isolated(destination(url))));
}

/** A picture's address when the playground itself serves it; null for everything from outside, which is never fetched. */
export function localFile(address) {
  try {
    const url = new URL(String(address), location.origin);
    const local = url.origin === location.origin || ["127.0.0.1", "localhost"].includes(url.hostname);
    return local && url.pathname.startsWith("/files/") ? url.pathname + url.search : null;
  } catch {
    return null;
  }
}
