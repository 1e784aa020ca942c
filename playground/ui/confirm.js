// The question before an act that asks for one: Block Kit's confirm object, and our own questions.
import { fill, h } from "./dom.js";
import { footButtons, openDialog, pushButton } from "./dialog.js";
import { textObject } from "./mrkdwn.js";

/** Asks Block Kit's `confirm`; answers whether the person agreed. */
export function confirmed(confirm) {
  return ask({
    title: textObject(confirm.title),
    text: textObject(confirm.text),
    yes: textObject(confirm.confirm),
    no: textObject(confirm.deny),
    danger: confirm.style === "danger",
  });
}

/** Asks a question with two answers. */
export function ask({ title, text, yes, no = "Cancel", danger = false }) {
  return new Promise((resolve) => {
    const answer = (agreed) => {
      dialog.close();
      resolve(agreed);
    };
    const dialog = openDialog({ title, kind: "question", onCancel: () => answer(false) });
    fill(dialog.body, h("div", { class: "rich" }, text));
    const agree = pushButton(yes, danger ? "danger solid" : "primary", () => answer(true));
    footButtons(
      dialog.foot,
      pushButton(no, "", () => answer(false)),
      agree,
    );
    agree.focus();
  });
}
