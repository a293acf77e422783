// Channels, direct messages and the app's home; on a narrow page they are in a drawer.

import { h, hidden } from "./dom.js";
import { addressOf, page, titleOf } from "./state.js";

const GROUPS = [
  ["Channels", "channel"],
  ["Direct messages", "dm"],
  ["Apps", "home"],
];
const KEYS = [
  [["/"], "command"],
  [["F6"], "next area"],
  [["Alt", "↑↓"], "channels"],
];

const sidebar = document.getElementById("sidebar");
const button = document.getElementById("drawer-button");
const scrim = document.getElementById("scrim");
const pane = document.getElementById("pane");
const narrow = matchMedia("(max-width: 760px)");

export function drawSidebar() {
  const focused = document.activeElement?.dataset?.channel;
  sidebar.replaceChildren(...GROUPS.flatMap(([title, kind]) => group(title, kind)), note());
  if (focused) sidebar.querySelector(`[data-channel="${CSS.escape(focused)}"]`)?.focus();
}

function group(title, kind) {
  const channels = page.channels.filter((channel) => channel.kind === kind);
  if (!channels.length) return [];
  const titleId = `group-${kind}`;
  const heading = h("h2", { id: titleId }, title);
  return [h("section", { "aria-labelledby": titleId }, heading, h("ul", null, channels.map(entry)))];
}

function entry(channel) {
  const unread = page.unread.get(channel.id) ?? 0;
  const isChannel = channel.kind === "channel";
  const mark = isChannel
    ? h("span.hash", { "aria-hidden": "true" }, "#")
    : h("img", { src: "icon.svg", alt: "", width: 18, height: 18 });
  const attributes = {
    href: addressOf(page.me.id, channel.id),
    "data-channel": channel.id,
    "aria-current": channel === page.channel ? "page" : null,
    onclick: closeDrawer,
  };
  const count = h("span.badge", null, String(unread), hidden(unread === 1 ? " new message" : " new messages"));
  const name = h("span.link-name", null, titleOf(channel));
  return h("li", null, h(`a${unread ? ".unread" : ""}`, attributes, mark, name, unread ? count : null));
}

function note() {
  const key = ([keys, meaning]) => h("span", null, ...keys.map((each) => h("kbd", null, each)), ` ${meaning}`);
  return h("div.sidebar-note", null, h("p", null, page.notice), h("p.keys", null, KEYS.map(key)));
}

// --- The drawer ---------------------------------------------------------------------------------------------

const isOpen = () => document.body.classList.contains("drawer-open");

function openDrawer() {
  setDrawer(true);
  (sidebar.querySelector("[aria-current]") ?? sidebar).focus();
}

export function closeDrawer() {
  if (!isOpen()) return;
  setDrawer(false);
  button.focus();
}

function setDrawer(open) {
  document.body.classList.toggle("drawer-open", open);
  button.setAttribute("aria-expanded", String(open));
  scrim.hidden = !open;
  settle();
}

/** On a narrow page either the drawer or what it covers can be reached, never both. */
function settle() {
  sidebar.inert = narrow.matches && !isOpen();
  pane.inert = narrow.matches && isOpen();
}

function onKey(event) {
  if (event.altKey || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const links = [...sidebar.querySelectorAll("a")];
  const step = event.key === "ArrowDown" ? 1 : links.length - 1;
  links[(links.indexOf(document.activeElement) + step) % links.length]?.focus();
  event.preventDefault();
}

export function startSidebar() {
  button.addEventListener("click", () => (isOpen() ? closeDrawer() : openDrawer()));
  scrim.addEventListener("click", closeDrawer);
  sidebar.addEventListener("keydown", onKey);
  document.addEventListener("keydown", (event) => event.key === "Escape" && closeDrawer());
  narrow.addEventListener("change", settle);
  settle();
}
