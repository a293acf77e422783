// The box to type in: slash commands and mentions are suggested, Enter sends, the arrow up brings back what was said.

import { freshId, h } from "./dom.js";

const MOST = 8; // suggestions
const REMEMBERED = 50; // lines
const TALLEST = 0.4; // of the window

/**
 * `say(text)` gives true when it was taken; `suggestions()` gives {commands, people, projects} of the moment;
 * `announce(text)` is for screen readers.
 */
export class Composer {
  #ways;
  #box = document.getElementById("composer-text");
  #list = document.getElementById("suggestions");
  #button = document.getElementById("send");
  #offered = [];
  #active = -1;
  #said = [];
  #back = 0; // how many lines ago what is in the box was said; 0: it is new

  constructor(ways) {
    this.#ways = ways;
    this.#box.addEventListener("input", () => this.#changed());
    this.#box.addEventListener("blur", () => this.#hush());
    this.#box.addEventListener("keydown", (event) => this.#onKey(event));
    document.getElementById("slash").addEventListener("click", () => this.start("/"));
    document.getElementById("mention").addEventListener("click", () => this.start("@"));
    document.getElementById("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
      this.focus();
    });
  }

  get text() {
    return this.#box.value;
  }

  put(text) {
    this.#box.value = text;
    this.#box.setSelectionRange(text.length, text.length);
    this.#changed();
  }

  focus() {
    this.#box.focus();
  }

  /** Begin a command ("/"), or a mention ("@") behind what is there. */
  start(sign) {
    this.focus();
    const before = this.text && !this.text.endsWith(" ") ? `${this.text} ` : this.text;
    this.put(sign === "/" ? "/" : `${before}@`);
  }

  #changed() {
    this.#button.disabled = !this.text.trim();
    this.#box.style.height = "auto";
    this.#box.style.height = `${Math.min(this.#box.scrollHeight + 2, innerHeight * TALLEST)}px`;
    this.#offer();
  }

  async #send() {
    const text = this.text.trim();
    if (!text) return;
    if (this.#said.at(-1) !== text) this.#said.push(text);
    this.#said.splice(0, this.#said.length - REMEMBERED);
    this.#back = 0;
    this.put("");
    const taken = await this.#ways.say(text);
    if (!taken && !this.text) this.put(text);
  }

  #recall(step) {
    this.#back = Math.min(Math.max(this.#back + step, 0), this.#said.length);
    this.put(this.#back ? this.#said.at(-this.#back) : "");
    this.#hush();
  }

  #onKey(event) {
    if (event.isComposing) return;
    const open = this.#offered.length > 0;
    const plain = !event.shiftKey;
    const recalling = !this.text || (this.#back > 0 && this.text === this.#said.at(-this.#back));
    if (open && event.key === "ArrowDown") this.#mark(this.#active + 1);
    else if (open && event.key === "ArrowUp") this.#mark(this.#active - 1);
    else if (open && event.key === "Escape") this.#hush();
    else if (open && event.key === "Tab" && plain) this.#accept();
    else if (open && event.key === "Enter" && plain && !this.#isTyped()) this.#accept();
    else if (event.key === "Enter" && plain) this.#send();
    else if (recalling && event.key === "ArrowUp") this.#recall(1);
    else if (recalling && event.key === "ArrowDown") this.#recall(-1);
    else return;
    event.preventDefault();
  }

  // --- Suggestions ------------------------------------------------------------------------------------------

  #offer() {
    const before = this.#offered.length;
    const written = this.text.slice(0, this.#box.selectionStart);
    this.#offered = matching(written, this.#ways.suggestions()).slice(0, MOST);
    this.#list.hidden = this.#offered.length === 0;
    this.#list.replaceChildren(...this.#offered.map((each, at) => this.#drawn(each, at)));
    this.#mark(0);
    if (this.#offered.length && !before) {
      this.#ways.announce(`${this.#offered.length} suggestions. Arrow keys choose, Tab accepts.`);
    }
  }

  #drawn({ shown, note }, at) {
    const take = (event) => {
      event.preventDefault(); // the box keeps the focus
      this.#accept(at);
    };
    const more = note ? h("span.option-note", null, note) : null;
    const attributes = { id: freshId("suggestion"), role: "option", "aria-selected": "false", onpointerdown: take };
    return h("li", attributes, h("strong", null, shown), more);
  }

  #mark(index) {
    const count = this.#offered.length;
    this.#active = count ? (index + count) % count : -1;
    const nodes = [...this.#list.children];
    nodes.forEach((node, at) => node.setAttribute("aria-selected", String(at === this.#active)));
    const node = nodes[this.#active];
    node?.scrollIntoView({ block: "nearest" });
    if (node) this.#box.setAttribute("aria-activedescendant", node.id);
    else this.#box.removeAttribute("aria-activedescendant");
  }

  #accept(at = this.#active) {
    const { from, text } = this.#offered[at];
    this.#box.setRangeText(text, from, this.#box.selectionStart, "end");
    this.#changed();
  }

  /** Is the suggestion what is written already? Enter then sends it. */
  #isTyped() {
    const { from, text } = this.#offered[this.#active];
    return this.text.slice(from, this.#box.selectionStart) === text.trim();
  }

  #hush() {
    this.#offered = [];
    this.#list.hidden = true;
    this.#mark(0);
  }
}

/** What could come next: {shown, note, text, from}, where `text` takes the place of what stands from `from` on. */
function matching(written, { commands, people, projects }) {
  const argument = /^\/slam (\S+) (\S*)$/.exec(written);
  if (argument && commands.find((each) => each.name === argument[1])?.project) {
    const from = written.length - argument[2].length;
    const fitting = projects.filter((project) => project.startsWith(argument[2].toLowerCase()));
    return fitting
      .filter((project) => project !== argument[2])
      .map((project) => ({ shown: project, note: "project", text: project, from }));
  }
  if (written.startsWith("/")) {
    const all = commands.map(({ name, note }) => ({ shown: `/slam ${name}`, note, text: `/slam ${name} `, from: 0 }));
    const bare = { shown: "/slam", note: "What can it do?", text: "/slam", from: 0 };
    return [bare, ...all].filter(({ text }) => text.startsWith(written.toLowerCase()));
  }
  const word = /(?:^|\s)@([^\s@]*)$/.exec(written)?.[1].toLowerCase();
  if (word === undefined) return [];
  const from = written.length - word.length - 1;
  const isMeant = ({ name }) =>
    name
      .toLowerCase()
      .split(" ")
      .some((part) => part.startsWith(word));
  return people.filter(isMeant).map(({ name, note }) => ({ shown: `@${name}`, note, text: `@${name} `, from }));
}
