// The page: who looks, at which channel, and what time it is for the bot.
//
// The address says both ("#U0MARA/C0LANTERN"), so that two tabs can be two people and a reload changes nothing.

import { get, listen, post } from "./api.js";
import { startComposer } from "./composer.js";
import { drawBlocks } from "./blocks.js";
import { h, hidden, icon } from "./dom.js";
import { avatar, drawMessages } from "./messages.js";
import { Modals } from "./modals.js";
import { clockTime, shortMoment } from "./moments.js";
import { openPanel, openPicker } from "./picker.js";

const $ = (id) => document.getElementById(id);
const NEAR_THE_END = 120; // pixels
const PATIENCE_MS = 600; // how long an answer may take before the page says that it waits
const HOUR = 3600;
const STEPS = [
  ["1 hour", HOUR],
  ["6 hours", 6 * HOUR],
  ["1 day", 24 * HOUR],
  ["3 days", 72 * HOUR],
  ["1 week", 168 * HOUR],
];
const TRIES = ["/slam help", "/slam status", "/slam next", "/slam badges", "/slam projects"];

const KEYS = [
  [["/"], "command"],
  [["F6"], "next area"],
  [["Alt", "↑↓"], "channels"],
];

const page = {
  me: null, // a person
  people: [],
  bot: { id: "", name: "Slam Bot" },
  channels: [],
  channel: null,
  commands: [],
  projects: [],
  replyingTo: null, // a message
  notice: "",
  clock: { at: 0, heard: 0 }, // epoch seconds, and performance.now() when it was told
  unread: new Map(), // channel id -> count
  drafts: new Map(), // channel id -> text
  last: new Map(), // channel id -> newest timestamp seen there
  stop: () => {},
};

const now = () => page.clock.at + (performance.now() - page.clock.heard) / 1000;
const tellTime = (epoch) => (page.clock = { at: epoch, heard: performance.now() });

const reader = () => ({
  me: page.me.id,
  zone: page.me.zone,
  now,
  people: page.people,
  channels: page.channels,
  nameOf: (id) => (id === page.bot.id ? page.bot.name : (page.people.find((each) => each.id === id)?.name ?? id)),
  channelOf: (id) => page.channels.find((each) => each.id === id)?.name ?? id,
});

// --- Where the blocks stand, and what a press does ----------------------------------------------------------

const surface = (at, values, heading) => ({
  reader: reader(),
  heading,
  values,
  options: (action, block, query) =>
    get("options", { as: page.me.id, action_id: action, block_id: block, query, ...at }),
  act: async (action) =>
    explain(await patiently(post("press", { as: page.me.id, ...at, ...action, state: { values } }))),
});
const inMessage = (message) => surface({ channel: page.channel.id, ts: message.ts }, {}, 2);

const modals = new Modals({
  surface: (view, values) => surface({ view_id: view.id }, values, 3),
  submit: async (view, values) => {
    const answer = await patiently(post("submit", { as: page.me.id, view_id: view.id, state: { values } }));
    if (!answer.errors) explain(answer);
    return answer;
  },
  close: async (view) => explain(await post("close", { as: page.me.id, view_id: view.id })),
});

/** Wait for an answer, and say so when it takes long. */
async function patiently(answer) {
  const timer = setTimeout(
    () =>
      $("waiting").replaceChildren(
        h("span.dots", { "aria-hidden": "true" }, h("i"), h("i"), h("i")),
        `${page.bot.name} is at it…`,
      ),
    PATIENCE_MS,
  );
  const given = await answer;
  clearTimeout(timer);
  $("waiting").replaceChildren();
  return given;
}

function explain(answer) {
  if (answer.ok === false) trouble(answer.error ?? "It did not work, and nobody said why.");
  return answer.ok !== false;
}

function trouble(text) {
  if ([...$("troubles").children].some((each) => each.dataset.text === text)) return;
  const close = h(
    "button.quiet",
    { type: "button", onclick: () => note.remove() },
    icon("M5 5l10 10M15 5 5 15"),
    hidden("Dismiss"),
  );
  const note = h("div.trouble", { role: "alert", "data-text": text }, h("p", null, text), close);
  $("troubles").append(note);
}

