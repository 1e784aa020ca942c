// Block Kit's blocks by type. Each takes the block and its surface and answers nodes.
import { fill, h, icon, isolated, uniqueId } from "./dom.js";
import { drawElement } from "./elements.js";
import { markdown } from "./markdown.js";
import { mrkdwn, textObject } from "./mrkdwn.js";
import { fileElement, picture, smallPicture } from "./pictures.js";
import { richText } from "./rich_text.js";

const LONG_TEXT = 1400;

function section(block, surface) {
  const labelId = uniqueId("text");
  const text = block.text
    ? h("div", { class: "rich block-text", id: labelId }, long(textObject(block.text), block.text.text))
    : null;
  const fields = block.fields
    ? h(
        "div",
        { class: "fields" },
        block.fields.map((field) => h("div", { class: "rich field-cell" }, textObject(field))),
      )
    : null;
  if (!block.accessory) return h("div", { class: "block block-section" }, text, fields);
  const place = { surface, blockId: block.block_id, labelId: needsName(block.accessory) && text ? labelId : null };
  const side =
    block.accessory.type === "image" ? smallPicture(block.accessory, true) : drawElement(block.accessory, place);
  const wide = ["radio_buttons", "checkboxes"].includes(block.accessory.type) ? "stacked" : "";
  return h(
    "div",
    { class: `block block-section with-accessory ${wide}` },
    h("div", { class: "section-main" }, text, fields),
    h("div", { class: "accessory" }, side),
  );
}

function needsName(element) {
  return !["button", "overflow", "image"].includes(element.type);
}

/** Long text is folded; a press shows the rest. */
export function long(nodes, text) {
  const size = (text ?? "").length;
  const lines = (text ?? "").split("\n").length;
  if (size <= LONG_TEXT && lines <= 24) return nodes;
  const body = h("div", { class: "folded" }, nodes);
  const more = h(
    "button",
    { type: "button", class: "quiet-link", "aria-expanded": "false", on: { click: () => toggle() } },
    "Show all",
  );
  const toggle = () => {
    const folded = body.classList.toggle("folded");
    more.setAttribute("aria-expanded", String(!folded));
    fill(more, folded ? "Show all" : "Show less");
  };
  return [body, more];
}

function header(block, surface) {
  return h(
    "div",
    { class: "block block-header", role: "heading", "aria-level": surface.kind === "modal" ? "3" : "2" },
    textObject(block.text),
  );
}

function context(block) {
  const pieces = block.elements.map((element) =>
    element.type === "image" ? smallPicture(element) : h("div", { class: "rich context-text" }, textObject(element)),
  );
  return h("div", { class: "block block-context" }, pieces);
}

function actions(block, surface) {
  const place = { surface, blockId: block.block_id };
  return h(
    "div",
    { class: "block block-actions" },
    block.elements.map((element) => drawElement(element, place)),
  );
}

function contextActions(block, surface) {
  const place = { surface, blockId: block.block_id };
  const buttons = block.elements.flatMap((element) => {
    if (element.type !== "feedback_buttons")
      return [
        drawElement(
          {
            type: "button",
            text: { type: "plain_text", text: element.accessibility_label ?? element.text?.text ?? "Act" },
            ...element,
            ...(element.type === "icon_button" ? { type: "button" } : {}),
          },
          place,
        ),
      ];
    return [element.positive_button, element.negative_button].map((side) =>
      drawElement({ type: "button", action_id: element.action_id, ...side }, place),
    );
  });
  return h("div", { class: "block block-actions" }, buttons);
}

