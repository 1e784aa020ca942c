// What a person has filled in, by block and action, and what is wrong with it before it is sent. No DOM in here.

/** The values of one view; they survive that the app draws the view again. */
export class Form {
  #values = new Map();

  /** The value so far; the first time, `initial`. */
  begin(blockId, actionId, initial) {
    const key = `${blockId}\n${actionId}`;
    if (!this.#values.has(key)) this.#values.set(key, { blockId, actionId, value: initial });
    return this.#values.get(key).value;
  }

  set(blockId, actionId, value) {
    this.#values.set(`${blockId}\n${actionId}`, { blockId, actionId, value });
  }

  get(blockId, actionId) {
    return this.#values.get(`${blockId}\n${actionId}`)?.value;
  }

  /** `{block_id: {action_id: value}}` of what was touched; emptied ones are null, so that they do not fall back to their first value. */
  values() {
    const values = {};
    for (const { blockId, actionId, value } of this.#values.values()) {
      (values[blockId] ??= {})[actionId] = isEmpty(value) ? null : value;
    }
    return values;
  }

  /** Forgets what the view no longer asks. `blocks`: the view's blocks now. */
  keepOnly(blocks) {
    const asked = new Set(blocks.map((block) => block.block_id));
    for (const [key, { blockId }] of this.#values) if (!asked.has(blockId)) this.#values.delete(key);
  }
}

function isEmpty(value) {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

/** What keeps the blocks' inputs from being sent: `{block_id: sentence}`. */
export function faults(blocks, form) {
  const found = {};
  for (const block of blocks) {
    if (block.type !== "input") continue;
    const sentence = faultOf(block, form.get(block.block_id, block.element.action_id));
    if (sentence) found[block.block_id] = sentence;
  }
  return found;
}

function faultOf({ element, optional }, value) {
  if (isEmpty(value)) return optional ? null : "Please fill this in.";
  const check = CHECKS[element.type];
  return check ? check(element, value) : null;
}

const CHECKS = {
  plain_text_input: length,
  email_text_input: (element, value) =>
    /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? null : "This is not an e-mail address, like ana@acme.example.",
  url_text_input: (element, value) =>
    /^https?:\/\/\S+$/i.test(value) ? null : "This is not a web address; it begins with https:// or http://.",
  number_input: number,
};

function length({ min_length: least, max_length: most }, value) {
  const size = [...value].length;
  if (least && size < least) return `At least ${least} characters; ${least - size} more to go.`;
  if (most && size > most) return `At most ${most} characters; ${size - most} too many.`;
  return null;
}

function number({ min_value: least, max_value: most, is_decimal_allowed: decimal }, value) {
  const amount = Number(value);
  if (!Number.isFinite(amount)) return "This is not a number.";
  if (!decimal && !Number.isInteger(amount)) return "A whole number, please.";
  if (least !== undefined && amount < Number(least)) return `At least ${least}.`;
  if (most !== undefined && amount > Number(most)) return `At most ${most}.`;
  return null;
}
