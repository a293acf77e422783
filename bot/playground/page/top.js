// Who I am, and the colours.

import { drawClock } from "./clock.js";
import { h, hidden, icon } from "./dom.js";
import { avatar } from "./messages.js";
import { announce } from "./notices.js";
import { openPicker } from "./picker.js";
import { addressOf, page, placeOf } from "./state.js";

const THEMES = [
  ["", "Colours: as this device has them"],
  ["light", "Colours: light"],
  ["dark", "Colours: dark"],
];

const person = document.getElementById("person");
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
    note: `${each.role}${each.guest ? " and a guest" : ""}, ${placeOf(each.zone)}`,
  }));
  openPicker(person, {
    label: "Who am I?",
    groups: [{ label: "Look and act as", options }],
    chosen: [page.me.id],
    picked: (id) => (location.hash = addressOf(id, page.channel.id)),
  });
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
  person.addEventListener("click", choosePerson);
}
