// Where blocks stand (a message, a modal, Home) and what a press on one of their elements tells the server.
import { act } from "./api.js";
import { confirmed } from "./confirm.js";
import { state } from "./state.js";
import { attempt, whileBusy } from "./toast.js";

const STATELESS = new Set(["button", "overflow"]);

/** A message as the ground of its blocks. */
export function messageSurface(channel, message) {
  return { kind: "message", key: `${channel}/${message.ts}`, address: { channel, ts: message.ts }, form: null };
}

/** A modal or Home as the ground of its blocks; `form` holds what is filled in. */
export function viewSurface(view, form) {
  return { kind: view.type === "home" ? "home" : "modal", key: view.id, address: { view_id: view.id }, form };
}

/**
 * Says that an element was used: keeps the value in the form, and tells the server unless the element only waits for the form to
 * be submitted. `place`: `{surface, blockId, input, dispatch}`. Answers false when the person backed out of the confirmation.
 */
export async function used(place, element, value, control) {
  const waits = place.input && !place.dispatch;
  if (!waits && element.confirm && !(await confirmed(element.confirm, control))) return false;
  if (!STATELESS.has(element.type)) place.surface.form?.set(place.blockId, element.action_id, value);
  if (!waits)
    await whileBusy(
      control,
      attempt(() => press(place, element, value)),
    );
  return true;
}

function press({ surface, blockId }, element, value) {
  const body = { user: state.me.id, ...surface.address, block_id: blockId, action_id: element.action_id, value };
  if (surface.form) body.values = surface.form.values();
  return act("click", body);
}

/** Options of an external select for what was typed. */
export async function externalOptions({ surface, blockId }, element, typed) {
  const { options } = await act("options", {
    user: state.me.id,
    ...surface.address,
    block_id: blockId,
    action_id: element.action_id,
    query: typed,
  });
  return options ?? [];
}

/** Opens (or finds) the direct message with somebody; answers the channel's id. */
export async function directMessage(userId) {
  const { channel } = await act("dm", { user: state.me.id, with: userId });
  return typeof channel === "string" ? channel : channel.id;
}
