// The messages of a channel, drawn so that those which did not change keep their nodes (and with them focus,
// an open list, a half-filled input).

import { drawBlocks } from "./blocks.js";
import { h, hidden, icon } from "./dom.js";
import { showText } from "./dialogs.js";
import { clockTime, dayOf, dayTitle, shortMoment } from "./moments.js";
import { openPicker } from "./picker.js";
import { mrkdwn } from "./text.js";

const SLACKBOT = "USLACKBOT";
const TOGETHER = 300; // seconds: within them a person's messages stand under one name

/**
 * Draw `messages` into `list`; `ways.surface(message)` is where its blocks stand, `ways.reply(message)` answers in its
 * thread, `ways.choose(message, shortcut)` is one of `ways.shortcuts` chosen from its menu.
 */
export function drawMessages(list, messages, reader, ways) {
  const today = dayOf(reader.now(), reader.zone);
  reconcile(
    list,
    rows(messages, reader, ways).map((row) => ({
      ...row,
      drawnFrom: JSON.stringify([row.drawnFrom, today, reader.zone, reader.me]),
    })),
  );
}

function rows(messages, reader, ways) {
  const shown = messages.filter((message) => !message.deleted);
  const known = new Set(shown.map((message) => message.ts));
  const isReply = (message) => message.thread_ts && message.thread_ts !== message.ts && known.has(message.thread_ts);
  const replies = Map.groupBy(shown.filter(isReply), (message) => message.thread_ts);
  const found = [];
  let before = null;
  let dayBefore = "";
  for (const message of shown.filter((each) => !isReply(each))) {
    const day = dayOf(Number(message.ts), reader.zone);
    if (day !== dayBefore) {
      found.push({ key: `day ${day}`, drawnFrom: day, draw: () => dayDivider(Number(message.ts), reader) });
      before = null;
      dayBefore = day;
    }
    const follows = continues(before, message);
    const thread = replies.get(message.ts) ?? [];
    found.push({
      key: message.ts,
      drawnFrom: [message, follows, thread],
      draw: () => drawMessage(message, { follows, thread }, reader, ways),
    });
    before = thread.length ? null : message;
  }
  return found;
}

function continues(before, message) {
  return (
    Boolean(before) &&
    before.user === message.user &&
    !before.ephemeral &&
    !message.ephemeral &&
    Number(message.ts) - Number(before.ts) < TOGETHER
  );
}

function reconcile(list, wanted) {
  const present = new Map([...list.children].map((node) => [node.dataset.key, node]));
  let next = list.firstElementChild;
  for (const { key, drawnFrom, draw } of wanted) {
    let node = present.get(key);
    if (!node || node.drawnFrom !== drawnFrom) {
      const drawn = draw();
      drawn.dataset.key = key;
      drawn.drawnFrom = drawnFrom;
      if (node) replaceKeepingFocus(node, drawn);
      if (node === next) next = drawn;
      node = drawn;
    }
    if (node === next) next = next.nextElementSibling;
    else list.insertBefore(node, next);
    present.delete(key);
  }
  for (const gone of present.values()) gone.remove();
}

/** The same button of the newer drawing gets the focus: a bot replaces its message when one is pressed. */
function replaceKeepingFocus(old, drawn) {
  const buttons = (node) => [...node.querySelectorAll("button, a, input, textarea")];
  const had = old.contains(document.activeElement) ? buttons(old).indexOf(document.activeElement) : -1;
  old.replaceWith(drawn);
  if (had < 0) return;
  const heir = buttons(drawn)[had] ?? drawn;
  if (heir === drawn) drawn.tabIndex = -1;
  heir.focus({ preventScroll: true });
}

function dayDivider(seconds, reader) {
  return h(
    "div.day",
    { role: "separator", "aria-label": dayTitle(seconds, reader.zone, reader.now()) },
    h("span", { "aria-hidden": "true" }, dayTitle(seconds, reader.zone, reader.now())),
  );
}