function input(block, surface) {
  const labelId = uniqueId("label");
  const hintId = uniqueId("hint");
  const faultId = uniqueId("fault");
  const place = {
    surface,
    blockId: block.block_id,
    input: true,
    dispatch: Boolean(block.dispatch_action),
    optional: Boolean(block.optional),
    labelId,
    describedBy: `${hintId} ${faultId}`,
  };
  const hint = h("div", { class: "input-hint", id: hintId }, block.hint ? textObject(block.hint) : null);
  const label = h(
    "div",
    { class: "input-label", id: labelId },
    textObject(block.label),
    block.optional ? h("span", { class: "optional" }, " optional") : null,
  );
  const control = drawElement(block.element, place);
  label.addEventListener("click", () =>
    control.matches("button, input") ? control.focus() : control.querySelector("input, textarea")?.focus(),
  );
  return h(
    "div",
    { class: "block block-input", dataset: { inputBlock: block.block_id } },
    label,
    control,
    h("div", { class: "input-fault", id: faultId, "aria-live": "polite" }),
    hint,
  );
}

function image(block) {
  const title = block.title ? h("div", { class: "picture-title" }, textObject(block.title)) : null;
  return h("div", { class: "block block-image" }, title, picture(block));
}

function table(block) {
  const align = (index) => `align-${block.column_settings?.[index]?.align ?? "left"}`;
  const cell = (tag, content, index) =>
    h(
      tag,
      { class: align(index), scope: tag === "th" ? "col" : null, dir: "auto" },
      content?.type === "rich_text" ? richText(content) : isolated(content?.text ?? ""),
    );
  const [head, ...rows] = block.rows ?? [];
  const body = rows.map((row) =>
    h(
      "tr",
      {},
      row.map((content, index) => cell("td", content, index)),
    ),
  );
  const frame = h("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": "Table" });
  frame.append(
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          (head ?? []).map((content, index) => cell("th", content, index)),
        ),
      ),
      h("tbody", {}, body),
    ),
  );
  return h("div", { class: "block" }, frame);
}

const DRAW = {
  section,
  header,
  context,
  actions,
  input,
  image,
  table,
  context_actions: contextActions,
  divider: () => h("hr", { class: "block block-divider" }),
  markdown: (block) => h("div", { class: "block rich block-markdown" }, long(markdown(block.text), block.text)),
  rich_text: (block) => h("div", { class: "block rich" }, richText(block)),
  file: (block) =>
    h("div", { class: "block" }, fileElement({ name: block.external_id ?? "File", id: block.external_id })),
};

/** All blocks of a message or view. */
export function drawBlocks(blocks, surface) {
  return (blocks ?? []).map((block) => {
    const drawing = DRAW[block.type];
    return drawing
      ? drawing(block, surface)
      : h("div", { class: "block not-drawn" }, `A block of the type ${block.type} is not drawn here.`);
  });
}

/** Slack's older attachments: a coloured bar beside text or blocks. */
export function drawAttachment(attachment, surface) {
  const title = attachment.title
    ? h(
        "div",
        { class: "attachment-title" },
        mrkdwn(attachment.title_link ? `<${attachment.title_link}|${attachment.title}>` : attachment.title),
      )
    : null;
  const text = attachment.text ? h("div", { class: "rich" }, mrkdwn(attachment.text)) : null;
  const body = attachment.blocks?.length ? drawBlocks(attachment.blocks, surface) : [title, text];
  return h(
    "div",
    { class: "attachment" },
    attachment.pretext ? h("div", { class: "rich" }, mrkdwn(attachment.pretext)) : null,
    body,
  );
}

/** Writes what is wrong beside the inputs: `{block_id: sentence}`. Answers the first field at fault. */
export function showFaults(root, found) {
  let first = null;
  for (const frame of root.querySelectorAll("[data-input-block]")) {
    const sentence = found[frame.dataset.inputBlock];
    fill(frame.querySelector(".input-fault"), sentence ? [icon("warn", 14), h("span", {}, isolated(sentence))] : []);
    frame.classList.toggle("at-fault", Boolean(sentence));
    const control = frame.querySelector("[data-action]");
    if (control?.matches("input, textarea, [role=combobox], [role=radiogroup]"))
      control.setAttribute("aria-invalid", String(Boolean(sentence)));
    if (sentence && !first) first = control;
  }
  return first;
}
