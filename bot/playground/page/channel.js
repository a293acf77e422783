// The channel, conversation or home that is shown, and what is said in it.

import { get, post } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { openClock } from "./clock.js";
import { Composer } from "./composer.js";
import { h, hidden, icon } from "./dom.js";
import { avatar, drawMessages } from "./messages.js";
import { shortMoment } from "./moments.js";
import { announce, explain, patiently } from "./notices.js";
import { openPicker } from "./picker.js";
import { drawSidebar } from "./sidebar.js";
import { now, page, reader, titleOf } from "./state.js";
import { choosePerson } from "./top.js";

const NEAR_THE_END = 120; // pixels
const LONGEST_NAME = 20; // characters: with a longer one the box's hint is cut off on a phone
const TRIES = ["/slam help", "/slam status", "/slam next", "/slam badges", "/slam projects", "/slam ask"];

const $ = (id) => document.getElementById(id);
const drafts = new Map(); // channel id -> text
const newest = new Map(); // channel id -> timestamp of the newest message that was seen there
let replyingTo = null; // a message

const isChannel = ({ kind }) => kind === "channel";
const signed = (channel) => (isChannel(channel) ? `#${channel.name}` : titleOf(channel));

// --- Where blocks stand, and what a press does --------------------------------------------------------------

/** `at` is {channel, ts} of a message or {view_id}; see blocks.js. */
export const surface = (at, values, heading) => ({
  reader: reader(),
  heading,
  values,
  options: (action, block, query) =>
    get("options", { as: page.me.id, action_id: action, block_id: block, query, ...at }),
  act: async (action) =>
    explain(await patiently(post("press", { as: page.me.id, ...at, ...action, state: { values } }))),
});

// --- What is shown ------------------------------------------------------------------------------------------

export function openChannel(channel) {
  if (page.channel) drafts.set(page.channel.id, composer.text);
  page.channel = channel;
  page.unread.delete(channel.id);
  replyTo(null);
  drawHead();
  document.title = `${signed(channel)} · Slam Bot playground`;
  $("messages").replaceChildren();
  $("messages").setAttribute("aria-busy", "true");
  $("start")?.remove();
  if (channel.kind !== "home") $("scroll").prepend(beginning(channel));
  composer.put(drafts.get(channel.id) ?? "");
  drawSidebar();
  show({ opened: true });
}

/** What stands above and below the messages. */
export function drawHead() {
  const { channel } = page;
  const hash = h("span.hash", { "aria-hidden": "true" }, "#");
  $("channel-name").replaceChildren(...(isChannel(channel) ? [hash] : []), titleOf(channel));
  $("channel-topic").textContent = channel.topic ?? "";
  $("channel-doors").replaceChildren(...(isChannel(channel) ? [doors(channel)] : []));
  $("lower").hidden = channel.kind === "home" || channel.archived;
  $("shut").hidden = !channel.archived;
  $("composer-label").textContent = `Message ${signed(channel)}`;
  const fits = signed(channel).length <= LONGEST_NAME;
  $("composer-text").placeholder = `${fits ? `Message ${signed(channel)}` : "Write here"}, or type /`;
}

