// The box to type in: slash commands and mentions are suggested, Enter sends, the arrow up brings back what was said.

import { freshId, h } from "./dom.js";

const MOST = 8; // suggestions
const REMEMBERED = 50; // lines

/** `say(text)` gives true when it was taken; `suggestions()` gives `{commands, people, projects}` of the moment. */
export function startComposer({ say, suggestions, announce }) {
  const form = document.getElementById("composer");
  const box = document.getElementById("composer-text");
  const list = document.getElementById("suggestions");
  const button = document.getElementById("send");
  const said = [];
  let back = 0;
  let offered = [];
  let active = -1;

  const offer = () => {
    const before = offered.length;
    offered = matching(box.value.slice(0, box.selectionStart), suggestions()).slice(0, MOST);
    list.hidden = offered.length === 0;
    list.replaceChildren(
      ...offered.map((each, at) =>
        h(
          "li",
          {
            id: freshId("suggestion"),
            role: "option",
            "aria-selected": "false",
            onpointerdown: (event) => accept(event, at),
          },
          h("strong", null, each.shown),
          each.note ? h("span.option-note", null, each.note) : null,
        ),
      ),
    );
    mark(0);
    if (offered.length && !before) announce(`${offered.length} suggestions. Arrow keys choose, Tab accepts.`);
  };
  const mark = (index) => {
    active = offered.length ? (index + offered.length) % offered.length : -1;
    [...list.children].forEach((node, at) => node.setAttribute("aria-selected", String(at === active)));
    list.children[active]?.scrollIntoView({ block: "nearest" });
    if (active >= 0) box.setAttribute("aria-activedescendant", list.children[active].id);
    else box.removeAttribute("aria-activedescendant");
  };
  const accept = (event, at = active) => {
    event.preventDefault();
    const { from, text } = offered[at];
    box.setRangeText(text, from, box.selectionStart, "end");
    changed();
  };
  const hush = () => {
    offered = [];
    list.hidden = true;
    mark(0);
  };
  const changed = () => {
    button.disabled = !box.value.trim();
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, innerHeight * 0.4)}px`;
    offer();
  };
  const put = (text) => {
    box.value = text;
    box.setSelectionRange(text.length, text.length);
    changed();
  };
  const send = async () => {
    const text = box.value.trim();
    if (!text) return;
    if (said.at(-1) !== text) said.push(text);
    said.splice(0, said.length - REMEMBERED);
    back = 0;
    put("");
    if (!(await say(text)) && !box.value) put(text);
  };
  const recall = (step) => {
    back = Math.min(Math.max(back + step, 0), said.length);
    put(back ? said.at(-back) : "");
    hush();
  };

  box.addEventListener("input", changed);
  box.addEventListener("blur", hush);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const open = offered.length > 0;
    const recalling = box.value === "" || (back > 0 && box.value === said.at(-back));
    if (open && event.key === "ArrowDown") mark(active + 1);
    else if (open && event.key === "ArrowUp") mark(active - 1);
    else if (open && event.key === "Escape") hush();
    else if (open && event.key === "Tab" && !event.shiftKey) accept(event);
    else if (open && event.key === "Enter" && !event.shiftKey && !isTyped()) accept(event);
    else if (event.key === "Enter" && !event.shiftKey) send();
    else if (recalling && event.key === "ArrowUp") recall(1);
    else if (recalling && event.key === "ArrowDown") recall(-1);
    else return;
    event.preventDefault();
  });
  const isTyped = () => box.value.slice(offered[active].from, box.selectionStart) === offered[active].text.trim();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
    box.focus();
  });
  document.getElementById("slash").addEventListener("click", () => start("/"));
  document.getElementById("mention").addEventListener("click", () => start("@"));
  const start = (character) => {
    box.focus();
    if (character === "/") put("/");
    else put(`${box.value}${box.value && !box.value.endsWith(" ") ? " " : ""}@`);
  };
  return { put, focus: () => box.focus() };
}

/** What could come next: `{shown, note, text, from}`, where `text` takes the place of what stands from `from` on. */
function matching(before, { commands, people, projects }) {
  const argument = /^\/slam (\S+) (\S*)$/.exec(before);
  if (argument && commands.find((each) => each.name === argument[1])?.project) {
    const fits = projects.filter((project) => project.startsWith(argument[2].toLowerCase()));
    return fits
      .map((project) => ({
        shown: project,
        note: "project",
        text: project,
        from: before.length - argument[2].length,
      }))
      .filter((each) => each.text !== argument[2]);
  }
  if (before.startsWith("/")) {
    const all = [
      { shown: "/slam", note: "what can it do?", text: "/slam" },
      ...commands.map(({ name, note }) => ({ shown: `/slam ${name}`, note, text: `/slam ${name} ` })),
    ];
    return all.filter(({ text }) => text.startsWith(before.toLowerCase())).map((each) => ({ ...each, from: 0 }));
  }
  const word = /(?:^|\s)@([^\s@]*)$/.exec(before);
  if (!word) return [];
  const fits = people.filter(
    ({ name }) =>
      name
        .toLowerCase()
        .split(" ")
        .some((part) => part.startsWith(word[1].toLowerCase())) ||
      name.toLowerCase().startsWith(word[1].toLowerCase()),
  );
  return fits.map(({ name, note }) => ({
    shown: `@${name}`,
    note,
    text: `@${name} `,
    from: before.length - word[1].length - 1,
  }));
}
