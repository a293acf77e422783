// What opens beside a button: a list to pick from (selects, menus), or a small panel.

import { freshId, h } from "./dom.js";

const FILTER_FROM = 9; // options: fewer are seen at a glance
const MARGIN = 8; // pixels

/** Show `content` beside `anchor` until it is dismissed; focus then goes back. Gives back a function that closes it. */
export function openPanel(anchor, content, { label, role = "dialog", closed = () => {}, className = "" }) {
  const panel = h(`div.panel${className}`, { popover: "auto", role, "aria-label": label }, content);
  // inside an open dialog everything else is inert, a panel of the page too
  (anchor.closest("dialog") ?? document.body).append(panel);
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
 * Let somebody pick from groups of `{key, nodes, text, note}`; `load(query)` fetches the groups instead, where given (null: the query is too short).
 * `picked` gets a key, or for `multiple` all the keys chosen, once, when the list closes and they differ.
 */
export function openPicker(
  anchor,
  { label, groups = [], load = null, chosen = [], multiple = false, menu = false, picked },
) {
  const keys = new Set(chosen);
  const listId = freshId("list");
  const list = h("div.options", {
    id: listId,
    role: menu ? "menu" : "listbox",
    "aria-label": label,
    "aria-multiselectable": multiple ? "true" : null,
  });
  const filtered = load !== null || groups.flatMap((group) => group.options).length >= FILTER_FROM;
  const input = filtered
    ? h("input.filter", {
        type: "text",
        role: "combobox",
        "aria-label": `Search: ${label}`,
        "aria-expanded": "true",
        "aria-controls": listId,
        "aria-autocomplete": "list",
        placeholder: "Search",
      })
    : null;
  const focus = input ?? list;
  if (!input) list.tabIndex = 0;

  let shown = [];
  let active = -1;
  let asked = 0;
  const known = new Map();

  const activate = (index) => {
    shown[active]?.node.classList.remove("active");
    active = shown.length ? (index + shown.length) % shown.length : -1;
    shown[active]?.node.classList.add("active");
    shown[active]?.node.scrollIntoView({ block: "nearest" });
    if (active >= 0) focus.setAttribute("aria-activedescendant", shown[active].node.id);
    else focus.removeAttribute("aria-activedescendant");
  };

  const choose = ({ key, node }) => {
    if (!multiple) {
      panel.close();
      picked(key);
      return;
    }
    if (!keys.delete(key)) keys.add(key);
    node.setAttribute("aria-selected", String(keys.has(key)));
  };

  const draw = (found) => {
    shown = [];
    const sections = found.map((group) => {
      const titleId = freshId("group");
      const nodes = group.options.map((option) => {
        const selected = menu ? {} : { "aria-selected": String(keys.has(option.key)) };
        const node = h(
          "div.option",
          { id: freshId("option"), role: menu ? "menuitem" : "option", ...selected },
          h("span.option-text", null, option.nodes),
          option.note ? h("span.option-note", null, option.note) : null,
        );
        const entry = { ...option, node };
        node.addEventListener("click", () => choose(entry));
        node.addEventListener("pointermove", () => shown[active] !== entry && activate(shown.indexOf(entry)));
        shown.push(entry);
        known.set(option.key, option);
        return node;
      });
      if (!group.label) return nodes;
      return h(
        "div",
        { role: "group", "aria-labelledby": titleId },
        h("div.group-title", { id: titleId, role: "presentation" }, group.label),
        nodes,
      );
    });
    list.replaceChildren(...sections.flat());
    const first = shown.findIndex((entry) => keys.has(entry.key));
    activate(Math.max(first, 0));
    empty.hidden = shown.length > 0;
    empty.textContent = "Nothing found";
  };

  const search = async (query) => {
    if (!load) {
      const wanted = query.trim().toLowerCase();
      const matching = groups.map((group) => ({
        ...group,
        options: group.options.filter((option) => option.text.toLowerCase().includes(wanted)),
      }));
      draw(matching.filter((group) => group.options.length));
      return;
    }
    const mine = ++asked;
    empty.hidden = false;
    empty.textContent = "Looking…";
    const found = await load(query);
    if (mine !== asked) return;
    draw(found ?? []);
    if (!found) empty.textContent = "Type a little more";
  };

  const empty = h("p.empty-list", { role: "status", hidden: true });
  const before = [...keys].join("\n");
  const panel = openPanel(anchor, [input, list, empty], {
    label,
    role: "presentation",
    className: ".picker",
    closed: () => multiple && [...keys].join("\n") !== before && picked([...keys], known),
  });
  input?.addEventListener("input", () => search(input.value));
  focus.addEventListener("keydown", (event) => {
    const typed = !input && event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey;
    if (event.key === "ArrowDown") activate(active + 1);
    else if (event.key === "ArrowUp") activate(active < 0 ? -1 : active - 1);
    else if (event.key === "Home" && !input) activate(0);
    else if (event.key === "End" && !input) activate(-1);
    else if (event.key === "Enter" || (event.key === " " && !input)) shown[active] && choose(shown[active]);
    else if (event.key === "Tab") {
      panel.close();
      return;
    } else if (typed) {
      const next = [...shown.slice(active + 1), ...shown.slice(0, active + 1)].find((entry) =>
        entry.text.toLowerCase().startsWith(event.key.toLowerCase()),
      );
      if (next) activate(shown.indexOf(next));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  search("").then(panel.settle);
  panel.settle();
  focus.focus();
}
