// Block Kit's elements by type: buttons and overflow menus here, selects and inputs from their own modules.
import { h, icon } from "./dom.js";
import { choiceInput, dateInput, fileInput, richTextInput, textInput } from "./inputs.js";
import { openable } from "./links.js";
import { openMenu } from "./menu.js";
import { textObject, withEmoji } from "./mrkdwn.js";
import { smallPicture } from "./pictures.js";
import { selectElement } from "./select.js";
import { used } from "./surface.js";
import { isBusy } from "./toast.js";

function button(element, place) {
  const { text, style = "", url, accessibility_label: spokenLabel, value } = element;
  const shared = {
    class: `button ${style}`,
    "aria-label": spokenLabel,
    dataset: { action: element.action_id, value: value ?? "", block: place.blockId },
  };
  const address = url ? openable(url) : null;
  const press = ({ currentTarget: control }) => isBusy(control) || used(place, element, value, control);
  if (!address) return h("button", { ...shared, type: "button", on: { click: press } }, textObject(text));
  const tell = (event) => used(place, { ...element, confirm: null }, value, event.currentTarget);
  return h(
    "a",
    {
      ...shared,
      href: address.href,
      target: "_blank",
      rel: "noopener noreferrer",
      title: address.href,
      on: { click: tell },
    },
    textObject(text),
    icon("out", 13),
  );
}

function overflow(element, place) {
  const control = h(
    "button",
    {
      type: "button",
      class: "button overflow",
      "aria-label": "More actions",
      title: "More actions",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      dataset: { action: element.action_id, block: place.blockId },
    },
    icon("more"),
  );
  control.addEventListener("click", () =>
    openMenu(
      control,
      element.options.map((option) => overflowEntry(option, element, place, control)),
      { label: "More actions", align: "start" },
    ),
  );
  return control;
}

function overflowEntry(option, element, place, control) {
  const about = option.description ? h("span", { class: "option-about" }, textObject(option.description)) : null;
  const content = h("span", { class: "option-content" }, h("span", {}, withEmoji(option.text.text)), about);
  const choose = () => used(place, element, option.value, control);
  const address = option.url ? openable(option.url) : null;
  return address ? { content, href: address.href, target: "_blank", choose } : { content, choose };
}

const SELECTS = ["static", "external", "users", "conversations", "channels"].flatMap((source) => [
  `${source}_select`,
  `multi_${source}_select`,
]);

const DRAW = {
  button,
  overflow,
  image: (element) => smallPicture(element),
  datepicker: dateInput,
  timepicker: dateInput,
  datetimepicker: dateInput,
  radio_buttons: choiceInput,
  checkboxes: choiceInput,
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
  rich_text_input: richTextInput,
  file_input: fileInput,
  ...Object.fromEntries(SELECTS.map((type) => [type, selectElement])),
};

/**
 * One element. `place`: `{surface, blockId, input, dispatch, optional, labelId, describedBy}` — where it stands, whether it waits
 * for its form, and what names and describes it.
 */
export function drawElement(element, place) {
  const drawing = DRAW[element.type];
  return drawing ? drawing(element, place) : h("span", { class: "not-drawn" }, `${element.type} is not drawn here`);
}
