// Light, dark, or as the system has it; remembered. The first paint is set by first_paint.js.
const KEY = "playground.theme";
const ORDER = ["auto", "light", "dark"];

/** What the person chose: "auto", "light" or "dark". */
export function theme() {
  return document.documentElement.dataset.theme ?? "auto";
}

/** Takes the next of the three; answers it. */
export function nextTheme() {
  const next = ORDER[(ORDER.indexOf(theme()) + 1) % ORDER.length];
  document.documentElement.dataset.theme = next;
  if (next === "auto") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, next);
  return next;
}