function announce(text) {
  $("announcer").textContent = "";
  // a live region says again only what changed
  requestAnimationFrame(() => ($("announcer").textContent = text));
}

// --- What is shown ------------------------------------------------------------------------------------------

async function showMessages({ opened = false } = {}) {
  const { channel, me } = page;
  const answer = await get("messages", { as: me.id, channel: channel.id });
  if (channel !== page.channel || me !== page.me) return;
  if (!answer.messages) {
    explain(answer);
    return;
  }
  const scroll = $("scroll");
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_THE_END;
  $("messages").removeAttribute("aria-busy");
  drawMessages($("messages"), answer.messages, reader(), { surface: inMessage, reply: replyTo });
  const newest = answer.messages.filter((message) => message.ts > (page.last.get(channel.id) ?? ""));
  if (answer.messages.length) page.last.set(channel.id, answer.messages.at(-1).ts);
  if (opened || atEnd || newest.some((message) => message.user === me.id)) scroll.scrollTop = scroll.scrollHeight;
  if (!opened)
    newest
      .filter((message) => message.user !== me.id)
      .forEach((message) => announce(`${message.name}: ${message.text}`));
}

async function showHome() {
  const { channel, me } = page;
  const answer = await get("home", { as: me.id });
  if (channel !== page.channel || me !== page.me) return;
  if (!explain(answer)) return;
  $("messages").removeAttribute("aria-busy");
  const view = answer.view;
  const blocks = view
    ? drawBlocks(view.blocks, surface({ view_id: view.id }, {}, 2))
    : h("p.nothing", null, `${page.bot.name} is drawing its home…`);
  $("messages").replaceChildren(h("div.home.blocks", null, blocks));
}

function openChannel(id) {
  if (page.channel) page.drafts.set(page.channel.id, $("composer-text").value);
  page.channel = page.channels.find((each) => each.id === id) ?? page.channels[0];
  page.unread.delete(page.channel.id);
  replyTo(null);
  const { kind, name, topic } = page.channel;
  const isHome = kind === "home";
  const title = titleOf(page.channel);
  $("channel-name").replaceChildren(
    ...(kind === "channel" ? [h("span.hash", { "aria-hidden": "true" }, "#"), title] : [title]),
  );
  $("channel-topic").textContent = topic ?? "";
  $("lower").hidden = isHome;
  $("composer-label").textContent = `Message ${kind === "channel" ? `#${name}` : title}`;
  $("composer-text").placeholder = kind === "channel" ? `Message #${name}, or type /` : `Message ${title}, or type /`;
  document.title = `${kind === "channel" ? "#" : ""}${title} · Slam Bot playground`;
  $("messages").replaceChildren();
  $("messages").setAttribute("aria-busy", "true");
  $("start")?.remove();
  if (!isHome) $("scroll").prepend(beginning());
  composer.put(page.drafts.get(page.channel.id) ?? "");
  drawSidebar();
  if (isHome) showHome();
  else showMessages({ opened: true });
}

/** What stands above the first message: where this is, and things to try. */
function beginning() {
  const { kind, name, topic } = page.channel;
  const title = kind === "channel" ? `#${name}` : titleOf(page.channel);
  const tries = TRIES.filter((text) => page.commands.some((each) => text === `/slam ${each.name}`));
  return h(
    "section.beginning",
    { id: "start", "aria-label": "The beginning" },
    h(
      "div.beginning-mark",
      { "aria-hidden": "true" },
      kind === "channel" ? "#" : avatar(page.bot.id, page.bot.name, true),
    ),
    h("h2", null, kind === "channel" ? `This is the beginning of ${title}` : `This is you and ${title}`),
    h("p", null, topic ? `${topic}. ` : "", page.notice),
    tries.length
      ? h(
          "div.tries",
          { role: "group", "aria-label": "Commands to try" },
          tries.map((text) => h("button.try", { type: "button", onclick: () => say(text) }, text)),
        )
      : null,
  );
}