function drawMessage(message, { follows, thread, isReply = false }, reader, ways) {
  const seconds = Number(message.ts);
  const moment = h(
    "time",
    { datetime: new Date(seconds * 1000).toISOString(), title: shortMoment(seconds, reader.zone) },
    clockTime(seconds, reader.zone),
  );
  const name = h("span.name", null, message.name);
  const heading = follows
    ? h("p.by.hidden", null, name)
    : h("p.by", null, name, message.bot ? h("span.app-tag", null, "App") : null, moment);
  return h(
    `article.message${follows ? ".follows" : ""}${message.ephemeral ? ".ephemeral" : ""}`,
    {
      "aria-label": `${message.name}, ${clockTime(seconds, reader.zone)}${message.ephemeral ? ", only visible to you" : ""}`,
    },
    h(
      "div.gutter",
      null,
      follows ? moment : avatar(message.user, message.name, message.bot && message.user !== SLACKBOT),
    ),
    h(
      "div.message-body",
      null,
      message.ephemeral
        ? h(
            "p.only-you",
            null,
            icon("M2 10c3-5.4 13-5.4 16 0-3 5.4-13 5.4-16 0zM10 8v0a2 2 0 1 0 .01 0z"),
            "Only visible to you",
          )
        : null,
      heading,
      content(message, reader, ways),
      message.edited ? h("span.edited", null, "(edited)") : null,
    ),
    toolbar(message, ways, isReply),
    thread.length ? drawThread(message, thread, reader, ways) : null,
  );
}

function content(message, reader, ways) {
  if (message.blocks?.length) return h("div.blocks", null, drawBlocks(message.blocks, ways.surface(message)));
  return h("div.text", null, mrkdwn(message.text, reader));
}

const GLANCE = 60; // characters

function drawThread(message, replies, reader, ways) {
  const count = replies.length === 1 ? "1 reply" : `${replies.length} replies`;
  const words = h("p", null, mrkdwn(message.text, reader)).textContent.slice(0, GLANCE);
  const to = `${message.name}, ${clockTime(Number(message.ts), reader.zone)}: ${words}`;
  return h(
    "section.thread",
    { "aria-label": `Thread, ${count} to ${to}` },
    h("p.thread-title", null, count),
    replies.map((reply) => drawMessage(reply, { follows: false, thread: [], isReply: true }, reader, ways)),
  );
}

/** What can be done with a message. One that only a reader sees has no thread, and no shortcuts. */
function toolbar(message, { reply, shortcuts, choose }, isReply) {
  const ways = {};
  if (!isReply && !message.ephemeral) ways.reply = ["Reply in a thread", () => reply(message)];
  for (const shortcut of message.ephemeral ? [] : shortcuts)
    ways[shortcut.callback_id] = [shortcut.name, () => choose(message, shortcut)];
  if (message.blocks?.length) {
    ways.text = [
      "Its plain-text twin",
      () => showText("What notifications and screen readers get", message.text || "(no text)"),
    ];
    ways.json = [
      "Its blocks as JSON",
      () => showText("The message’s blocks", JSON.stringify(message.blocks, null, 2)),
    ];
  }
  const options = Object.entries(ways).map(([key, [text]]) => ({ key, nodes: [text], text, note: null }));
  if (!options.length) return null;
  const open = ({ currentTarget }) =>
    openPicker(currentTarget, {
      label: "This message",
      menu: true,
      groups: [{ options }],
      picked: (key) => ways[key][1](),
    });
  return h(
    "div.message-tools",
    null,
    h(
      "button.quiet",
      { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", onclick: open },
      icon("M4.2 10h.1M10 10h.1M15.8 10h.1"),
      hidden("More about this message"),
    ),
  );
}

const COLOURS = 8;

/** A face for somebody: the bot's drawing, or initials in a colour that stays theirs. */
export function avatar(user, name, isBot = false) {
  if (isBot) return h("img.avatar", { src: "icon.svg", alt: "", width: 36, height: 36 });
  const initials = name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .slice(0, 2)
    .join("")
    .toUpperCase();
  const colour = [...user].reduce((sum, character) => (sum * 3 + character.codePointAt(0)) % 65521, 7) % COLOURS;
  return h(`span.avatar.colour-${colour}`, { "aria-hidden": "true" }, initials);
}
