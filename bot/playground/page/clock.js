// The bot's clock: where time is moved, dates are moved, and Slack is made to fail.

import { get, post } from "./api.js";
import { h, hidden } from "./dom.js";
import { clockTime, shortMoment } from "./moments.js";
import { explain } from "./notices.js";
import { openPanel } from "./picker.js";
import { now, page, placeOf, tellTime } from "./state.js";

const HOUR = 3600; // seconds
const DAY = 24 * HOUR;
const STEPS = [
  ["1 hour", HOUR],
  ["6 hours", 6 * HOUR],
  ["1 day", DAY],
  ["3 days", 3 * DAY],
  ["1 week", 7 * DAY],
];
const SHIFTS = [
  ["1 day earlier", -DAY],
  ["1 day later", DAY],
  ["1 week later", 7 * DAY],
];
const TROUBLES = [
  ["Slack is busy for 20 seconds", { busy: 20 }, "For 20 seconds Slack takes no message: it says when to come back."],
  [
    "Lose Slack’s next answer",
    { lose: true },
    "Slack will take the next message, and the bot will not hear so: it must not say it twice.",
  ],
];
const DRAWN_MS = 5000;
const LET_GO = 2; // seconds for the bot to say what was due before it is asked what comes next

const button = document.getElementById("clock");
const time = document.getElementById("clock-time");

export function drawClock() {
  time.textContent = shortMoment(now(), page.me.zone);
  time.dateTime = new Date(now() * 1000).toISOString();
  time.dataset.short = clockTime(now(), page.me.zone);
}

export function startClock() {
  button.addEventListener("click", openClock);
  setInterval(() => page.me && drawClock(), DRAWN_MS);
}

export function openClock() {
  const shown = h("p.clock-now", { "aria-live": "polite" });
  const elsewhere = h("p.clock-utc");
  const ahead = h("div.clock-ahead", { "aria-live": "polite" }, h("p.clock-about", null, "Looking ahead…"));
  const dates = h("div.clock-part");
  const said = h("p.clock-said", { role: "status" });
  const draw = () => {
    shown.textContent = shortMoment(now(), page.me.zone);
    elsewhere.textContent = `${placeOf(page.me.zone)}, which is ${shortMoment(now(), "UTC")} UTC`;
  };
  const panel = { draw, ahead, dates, said, settle: () => {} };
  const steps = STEPS.map(([text, seconds]) => stepButton(panel, text, seconds));
  draw();
  panel.settle = openPanel(
    button,
    [
      shown,
      elsewhere,
      h("div.clock-steps", { role: "group", "aria-label": "Move the clock forward" }, steps),
      ahead,
      h(
        "p.clock-about",
        null,
        "The bot, Slack and the sources live by this clock. Evidence grows old, and what falls due happens.",
      ),
      dates,
      troubles(panel),
      said,
    ],
    { label: "The bot’s clock", className: ".clock-panel" },
  ).settle;
  steps[0].focus();
  lookAhead(panel);
}

const press = (text, onclick, more = {}) => h("button.button", { type: "button", onclick, ...more }, text);

function stepButton(panel, text, seconds) {
  const label = [hidden("Forward "), h("span", { "aria-hidden": "true" }, "+ "), text];
  return press(label, () => move(panel, { forward: seconds }));
}

async function move(panel, step) {
  const answer = await post("clock", step);
  if (!explain(answer)) return;
  tellTime(answer.now);
  drawClock();
  panel.draw();
  await letGo();
  lookAhead(panel);
}

const letGo = () => new Promise((resolve) => setTimeout(resolve, LET_GO * 1000));

/** Show what is to come: when the bot speaks next, and the dates that may be moved. */
async function lookAhead(panel) {
  const answer = await get("ahead");
  if (!panel.ahead.isConnected || !explain(answer)) return;
  const { next, dates } = answer;
  panel.ahead.replaceChildren(...(next ? upcoming(panel, next) : []));
  panel.dates.replaceChildren(...dates.filter(({ at }) => at > now()).flatMap((date) => movable(panel, date)));
  if (panel.dates.children.length) panel.dates.prepend(h("h3", null, "Move a date"));
  panel.settle();
}

function upcoming(panel, { at, what }) {
  const go = () => move(panel, { to: at });
  return [
    h("p", null, "The bot speaks next on ", h("strong", null, shortMoment(at, page.me.zone)), `: ${what}.`),
    press("Go to that moment", go, { class: "button primary" }),
  ];
}

function movable(panel, { id, title, at }) {
  const shift = async (seconds) => {
    panel.said.textContent = "Writing config.yaml, and /slam reload…";
    const answer = await post("date", { milestone: id, by: seconds });
    panel.said.textContent = explain(answer) ? answer.said : "";
    await letGo();
    lookAhead(panel);
  };
  const buttons = SHIFTS.map(([text, seconds]) => press([hidden(`${title}: `), text], () => shift(seconds)));
  return [
    h("p", null, title, ": ", h("strong", null, shortMoment(at, page.me.zone))),
    h("div.clock-steps", { role: "group", "aria-label": title }, buttons),
  ];
}

function troubles(panel) {
  const cause = ([text, trouble, meaning]) =>
    press(text, async () => {
      if (explain(await post("trouble", trouble))) panel.said.textContent = meaning;
    });
  return h(
    "div.clock-part",
    null,
    h("h3", null, "Cause trouble"),
    h("div.clock-steps", { role: "group", "aria-label": "Cause trouble" }, TROUBLES.map(cause)),
  );
}
