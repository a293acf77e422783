// Who I am, the bot's clock, and the colours.

import { post } from "./api.js";
import { h, hidden, icon } from "./dom.js";
import { avatar } from "./messages.js";
import { clockTime, shortMoment } from "./moments.js";
import { announce, explain } from "./notices.js";
import { openPanel, openPicker } from "./picker.js";
import { addressOf, now, page, tellTime } from "./state.js";

const HOUR = 3600; // seconds
const STEPS = [
  ["1 hour", HOUR],
  ["6 hours", 6 * HOUR],
  ["1 day", 24 * HOUR],
  ["3 days", 72 * HOUR],
  ["1 week", 168 * HOUR],
];
const THEMES = [
  ["", "Colours: as this device has them"],
  ["light", "Colours: light"],
  ["dark", "Colours: dark"],
];
const CLOCK_DRAWN_MS = 5000;

const person = document.getElementById("person");
const clock = document.getElementById("clock");
const time = document.getElementById("clock-time");
const theme = document.getElementById("theme");
const themeLabel = document.getElementById("theme-label");

export function drawTop() {
  const { id, name, role } = page.me;
  person.replaceChildren(
    avatar(id, name),
    h("span.person-text", null, hidden("I am "), h("strong", null, name), h("span", null, role)),
    icon("M5.5 8 10 12.5 14.5 8"),
  );
  drawClock();
}

export function choosePerson() {
  const options = page.people.map((each) => ({
    key: each.id,
    nodes: [avatar(each.id, each.name), h("span", null, each.name)],
    text: each.name,
    note: `${each.role}, ${placeOf(each.zone)}`,
  }));
  openPicker(person, {
    label: "Who am I?",
    groups: [{ label: "Look and act as", options }],
    chosen: [page.me.id],
    picked: (id) => (location.hash = addressOf(id, page.channel.id)),
  });
}

const placeOf = (zone) => zone.replaceAll("_", " ");

export function drawClock() {
  time.textContent = shortMoment(now(), page.me.zone);
  time.dateTime = new Date(now() * 1000).toISOString();
  time.dataset.short = clockTime(now(), page.me.zone);
}

export function openClock() {
  const shown = h("p.clock-now", { "aria-live": "polite" });
  const elsewhere = h("p.clock-utc");
  const draw = () => {
    shown.textContent = shortMoment(now(), page.me.zone);
    elsewhere.textContent = `${placeOf(page.me.zone)}, which is ${shortMoment(now(), "UTC")} UTC`;
  };
  const step = ([text, seconds]) =>
    h(
      "button.button",
      { type: "button", onclick: () => forward(seconds).then(draw) },
      hidden("Forward "),
      h("span", { "aria-hidden": "true" }, "+ "),
      text,
    );
  const steps = h("div.clock-steps", { role: "group", "aria-label": "Move the clock forward" }, STEPS.map(step));
  const about =
    "The bot, Slack and the sources live by this clock. Evidence grows old as it moves on, and what falls due happens.";
  draw();
  openPanel(clock, [shown, elsewhere, steps, h("p.clock-about", null, about)], {
    label: "The bot’s clock",
    className: ".clock-panel",
  });
  steps.querySelector("button").focus();
}

async function forward(seconds) {
  const answer = await post("clock", { forward: seconds });
  if (!explain(answer)) return;
  tellTime(answer.now);
  drawClock();
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  const [, label] = THEMES.find(([known]) => known === name) ?? THEMES[0];
  themeLabel.textContent = label;
  theme.title = label;
  localStorage.setItem("theme", name);
}

function nextTheme() {
  const at = THEMES.findIndex(([name]) => name === document.documentElement.dataset.theme);
  setTheme(THEMES[(at + 1) % THEMES.length][0]);
  announce(themeLabel.textContent);
}

export function startTop() {
  setTheme(localStorage.getItem("theme") ?? "");
  theme.addEventListener("click", nextTheme);
  clock.addEventListener("click", openClock);
  person.addEventListener("click", choosePerson);
  setInterval(() => page.me && drawClock(), CLOCK_DRAWN_MS);
}