const titleOf = ({ kind, name }) => (kind === "channel" ? name : kind === "home" ? `${name}’s home` : name);

// --- The sidebar --------------------------------------------------------------------------------------------

function drawSidebar() {
  const groups = [
    ["Channels", "channel"],
    ["Direct messages", "dm"],
    ["Apps", "home"],
  ];
  const focused = document.activeElement?.dataset?.channel;
  $("sidebar").replaceChildren(
    ...groups
      .map(([title, kind]) => {
        const titleId = `group-${kind}`;
        const links = page.channels.filter((channel) => channel.kind === kind).map(sidebarLink);
        return links.length
          ? h("section", { "aria-labelledby": titleId }, h("h2", { id: titleId }, title), h("ul", null, links))
          : null;
      })
      .filter(Boolean),
    h(
      "div.sidebar-note",
      null,
      h("p", null, page.notice),
      h(
        "p.keys",
        null,
        KEYS.map(([keys, meaning]) =>
          h(
            "span",
            null,
            keys.map((key) => h("kbd", null, key)),
            ` ${meaning}`,
          ),
        ),
      ),
    ),
  );
  if (focused)
    $("sidebar")
      .querySelector(`[data-channel="${CSS.escape(focused)}"]`)
      ?.focus();
}

function sidebarLink(channel) {
  const unread = page.unread.get(channel.id) ?? 0;
  const mark =
    channel.kind === "channel"
      ? h("span.hash", { "aria-hidden": "true" }, "#")
      : h("img", { src: "icon.svg", alt: "", width: 18, height: 18 });
  return h(
    "li",
    null,
    h(
      `a${unread ? ".unread" : ""}`,
      {
        href: addressOf(page.me.id, channel.id),
        "data-channel": channel.id,
        "aria-current": channel === page.channel ? "page" : null,
        onclick: closeDrawer,
      },
      mark,
      h("span.link-name", null, titleOf(channel)),
      unread ? h("span.badge", null, String(unread), hidden(unread === 1 ? " new message" : " new messages")) : null,
    ),
  );
}

const narrow = matchMedia("(max-width: 760px)");

function openDrawer() {
  document.body.classList.add("drawer-open");
  $("drawer-button").setAttribute("aria-expanded", "true");
  $("scrim").hidden = false;
  settleDrawer();
  ($("sidebar").querySelector("[aria-current]") ?? $("sidebar")).focus();
}

function closeDrawer() {
  if (!document.body.classList.contains("drawer-open")) return;
  document.body.classList.remove("drawer-open");
  $("drawer-button").setAttribute("aria-expanded", "false");
  $("scrim").hidden = true;
  settleDrawer();
  $("drawer-button").focus();
}

/** On a narrow page either the drawer or what it covers can be reached, never both. */
function settleDrawer() {
  const open = document.body.classList.contains("drawer-open");
  $("sidebar").inert = narrow.matches && !open;
  $("pane").inert = narrow.matches && open;
}

// --- Who I am, the clock, the colours -----------------------------------------------------------------------

const addressOf = (user, channel) => `#${user}/${channel}`;

function choosePerson() {
  const options = page.people.map((each) => ({
    key: each.id,
    nodes: [avatar(each.id, each.name), h("span", null, each.name)],
    text: each.name,
    note: `${each.role}, ${each.zone.replace("_", " ")}`,
  }));
  openPicker($("person"), {
    label: "Who am I?",
    groups: [{ label: "Look and act as", options }],
    chosen: [page.me.id],
    picked: (id) => (location.hash = addressOf(id, page.channel.id)),
  });
}

function drawPerson() {
  const { id, name, role } = page.me;
  $("person").replaceChildren(
    avatar(id, name),
    h("span.person-text", null, hidden("I am "), h("strong", null, name), h("span", null, role)),
    icon("M5.5 8 10 12.5 14.5 8"),
  );
}

