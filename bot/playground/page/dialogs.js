// What covers the page for a moment: a question before a button acts, and a message's other forms.

import { freshId, h, hidden, icon } from "./dom.js";
import { textObject } from "./text.js";

// Where the focus goes first: to what is to be filled in, else to what is to be read, else to what can be pressed.
const FIRST = ["[autofocus]", ".b-input :is(input, textarea, button)", "[tabindex='0']", "footer .button"];

/** Open a dialog that removes itself when it closes, and gives the focus back. */
export function show(node, closed = () => {}) {
  document.body.append(node);
  const before = document.activeElement;
  node.addEventListener("close", () => {
    node.remove();
    if (before?.isConnected) before.focus();
    closed();
  });
  node.showModal();
  FIRST.map((selector) => node.querySelector(selector))
    .find(Boolean)
    ?.focus();
}

export const closeButton = (close) =>
  h("button.quiet.close", { type: "button", onclick: close }, icon("M5 5l10 10M15 5 5 15"), hidden("Close"));

/** Ask what a `confirm` object asks; true when it is confirmed. */
export function confirmed(spec, reader) {
  return new Promise((resolve) => {
    const titleId = freshId("title");
    const end = (answer) => () => {
      resolve(answer);
      node.close();
    };
    const style = spec.style === "danger" ? ".danger" : ".primary";
    const node = h(
      "dialog.modal.small",
      { "aria-labelledby": titleId },
      h("header", null, h("h2", { id: titleId }, textObject(spec.title, reader)), closeButton(end(false))),
      h("div.modal-body.text", null, textObject(spec.text, reader)),
      h(
        "footer",
        null,
        h(
          "button.button",
          { type: "button", onclick: end(false) },
          textObject(spec.deny ?? { type: "plain_text", text: "Cancel" }, reader),
        ),
        h(
          `button.button${style}`,
          { type: "button", onclick: end(true) },
          textObject(spec.confirm ?? { type: "plain_text", text: "Yes" }, reader),
        ),
      ),
    );
    show(node, () => resolve(false));
  });
}

/** A page of text with a title, such as a message's JSON. */
export function showText(title, text) {
  const titleId = freshId("title");
  const node = h(
    "dialog.modal",
    { "aria-labelledby": titleId },
    h(
      "header",
      null,
      h("h2", { id: titleId }, title),
      closeButton(() => node.close()),
    ),
    h("div.modal-body", null, h("pre", { tabindex: 0 }, h("code", null, text))),
    h("footer", null, h("button.button", { type: "button", onclick: () => node.close() }, "Close")),
  );
  show(node);
}
