// What opens beside a button: a list to pick from (selects, menus), or a small panel.

import { freshId, h } from "./dom.js";

const FILTER_FROM = 9; // options: fewer are seen at a glance
const MARGIN = 8; // pixels

/** Show `content` beside `anchor` until it is dismissed; focus then goes back. Gives back a function that closes it. */
export function openPanel(anchor, content, { label, role = "dialog", closed = () => {}, className = "" }) {
  const panel = h(`div.panel${className}`, { popover: "auto", role, "aria-label": label }, content);
  // inside an open dialog everything else is inert, a panel of the page too
  anchor.closest("dialog, main, nav, body > header").append(panel);
  anchor.setAttribute("aria-expanded", "true");
  let last = document.activeElement;
  panel.addEventListener("focusin", () => (last = panel));
  panel.addEventListener("toggle", ({ newState }) => {
    if (newState === "open") return;
    const hadFocus =
      last === panel && (document.activeElement === document.body || panel.contains(document.activeElement));
    anchor.setAttribute("aria-expanded", "false");
    panel.remove();
    window.removeEventListener("resize", settle);
    if (hadFocus) anchor.focus();
    closed();
  });
  const settle = () => place(panel, anchor);
  window.addEventListener("resize", settle);
  panel.showPopover();
  settle();
  return { close: () => panel.isConnected && panel.hidePopover(), settle };
}

function place(panel, anchor) {
  const at = anchor.getBoundingClientRect();
  panel.style.minWidth = `${Math.min(Math.max(at.width, 180), innerWidth - 2 * MARGIN)}px`;
  panel.style.maxHeight = "";
  const below = innerHeight - at.bottom - MARGIN;
  const above = at.top - MARGIN;
  const downward = panel.offsetHeight + 4 <= below || below >= above;
  panel.style.maxHeight = `${Math.max((downward ? below : above) - 4, 120)}px`;
  const left = Math.min(at.left, innerWidth - panel.offsetWidth - MARGIN);
  panel.style.left = `${Math.max(left, MARGIN)}px`;
  panel.style.top = `${downward ? at.bottom + 4 : at.top - 4 - panel.offsetHeight}px`;
}

/**
 * Let somebody pick, beside `anchor`, from `groups` of options {key, nodes, text, note}.
 *
 * `load(query)` fetches the groups, where they are not at hand; null means that the query is too short. `picked` gets
 * a key; with `multiple` it gets all that are chosen, once, when the list closes and they are others than before.
 */
export function openPicker(anchor, wishes) {
  new Picker(anchor, wishes);
}

class Picker {
  #wishes;
  #keys;
  #shown = []; // the options on show, each with its node
  #active = -1;
  #asked = 0; // queries so far: the answer to an older one comes too late
  #list;
  #input;
  #note = h("p.empty-list", { role: "status", hidden: true });
  #panel;