function openClock() {
  const shown = h("p.clock-now", { "aria-live": "polite" });
  const utc = h("p.clock-utc");
  const draw = () => {
    shown.textContent = shortMoment(now(), page.me.zone);
    utc.textContent = `${page.me.zone.replace("_", " ")}, which is ${shortMoment(now(), "UTC")} UTC`;
  };
  const forward = async (seconds) => {
    const answer = await post("clock", { forward: seconds });
    if (!explain(answer)) return;
    tellTime(answer.now);
    drawClock();
    draw();
  };
  draw();
  const steps = h(
    "div.clock-steps",
    { role: "group", "aria-label": "Move the clock forward" },
    STEPS.map(([text, seconds]) =>
      h(
        "button.button",
        { type: "button", onclick: () => forward(seconds) },
        hidden("Forward "),
        h("span", { "aria-hidden": "true" }, "+ "),
        text,
      ),
    ),
  );
  const about = h(
    "p.clock-about",
    null,
    "The bot, Slack and the sources live by this clock. Evidence grows old as it moves on, and what falls due happens.",
  );
  openPanel($("clock"), [shown, utc, steps, about], { label: "The bot’s clock", className: ".clock-panel" });
  steps.querySelector("button").focus();
}

function drawClock() {
  $("clock-time").textContent = shortMoment(now(), page.me.zone);
  $("clock-time").dateTime = new Date(now() * 1000).toISOString();
  $("clock-time").dataset.short = clockTime(now(), page.me.zone);
}

const THEMES = [
  ["", "Colours: as this device has them"],
  ["light", "Colours: light"],
  ["dark", "Colours: dark"],
];

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  const [, label] = THEMES.find(([name]) => name === theme) ?? THEMES[0];
  $("theme-label").textContent = label;
  $("theme").title = label;
  localStorage.setItem("theme", theme);
}

function nextTheme() {
  const at = THEMES.findIndex(([name]) => name === document.documentElement.dataset.theme);
  setTheme(THEMES[(at + 1) % THEMES.length][0]);
  announce($("theme-label").textContent);
}

// --- What people do and what happens ------------------------------------------------------------------------

async function say(text) {
  const thread = page.replyingTo ? { thread_ts: page.replyingTo.ts } : {};
  const said = await patiently(post("say", { as: page.me.id, channel: page.channel.id, text, ...thread }));
  if (said.ok !== false) replyTo(null);
  return explain(said);
}

/** What is typed next goes into this message's thread; null: into the channel. */
function replyTo(message) {
  page.replyingTo = message;
  $("replying").hidden = !message;
  if (!message) return;
  const stop = h(
    "button.quiet",
    { type: "button", onclick: () => (replyTo(null), composer.focus()) },
    icon("M5 5l10 10M15 5 5 15"),
    hidden("Do not reply in the thread"),
  );
  $("replying").replaceChildren(h("span", null, `Replying to ${message.name} in a thread`), stop);
  composer.focus();
}

const composer = startComposer({
  say,
  announce,
  suggestions: () => ({
    commands: page.commands,
    projects: page.projects,
    people: [
      { ...page.bot, note: "app" },
      ...page.people.map(({ id, name, role }) => ({ id, name, note: role })),
    ].filter(({ id }) => id),
  }),
});

const coalesced = new Set();

/** Do it once, soon, however often it is asked for until then. */
function soon(task) {
  if (coalesced.has(task)) return;
  coalesced.add(task);
  queueMicrotask(() => {
    coalesced.delete(task);
    task();
  });
}

function heard(news) {
  const isShown = news.channel === page.channel.id;
  if (news.type === "messages" && isShown) soon(showMessages);
  else if (news.type === "messages") {
    page.unread.set(news.channel, (page.unread.get(news.channel) ?? 0) + 1);
    drawSidebar();
  } else if (news.type === "clock") {
    tellTime(news.now);
    drawClock();
    if (page.channel.kind !== "home") soon(showMessages);
  } else if (news.type === "view") modals.show(news.view);
  else if (news.type === "view_closed") modals.closeAll();
  else if (news.type === "home" && page.channel.kind === "home") soon(showHome);
  else if (news.type === "trouble") trouble(news.text);
}

