// The bot's modals: views that Slack opened for the person who looks at this page.

import { freshId, h } from "./dom.js";
import { drawBlocks } from "./blocks.js";
import { closeButton, show } from "./dialogs.js";
import { textObject } from "./text.js";

/**
 * The stack of the bot's modals. `surface(view, values)` is where their blocks stand; `submit(view, values)` gives
 * back the bot's answer, `close(view)` tells it that somebody closed one.
 */
export class Modals {
  #stack = [];
  #ways;

  constructor(ways) {
    this.#ways = ways;
  }

  /**
   * Show a view in front. One that is open already is drawn anew, keeping what was typed into blocks that are
   * still there, and what lay over it is gone.
   */
  show(view) {
    const known = this.#stack.findIndex((each) => each.view.id === view.id);
    if (known >= 0) {
      this.#closeAbove(known);
      this.#stack[known].view = view;
      this.#draw(this.#stack[known]);
      return;
    }
    const open = { view, values: {}, node: h("dialog.modal") };
    this.#stack.push(open);
    this.#draw(open);
    open.node.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#leave(open);
    });
    show(open.node);
  }

  closeAll() {
    this.#closeAbove(-1);
  }

  #closeAbove(index) {
    for (const { node } of this.#stack.splice(index + 1).reverse()) node.close();
  }

  #leave(open) {
    this.#closeAbove(this.#stack.indexOf(open) - 1);
    this.#ways.close(open.view);
  }

  #draw(open) {
    const { view, node, values } = open;
    const titleId = freshId("title");
    const surface = this.#ways.surface(view, values);
    const focused = document.activeElement?.closest("[data-block]")?.dataset.block;
    const form = h(
      "form",
      { novalidate: true, onsubmit: (event) => this.#submit(event, open) },
      h(
        "header",
        null,
        h("h2", { id: titleId }, textObject(view.title, surface.reader)),
        closeButton(() => this.#leave(open)),
      ),
      h(
        "div.modal-body",
        { tabindex: 0, role: "group", "aria-labelledby": titleId },
        drawBlocks(view.blocks, surface),
      ),
      h(
        "footer",
        null,
        h(
          "button.button",
          { type: "button", onclick: () => this.#leave(open) },
          textObject(view.close ?? { type: "plain_text", text: view.submit ? "Cancel" : "Close" }, surface.reader),
        ),
        view.submit ? h("button.button.primary", { type: "submit" }, textObject(view.submit, surface.reader)) : null,
      ),
    );
    node.setAttribute("aria-labelledby", titleId);
    node.replaceChildren(form);
    if (focused) node.querySelector(`[data-block="${CSS.escape(focused)}"] :is(input, textarea, button)`)?.focus();
  }

  async #submit(event, open) {
    event.preventDefault();
    const button = open.node.querySelector("button[type=submit]");
    if (!button || button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    const missing = unfilled(open);
    const answer = missing ? { ok: false, errors: missing } : await this.#ways.submit(open.view, open.values);
    button.removeAttribute("aria-busy");
    this.#explain(open, answer.errors ?? {});
  }

  #explain({ node }, errors) {
    for (const block of node.querySelectorAll("[data-block]")) {
      const line = block.querySelector(".error");
      if (!line) continue;
      const error = errors[block.dataset.block];
      line.hidden = !error;
      line.textContent = error ?? "";
      for (const field of block.querySelectorAll("input, textarea, .select"))
        field.toggleAttribute("data-wrong", Boolean(error));
      for (const field of block.querySelectorAll("input, textarea"))
        field.setAttribute("aria-invalid", String(Boolean(error)));
    }
    node.querySelector("[data-wrong]")?.focus();
  }
}

/** What Slack's own clients say about an empty field before the bot is asked; null when nothing is missing. */
function unfilled({ view, values }) {
  const errors = {};
  for (const block of view.blocks ?? []) {
    if (block.type !== "input" || block.optional) continue;
    const { type, ...chosen } = values[block.block_id]?.[block.element.action_id] ?? {};
    const [value] = Object.values(chosen);
    const empty =
      value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
    if (empty) errors[block.block_id] = "Please complete this required field.";
  }
  return Object.keys(errors).length ? errors : null;
}
