// The page: it follows its address, hears what happens, and listens to the keyboard.

import { get, listen, post } from "./api.js";
import { composer, drawHead, openChannel, show, surface } from "./channel.js";
import { drawClock, startClock } from "./clock.js";
import { Modals } from "./modals.js";
import { explain, forgetTroubles, patiently, trouble } from "./notices.js";
import { drawSidebar, startSidebar } from "./sidebar.js";
import { addressOf, page, tellTime } from "./state.js";
import { drawTop, startTop } from "./top.js";

const AGAIN_MS = 2000; // between attempts to reach a server that is not there

const modals = new Modals({
  surface: (view, values) => surface({ view_id: view.id }, values, 3),
  submit: async (view, values) => {
    const answer = await patiently(post("submit", { as: page.me.id, view_id: view.id, state: { values } }));
    if (!answer.errors) explain(answer);
    return answer;
  },
  close: async (view) => explain(await post("close", { as: page.me.id, view_id: view.id })),
});

// --- Who looks at what --------------------------------------------------------------------------------------

/** Show what the address names. A stranger in it becomes the first person, a channel that is not theirs the likeliest. */
async function follow({ anew = false } = {}) {
  const [user, channel] = location.hash.slice(1).split("/");
  if ((anew || user !== page.me?.id) && !(await become(user))) {
    setTimeout(follow, AGAIN_MS, { anew });
    return;
  }
  const shown =
    page.channels.find((each) => each.id === channel) ??
    page.channels.find((each) => each.kind === page.channel?.kind) ??
    page.channels[0];
  history.replaceState(null, "", addressOf(page.me.id, shown.id));
  openChannel(shown);
}

/** Look at the workspace as this person; false when the server does not tell what there is. */
async function become(user) {
  let state = await get("state", user ? { as: user } : {});
  if (!state.people && user) state = await get("state");
  if (!explain(state)) return false;
  modals.closeAll();
  page.me = state.people.find((each) => each.id === state.me);
  page.people = state.people;
  page.bot = state.bot;
  page.channels = state.channels;
  page.elsewhere = state.elsewhere;
  page.commands = state.commands;
  page.projects = state.projects;
  page.shortcuts = state.shortcuts;
  page.notice = state.notice;
  page.unread.clear();
  tellTime(state.now);
  drawTop();
  hear(page.me.id);
  return true;
}

// --- What happens -------------------------------------------------------------------------------------------

let stopHearing = () => {};
let outOfReach = false;

function hear(user) {
  stopHearing();
  stopHearing = listen(user, heard, lost);
}

/** A browser allows six connections to one server: a tab that nobody sees must not keep one of them. */
function onVisibility() {
  if (document.hidden) stopHearing();
  else if (page.me) hear(page.me.id);
}

function heard(news) {
  const isShown = news.channel === page.channel.id;
  if (news.type === "messages" && isShown) soon(show);
  else if (news.type === "messages") {
    page.unread.set(news.channel, (page.unread.get(news.channel) ?? 0) + 1);
    drawSidebar();
  } else if (news.type === "clock") {
    tellTime(news.now);
    drawClock();
    soon(show);
  } else if (news.type === "view") modals.show(news.view);
  else if (news.type === "view_closed") modals.closeAll();
  else if (news.type === "home" && page.channel.kind === "home") soon(show);
  else if (news.type === "channels") soon(lookAround);
  else if (news.type === "trouble") trouble(news.text);
}

/** A channel was shut, opened, or joined: ask anew which there are. */
async function lookAround() {
  const state = await get("state", { as: page.me.id });
  if (!explain(state) || state.me !== page.me.id) return;
  page.channels = state.channels;
  page.channel = page.channels.find(({ id }) => id === page.channel.id) ?? page.channels[0];
  drawSidebar();
  drawHead();
  show();
}

async function lost(isLost) {
  const was = outOfReach;
  outOfReach = isLost;
  if (isLost && !was) trouble("The demo’s server is out of reach. Trying again…");
  else if (was && !isLost) {
    forgetTroubles();
    await follow({ anew: true }); // it may be another demo by now
  } else if (!isLost) soon(show); // what happened before we listened
}

const coming = new Set();

/** Do it once, soon, however often it is asked for until then. */
function soon(task) {
  if (coming.has(task)) return;
  coming.add(task);
  queueMicrotask(() => {
    coming.delete(task);
    task();
  });
}

// --- The keyboard -------------------------------------------------------------------------------------------

const AREAS = ["nav [aria-current]", "#scroll", "#composer-text", "#clock"];

function onKey(event) {
  const typing = event.target.closest("input, textarea, dialog, [popover]");
  const forward = event.shiftKey || event.key === "ArrowUp" ? -1 : 1;
  if (event.key === "F6") goTo(nextArea(forward));
  else if (event.altKey && ["ArrowDown", "ArrowUp"].includes(event.key)) location.hash = neighbour(forward);
  else if (event.key === "/" && !typing && page.channel?.kind !== "home") composer.start("/");
  else return;
  event.preventDefault();
}

const goTo = (area) => document.querySelector(area)?.focus();

function nextArea(step) {
  const here = AREAS.findIndex((area) =>
    document.querySelector(area)?.closest("nav, main > *, header")?.contains(document.activeElement),
  );
  return AREAS[(here + step + AREAS.length) % AREAS.length];
}

function neighbour(step) {
  const at = page.channels.indexOf(page.channel) + step + page.channels.length;
  return addressOf(page.me.id, page.channels[at % page.channels.length].id);
}

startTop();
startClock();
startSidebar();
document.querySelector("[data-skip]").addEventListener("click", (event) => {
  event.preventDefault(); // the address says who looks at what
  composer.focus();
});
document.addEventListener("keydown", onKey);
document.addEventListener("visibilitychange", onVisibility);
window.addEventListener("hashchange", () => follow());
follow();
