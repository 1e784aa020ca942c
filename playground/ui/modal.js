// The app's modals: the view that is open, its form, its errors, and the way back through the stack.
import { act } from "./api.js";
import { drawBlocks, showFaults } from "./blocks.js";
import { footButtons, openDialog, pushButton, tabStops } from "./dialog.js";
import { fill, h, iconButton } from "./dom.js";
import { faults, Form } from "./form.js";
import { textObject } from "./mrkdwn.js";
import { closePopover } from "./popover.js";
import { on, state, tell } from "./state.js";
import { viewSurface } from "./surface.js";
import { attempt, isBusy, toast, whileBusy } from "./toast.js";

const DEPTH = 3;

/** Follows `state.view`: opens, draws again, closes. */
export function startModals() {
  const modal = new Modal();
  on("view", () => modal.follow(state.view));
}

class Modal {
  constructor() {
    this.dialog = null;
    this.view = null;
    this.forms = new Map();
  }

  follow(view) {
    if (!view) return this.#shut();
    if (this.view?.id === view.id && this.view.hash === view.hash) return undefined;
    const sameView = this.view?.id === view.id;
    this.view = view;
    this.dialog ??= openDialog({ title: "", kind: "modal", onCancel: () => this.closeAll() });
    this.#draw(sameView);
    return undefined;
  }

  #shut() {
    closePopover();
    this.dialog?.close();
    this.dialog = null;
    this.view = null;
    this.forms.clear();
  }

  #formOf(view) {
    if (!this.forms.has(view.id)) this.forms.set(view.id, new Form());
    const form = this.forms.get(view.id);
    form.keepOnly(view.blocks);
    return form;
  }

  #draw(sameView) {
    const { dialog, view } = this;
    const form = this.#formOf(view);
    const mark = sameView ? this.#focusMark() : null;
    const scrolled = sameView ? dialog.body.scrollTop : 0;
    closePopover();
    fill(dialog.heading, textObject(view.title));
    dialog.head.querySelector(".dialog-back")?.remove();
    if (view.previous_view_id)
      dialog.head.prepend(iconButton("back", "Back", () => this.closeTop(), { class: "dialog-back" }));
    const body = h(
      "form",
      { class: "view-form", novalidate: true, on: { submit: (event) => this.#submitted(event) } },
      drawBlocks(view.blocks, viewSurface(view, form)),
    );
    fill(dialog.body, body);
    this.#drawFoot(body);
    dialog.body.scrollTop = scrolled;
    this.#focus(mark);
  }

  #drawFoot(body) {
    const { view } = this;
    const asks = view.blocks.some((block) => block.type === "input");
    const close = pushButton(view.close ? textObject(view.close) : asks ? "Cancel" : "Close", "", () =>
      view.previous_view_id ? this.closeTop() : this.closeAll(),
    );
    if (!view.submit && !asks) return footButtons(this.dialog.foot, close);
    this.submitButton = pushButton(
      view.submit ? textObject(view.submit) : "Submit",
      "primary",
      () => body.requestSubmit(),
      { disabled: Boolean(view.submit_disabled) },
    );
    return footButtons(this.dialog.foot, close, this.submitButton);
  }

  #focusMark() {
    const focused = document.activeElement;
    if (!this.dialog.body.contains(focused)) return null;
    return { ...focused.dataset, from: focused.selectionStart ?? null, to: focused.selectionEnd ?? null };
  }

  #focus(mark) {
    const controls = [...this.dialog.body.querySelectorAll("[data-action]")];
    const same =
      mark &&
      controls.find(
        (one) =>
          one.dataset.action === mark.action && one.dataset.block === mark.block && one.dataset.value === mark.value,
      );
    if (same) {
      same.focus({ preventScroll: true });
      if (mark.from !== null && same.matches("textarea, input[type=text]")) same.setSelectionRange(mark.from, mark.to);
      return;
    }
    const wanted = this.view.blocks.find((block) => (block.element ?? {}).focus_on_load);
    const control = wanted && controls.find((one) => one.dataset.block === wanted.block_id);
    const field =
      control ??
      this.dialog.body.querySelector(
        ".block-input [data-action]:is(input, textarea, button), .block-input [data-action] input",
      );
    (field ?? tabStops(this.dialog.body)[0] ?? this.dialog.heading).focus();
  }

  async #submitted(event) {
    event.preventDefault();
    if (isBusy(this.submitButton) || this.submitButton.disabled) return;
    const { view } = this;
    const form = this.forms.get(view.id);
    if (this.#refused(faults(view.blocks, form))) return;
    const body = { user: state.me.id, view_id: view.id, values: form.values() };
    const answer = await whileBusy(
      this.submitButton,
      attempt(() => act("submit", body)),
    );
    if (!answer || this.view?.id !== view.id) return;
    if (answer.errors) this.#refused(answer.errors);
    else this.#moved(answer);
  }

  /** Shows the faults at their fields; says whether there are any. */
  #refused(found) {
    const first = showFaults(this.dialog.body, found);
    const sentences = Object.values(found);
    if (sentences.length === 0) return false;
    if (first)
      (first.matches("input, textarea, button") ? first : first.querySelector("input, textarea, button"))?.focus();
    else toast(sentences.join(" "), "fault");
    return true;
  }

  #moved(answer) {
    if (!("view" in answer)) return;
    state.view = answer.view ?? null;
    tell("view");
  }

  /** Takes the top view away; the one below it, if any, comes back. */
  async closeTop() {
    if (!this.view) return;
    const answer = await attempt(() => act("close", { user: state.me.id, view_id: this.view.id }));
    if (!answer) return;
    state.view = answer.view ?? null;
    tell("view");
  }

  /** Takes the whole stack away. */
  async closeAll() {
    for (let depth = 0; depth < DEPTH && this.view; depth += 1) await this.closeTop();
  }
}