  constructor(anchor, { groups = [], load = null, chosen = [], multiple = false, menu = false, label, picked }) {
    this.#wishes = { groups, load, multiple, menu, label, picked };
    this.#keys = new Set(chosen);
    this.#list = h("div.options", {
      id: freshId("list"),
      role: menu ? "menu" : "listbox",
      "aria-label": label,
      "aria-multiselectable": multiple ? "true" : null,
    });
    const isLong = groups.flatMap((group) => group.options).length >= FILTER_FROM;
    this.#input = load || isLong ? this.#filter() : null;
    if (!this.#input) this.#list.tabIndex = 0;
    this.#panel = openPanel(anchor, [this.#input, this.#list, this.#note], {
      role: "presentation",
      className: ".picker",
      closed: () => this.#closed(chosen),
    });
    this.#focus.addEventListener("keydown", (event) => this.#onKey(event));
    this.#focus.focus();
    this.#search("");
  }

  /** What has the focus while the list is open: one of its options is only marked. */
  get #focus() {
    return this.#input ?? this.#list;
  }

  #filter() {
    return h("input.filter", {
      type: "text",
      role: "combobox",
      "aria-label": `Search: ${this.#wishes.label}`,
      "aria-expanded": "true",
      "aria-controls": this.#list.id,
      "aria-autocomplete": "list",
      placeholder: "Search",
      oninput: ({ currentTarget }) => this.#search(currentTarget.value),
    });
  }

  // --- What is on show --------------------------------------------------------------------------------------

  async #search(query) {
    const mine = ++this.#asked;
    const { load, groups } = this.#wishes;
    if (load) this.#say("Looking…");
    const found = load ? await load(query) : fitting(groups, query.trim().toLowerCase());
    if (mine !== this.#asked) return;
    this.#draw(found ?? []);
    this.#say(!found ? "Type a little more" : this.#shown.length ? "" : "Nothing found");
    this.#panel.settle();
  }

  #say(text) {
    this.#note.hidden = !text;
    this.#note.textContent = text;
  }

  #draw(groups) {
    this.#shown = [];
    this.#list.replaceChildren(...groups.flatMap((group) => this.#group(group)));
    const chosen = this.#shown.findIndex(({ key }) => this.#keys.has(key));
    this.#activate(Math.max(chosen, 0));
  }

  #group({ label, options }) {
    const nodes = options.map((option) => this.#option(option));
    if (!label) return nodes;
    const titleId = freshId("group");
    const title = h("div.group-title", { id: titleId, role: "presentation" }, label);
    return [h("div", { role: "group", "aria-labelledby": titleId }, title, nodes)];
  }

  #option(option) {
    const at = this.#shown.length;
    const node = h(
      "div.option",
      {
        id: freshId("option"),
        role: this.#wishes.menu ? "menuitem" : "option",
        "aria-selected": this.#wishes.menu ? null : String(this.#keys.has(option.key)),
        onclick: () => this.#choose(this.#shown[at]),
        onpointermove: () => at !== this.#active && this.#activate(at),
      },
      h("span.option-text", null, option.nodes),
      option.note ? h("span.option-note", null, option.note) : null,
    );
    this.#shown.push({ ...option, node });
    return node;
  }

  #activate(index) {
    const count = this.#shown.length;
    this.#shown[this.#active]?.node.classList.remove("active");
    this.#active = count ? (index + count) % count : -1;
    const node = this.#shown[this.#active]?.node;
    node?.classList.add("active");
    node?.scrollIntoView({ block: "nearest" });
    if (node) this.#focus.setAttribute("aria-activedescendant", node.id);
    else this.#focus.removeAttribute("aria-activedescendant");
  }

  // --- What is done -----------------------------------------------------------------------------------------

  #onKey(event) {
    const { key } = event;
    const letter = !this.#input && key.length === 1 && key !== " " && !event.ctrlKey && !event.metaKey;
    if (key === "Tab") {
      this.#panel.close();
      return; // and let the focus move on
    }
    if (key === "ArrowDown") this.#activate(this.#active + 1);
    else if (key === "ArrowUp") this.#activate(this.#active - 1);
    else if (key === "Home" && !this.#input) this.#activate(0);
    else if (key === "End" && !this.#input) this.#activate(-1);
    else if (key === "Enter" || (key === " " && !this.#input)) this.#choose(this.#shown[this.#active]);
    else if (letter) this.#jump(key.toLowerCase());
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** To the next option that begins with this letter. */
  #jump(letter) {
    const behind = this.#shown.map((option, at) => (at + this.#active + 1) % this.#shown.length);
    const next = behind.find((at) => this.#shown[at].text.toLowerCase().startsWith(letter));
    if (next !== undefined) this.#activate(next);
  }

  #choose(option) {
    if (!option) return;
    if (!this.#wishes.multiple) {
      this.#panel.close();
      this.#wishes.picked(option.key);
      return;
    }
    if (!this.#keys.delete(option.key)) this.#keys.add(option.key);
    option.node.setAttribute("aria-selected", String(this.#keys.has(option.key)));
  }

  #closed(before) {
    const isChanged = this.#keys.size !== before.length || before.some((key) => !this.#keys.has(key));
    if (this.#wishes.multiple && isChanged) this.#wishes.picked([...this.#keys]);
  }
}

/** The groups with those of their options that have the words in them. */
function fitting(groups, words) {
  return groups
    .map((group) => ({ ...group, options: group.options.filter(({ text }) => text.toLowerCase().includes(words)) }))
    .filter(({ options }) => options.length);
}