let outOfReach = false;
function lost(isLost) {
  if (isLost === outOfReach) return;
  outOfReach = isLost;
  document.body.classList.toggle("lost", isLost);
  if (isLost) trouble("The demo’s server is out of reach. Trying again…");
  else {
    $("troubles").replaceChildren();
    become(page.me.id).then(() => openChannel(page.channel.id));
  }
}

/** Look at the workspace as this person; a stranger becomes the first one. */
async function become(id) {
  page.stop();
  modals.closeAll();
  const state = await get("state", id ? { as: id } : {});
  if (!state.people) {
    explain(state);
    setTimeout(() => become(id), 2000);
    return;
  }
  page.people = state.people;
  page.me =
    page.people.find((each) => each.id === id) ?? page.people.find((each) => each.id === state.me) ?? page.people[0];
  page.channels = state.channels;
  page.bot = state.bot;
  page.commands = state.commands;
  page.projects = state.projects;
  page.notice = state.notice;
  page.unread.clear();
  tellTime(state.now);
  drawClock();
  drawPerson();
  page.stop = listen(page.me.id, heard, lost);
}

async function follow() {
  const [user, channel] = location.hash.slice(1).split("/");
  if (!page.me || user !== page.me.id) await become(user);
  if (!page.me) return;
  const known = page.channels.find((each) => each.id === channel) ?? page.channels[0];
  const address = addressOf(page.me.id, known.id);
  if (location.hash !== address) history.replaceState(null, "", address);
  openChannel(known.id);
}

const REGIONS = [
  () => $("sidebar").querySelector("[aria-current]"),
  () => $("scroll"),
  () => $("composer-text"),
  () => $("clock"),
];

function onKey(event) {
  if (event.key === "F6" || ((event.ctrlKey || event.metaKey) && event.key === "F6")) {
    const here = REGIONS.findIndex((region) =>
      region()?.closest("nav, main > *, header")?.contains(document.activeElement),
    );
    const step = event.shiftKey ? REGIONS.length - 1 : 1;
    REGIONS[(here + step + REGIONS.length) % REGIONS.length]()?.focus();
    event.preventDefault();
  } else if (event.key === "Escape" && document.body.classList.contains("drawer-open")) closeDrawer();
  else if (
    event.key === "/" &&
    !event.target.closest("input, textarea, dialog, [popover]") &&
    page.channel?.kind !== "home"
  ) {
    composer.put("/");
    composer.focus();
    event.preventDefault();
  } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    const step = event.key === "ArrowDown" ? 1 : page.channels.length - 1;
    const next = page.channels[(page.channels.indexOf(page.channel) + step) % page.channels.length];
    location.hash = addressOf(page.me.id, next.id);
    event.preventDefault();
  }
}

function onSidebarKey(event) {
  if (event.altKey || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const links = [...$("sidebar").querySelectorAll("a")];
  const step = event.key === "ArrowDown" ? 1 : links.length - 1;
  links[(links.indexOf(document.activeElement) + step) % links.length]?.focus();
  event.preventDefault();
}

setTheme(localStorage.getItem("theme") ?? "");
$("theme").addEventListener("click", nextTheme);
$("clock").addEventListener("click", openClock);
$("person").addEventListener("click", choosePerson);
$("drawer-button").addEventListener("click", () =>
  document.body.classList.contains("drawer-open") ? closeDrawer() : openDrawer(),
);
$("scrim").addEventListener("click", closeDrawer);
$("sidebar").addEventListener("keydown", onSidebarKey);
document.querySelector("[data-skip]").addEventListener("click", (event) => {
  event.preventDefault(); // the address says who looks at what
  composer.focus();
});
document.addEventListener("keydown", onKey);
narrow.addEventListener("change", settleDrawer);
window.addEventListener("hashchange", follow);
setInterval(() => page.me && drawClock(), 5000);
settleDrawer();
follow();