/** Who may be in a channel, and whether it is open. */
function doors(channel) {
  const choices = [
    channel.bot ? ["/remove @slam", "Remove the bot"] : ["/invite @slam", "Invite the bot"],
    channel.archived ? ["/unarchive", "Open it again"] : ["/archive", "Archive this channel"],
  ];
  const options = choices.map(([typed, text]) => ({ key: typed, nodes: [text], text, note: typed }));
  const open = ({ currentTarget }) =>
    openPicker(currentTarget, { label: "This channel", menu: true, groups: [{ options }], picked: say });
  return h(
    "button.quiet",
    { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", onclick: open },
    icon("M4.2 10h.1M10 10h.1M15.8 10h.1"),
    hidden("More about this channel"),
  );
}

/** Ask anew for what the channel shows. */
export function show({ opened = false } = {}) {
  if (!page.channel) return; // none is open yet: it will show itself
  if (page.channel.kind === "home") showHome();
  else showMessages(opened);
}

async function showMessages(opened) {
  const { channel, me } = page;
  const answer = await get("messages", { as: me.id, channel: channel.id });
  if (channel !== page.channel || me !== page.me || !explain(answer)) return;
  const scroll = $("scroll");
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_THE_END;
  $("messages").removeAttribute("aria-busy");
  const { shortcuts } = page;
  const ways = { surface: inMessage, reply: replyTo, shortcuts, choose: chooseShortcut };
  drawMessages($("messages"), answer.messages, reader(), ways);
  const fresh = answer.messages.filter((message) => message.ts > (newest.get(channel.id) ?? ""));
  newest.set(channel.id, answer.messages.at(-1)?.ts ?? "");
  if (opened && !answer.messages.length) scroll.scrollTop = 0;
  else if (opened || atEnd || fresh.some((message) => message.user === me.id)) scroll.scrollTop = scroll.scrollHeight;
  if (opened) return;
  fresh
    .filter((message) => message.user !== me.id)
    .forEach((message) => announce(`${message.name}: ${message.text}`));
}

const inMessage = (message) => surface({ channel: page.channel.id, ts: message.ts }, {}, 2);

/** Choose from a message's menu what the bot has put there. */
async function chooseShortcut({ ts }, { callback_id }) {
  const chosen = { as: page.me.id, channel: page.channel.id, ts, callback_id };
  explain(await patiently(post("shortcut", chosen)));
}

async function showHome() {
  const { channel, me } = page;
  const answer = await get("home", { as: me.id });
  if (channel !== page.channel || me !== page.me || !explain(answer)) return;
  $("messages").removeAttribute("aria-busy");
  const { view } = answer;
  const drawn = view
    ? drawBlocks(view.blocks, surface({ view_id: view.id }, {}, 2))
    : h("p.nothing", null, `${page.bot.name} is drawing its home…`);
  $("messages").replaceChildren(h("div.home.blocks", null, drawn));
}

// --- What stands above the first message --------------------------------------------------------------------

function beginning(channel) {
  const isFirst = channel === page.channels[0];
  const mark = isChannel(channel) && !isFirst ? "#" : avatar(page.bot.id, page.bot.name, true);
  const title = isFirst
    ? "A small Slack to try the bot in"
    : isChannel(channel)
      ? `This is the beginning of ${signed(channel)}`
      : `Your conversation with ${signed(channel)}`;
  const about = isFirst ? "The bot is real, this Slack is not. " : channel.topic ? `${channel.topic}. ` : "";
  return h(
    "section.beginning",
    { id: "start", "aria-label": "The beginning" },
    h("div.beginning-mark", { "aria-hidden": "true" }, mark),
    h("h2", null, title),
    h("p", null, about, page.notice),
    isFirst ? welcome() : tries(),
  );
}

function tries() {
  const known = TRIES.filter((text) => page.commands.some((each) => text === `/slam ${each.name}`));
  const buttons = known.map((text) => h("button.try", { type: "button", onclick: () => say(text) }, text));
  return h("div.tries", { role: "group", "aria-label": "Commands to try" }, buttons);
}

/** The three things there are to do here. */
function welcome() {
  const people = new Intl.ListFormat("en", { type: "disjunction" }).format(page.people.map(({ role }) => role));
  const way = (title, text, action) => h("li", null, h("h3", null, title), h("p", null, text), action);
  const press = (text, onclick) => h("button.button", { type: "button", onclick }, text);
  return h(
    "ul.welcome",
    null,
    way("Ask", "Type a command into the box below, or press one of these.", tries()),
    way("Be somebody else", `Look at it as ${people}.`, press("Who am I?", choosePerson)),
    way(
      "Move time",
      `For the bot it is ${shortMoment(now(), page.me.zone)}. Evidence grows old, and dates come due.`,
      press("Move the clock", openClock),
    ),
  );
}

// --- What is said -------------------------------------------------------------------------------------------

async function say(text) {
  const thread = replyingTo ? { thread_ts: replyingTo.ts } : {};
  const said = await patiently(post("say", { as: page.me.id, channel: page.channel.id, text, ...thread }));
  if (said.ok !== false) replyTo(null);
  return explain(said);
}

/** What is typed next goes into this message's thread; null: into the channel. */
function replyTo(message) {
  replyingTo = message;
  $("replying").hidden = !message;
  if (!message) return;
  const stop = () => {
    replyTo(null);
    composer.focus();
  };
  $("replying").replaceChildren(
    h("span", null, `Replying to ${message.name} in a thread`),
    h(
      "button.quiet",
      { type: "button", onclick: stop },
      icon("M5 5l10 10M15 5 5 15"),
      hidden("Do not reply in the thread"),
    ),
  );
  composer.focus();
}

export const composer = new Composer({
  say,
  announce,
  suggestions: () => ({
    commands: page.commands,
    projects: page.projects,
    people: [{ ...page.bot, note: "app" }, ...page.people.map((each) => ({ ...each, note: each.role }))],
  }),
});
