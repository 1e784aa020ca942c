// The app's Home tab: what it published for this person, drawn like any blocks.
import { read } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { pushButton } from "./dialog.js";
import { fill, h, icon } from "./dom.js";
import { Form } from "./form.js";
import { goTo } from "./places.js";
import { avatar } from "./people.js";
import { appName, on, state } from "./state.js";
import { directMessage, viewSurface } from "./surface.js";
import { attempt } from "./toast.js";

/** The pane that shows Home. */
export class HomePane {
  constructor(main, menuButton) {
    this.main = main;
    this.menuButton = menuButton;
    this.body = h("div", { class: "home-body" });
    this.frame = h("div", { class: "home", tabindex: "0", role: "region", "aria-label": "Home" }, this.body);
    this.form = new Form();
    on("home", () => state.place?.kind === "home" && this.draw());
  }

  /** Opens Home: the app is told, and may publish anew. */
  async show() {
    const head = h(
      "header",
      { class: "pane-head" },
      this.menuButton(),
      h("h1", { class: "pane-title" }, avatar(state.app?.bot_user_id ?? "", { size: "small" }), appName()),
      h("div", { class: "pane-about" }, "Home"),
      h(
        "div",
        { class: "pane-tools" },
        pushButton("Messages", "small", () => this.#write()),
      ),
    );
    fill(this.main, head, this.frame);
    if (state.home) this.draw();
    else fill(this.body, h("p", { class: "feed-note" }, h("span", { class: "spinner" }), " Loading"));
    const answer = await attempt(() => read("home", { user: state.me.id }));
    if (answer) state.home = answer.view;
    this.draw();
  }

  draw() {
    const { view } = { view: state.home };
    if (!view?.blocks) return fill(this.body, this.#empty());
    const mark = this.#focusMark();
    this.form.keepOnly(view.blocks);
    fill(this.body, drawBlocks(view.blocks, viewSurface({ ...view, type: "home" }, this.form)));
    return (
      mark &&
      [...this.body.querySelectorAll("[data-action]")]
        .find((one) => one.dataset.action === mark.action && one.dataset.value === mark.value)
        ?.focus({ preventScroll: true })
    );
  }

  #focusMark() {
    const focused = document.activeElement;
    return this.body.contains(focused) ? { ...focused.dataset } : null;
  }

  #empty() {
    const why = state.connected
      ? "has not published a Home for you yet."
      : "is not connected. Start it, and its Home appears here.";
    return h("div", { class: "home-empty" }, icon("home", 28), h("p", {}, `${appName()} ${why}`));
  }

  async #write() {
    const channel = await attempt(() => directMessage(state.app.bot_user_id));
    if (!channel) return;
    if (!state.channels.has(channel)) await state.refresh();
    goTo(channel);
  }
}
