// What the page itself has to say: that something went wrong, that it waits, what a screen reader should hear.

import { h, hidden, icon } from "./dom.js";
import { page } from "./state.js";

const PATIENCE_MS = 600; // how long an answer may take before the page says that it waits

const troubles = document.getElementById("troubles");
const announcer = document.getElementById("announcer");
const waiting = document.getElementById("waiting");

export function trouble(text) {
  if ([...troubles.children].some((each) => each.dataset.text === text)) return;
  const close = h(
    "button.quiet",
    { type: "button", onclick: () => note.remove() },
    icon("M5 5l10 10M15 5 5 15"),
    hidden("Dismiss"),
  );
  const note = h("div.trouble", { role: "alert", "data-text": text }, h("p", null, text), close);
  troubles.append(note);
}

export const forgetTroubles = () => troubles.replaceChildren();

/** Say what an answer of the server complains of; true when it complains of nothing. */
export function explain(answer) {
  if (answer.ok === false) trouble(answer.error ?? "It did not work, and nobody said why.");
  return answer.ok !== false;
}

/** Wait for an answer, and say so when it takes long. */
export async function patiently(answer) {
  const dots = h("span.dots", { "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  const timer = setTimeout(() => waiting.replaceChildren(dots, `${page.bot.name} is at it…`), PATIENCE_MS);
  const given = await answer;
  clearTimeout(timer);
  waiting.replaceChildren();
  return given;
}

/** Let screen readers say this. */
export function announce(text) {
  announcer.textContent = "";
  // a live region says again only what changed
  requestAnimationFrame(() => (announcer.textContent = text));
}
