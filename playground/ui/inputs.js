// Block Kit's typed inputs: text, e-mail, web address, number, date, time; radio buttons and checkboxes.
import { fill, h, icon, uniqueId } from "./dom.js";
import { localOf, momentOfLocal } from "./dates.js";
import { textObject } from "./mrkdwn.js";
import { used } from "./surface.js";

function naming(element, place) {
  const described = place.describedBy ? { "aria-describedby": place.describedBy } : {};
  if (place.labelId) return { "aria-labelledby": place.labelId, ...described };
  return { "aria-label": element.placeholder?.text ?? "Value", ...described };
}

function begun(element, place, initial) {
  return place.surface.form ? place.surface.form.begin(place.blockId, element.action_id, initial) : initial;
}

function marks(element, place) {
  return {
    dataset: { action: element.action_id, block: place.blockId },
    ...naming(element, place),
    placeholder: element.placeholder?.text,
  };
}

const TYPES = { plain_text_input: "text", email_text_input: "email", url_text_input: "url", number_input: "text" };

/** A field to type in, with a counter when its limit is short or near. */
export function textInput(element, place) {
  const value = begun(element, place, String(element.initial_value ?? ""));
  const shared = {
    ...marks(element, place),
    class: "field",
    maxlength: element.max_length,
    "aria-required": place.optional ? null : "true",
    dir: "auto",
  };
  const numeric = element.type === "number_input" ? { inputmode: "decimal" } : {};
  const field = element.multiline
    ? h("textarea", { ...shared, rows: "4" })
    : h("input", { ...shared, ...numeric, type: TYPES[element.type], autocomplete: "off" });
  field.value = value ?? "";
  const counter = element.max_length ? h("span", { class: "counter", "aria-hidden": "true" }) : null;
  const count = () => counter && writeCounter(counter, field.value, element);
  field.addEventListener("input", () => {
    place.surface.form?.set(place.blockId, element.action_id, field.value);
    count();
  });
  listenForDispatch(field, element, place);
  count();
  return h("div", { class: "field-frame" }, field, counter);
}

function writeCounter(counter, value, { max_length: most }) {
  const left = most - [...value].length;
  fill(counter, most < 500 || left < most / 4 ? `${left} left` : "");
  counter.classList.toggle("low", left <= Math.max(10, most * 0.05));
}

function listenForDispatch(field, element, place) {
  if (place.input && !place.dispatch) return;
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const send = () => used(place, element, field.value, field);
  if (triggers.includes("on_enter_pressed")) {
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    });
  }
  if (!triggers.includes("on_character_entered")) return;
  let timer = 0;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(send, 400);
  });
}

/** Date, time, or both (in the person's zone; the value is a Unix time). */
export function dateInput(element, place) {
  const kind = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" }[element.type];
  const initial = element.initial_date ?? element.initial_time ?? element.initial_date_time ?? null;
  const value = begun(element, place, initial);
  const field = h("input", { ...marks(element, place), type: kind, class: "field date-field" });
  field.value = kind === "datetime-local" && value ? localOf(new Date(value * 1000)) : (value ?? "");
  let timer = 0;
  field.addEventListener("change", () => {
    clearTimeout(timer);
    const chosen = valueOf(field.value, kind);
    place.surface.form?.set(place.blockId, element.action_id, chosen);
    const typing = kind !== "time" && field.value && Number.parseInt(field.value, 10) < 1970;
    if (!typing && (!place.input || place.dispatch)) timer = setTimeout(() => used(place, element, chosen, field), 500);
  });
  return field;
}

function valueOf(text, kind) {
  if (text === "") return null;
  return kind === "datetime-local" ? Math.floor(momentOfLocal(text) / 1000) : text;
}

/** Radio buttons (one value) or checkboxes (a list of values). */
export function choiceInput(element, place) {
  const many = element.type === "checkboxes";
  const initial = many
    ? (element.initial_options ?? []).map((option) => option.value)
    : (element.initial_option?.value ?? null);
  const value = begun(element, place, initial);
  const name = uniqueId("choice");
  const role = many ? "group" : "radiogroup";
  const group = h("div", {
    class: "choice-group",
    role,
    ...naming(element, place),
    dataset: { action: element.action_id, block: place.blockId },
  });
  const checked = () => [...group.querySelectorAll("input:checked")].map((input) => input.value);
  const changed = () => used(place, element, many ? checked() : (checked()[0] ?? null), group);
  const holds = (option) => (many ? (value ?? []).includes(option.value) : value === option.value);
  group.append(
    ...element.options.map((option) =>
      choiceRow(option, { type: many ? "checkbox" : "radio", name, checked: holds(option), changed }),
    ),
  );
  return group;
}

function choiceRow(option, { type, name, checked, changed }) {
  const input = h("input", { type, name, value: option.value, on: { change: changed } });
  input.checked = checked;
  const about = option.description
    ? h("span", { class: "choice-about" }, textObject(option.description, { inline: true }))
    : null;
  return h(
    "label",
    { class: "choice" },
    input,
    h("span", {}, h("span", { class: "choice-text" }, textObject(option.text, { inline: true })), about),
  );
}

/** Several lines of text typed as mrkdwn, sent as Slack's rich text. */
export function richTextInput(element, place) {
  const asRich = (text) => ({
    type: "rich_text",
    elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
  });
  begun(element, place, element.initial_value ?? null);
  const field = h("textarea", { ...marks(element, place), class: "field", rows: "4", dir: "auto" });
  field.addEventListener("input", () =>
    place.surface.form?.set(place.blockId, element.action_id, field.value ? asRich(field.value) : null),
  );
  return h("div", { class: "field-frame" }, field);
}

/** A file chosen in a form cannot be sent by the user API; the field says so. */
export function fileInput() {
  return h("p", { class: "not-drawn" }, icon("file"), " Files cannot be chosen in this playground.");
}
