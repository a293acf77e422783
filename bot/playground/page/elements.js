// What can be pressed, chosen or filled in, in blocks (see blocks.js for what a surface is).

import { openPicker } from "./picker.js";
import { confirmed } from "./dialogs.js";
import { freshId, h, hidden, icon, link, picture, safeAddress } from "./dom.js";
import { momentOf, wallTime } from "./moments.js";
import { textObject } from "./text.js";

/**
 * Draw an element of a block. `labelled` names the block's own label, hint and error line, where it has them:
 * {fieldId, labelId, describedBy}.
 */
export function element(spec, block, surface, labelled = {}) {
  const draw = ELEMENTS[spec.type];
  if (!draw) return h("span.b-strange", null, `A “${spec.type}”: this page does not draw it.`);
  const inInput = block.type === "input";
  const keep = (value) => ((surface.values[block.block_id] ??= {})[spec.action_id] = { type: spec.type, ...value });
  return draw(spec, {
    reader: surface.reader,
    labelled: { id: labelled.fieldId, "aria-describedby": labelled.describedBy || null },
    labelId: labelled.labelId,
    kept: surface.values[block.block_id]?.[spec.action_id],
    keep,
    options: (query) => surface.options(spec.action_id, block.block_id, query),
    /** Keep what was chosen and, unless an input block waits for its submit button, tell the bot. */
    send: async (value, node) => {
      if (!["button", "overflow"].includes(spec.type)) keep(value);
      if (inInput && !block.dispatch_action) return;
      if (spec.confirm && !(await confirmed(spec.confirm, surface.reader))) return;
      node.setAttribute("aria-busy", "true");
      await surface.act({ block_id: block.block_id, action_id: spec.action_id, type: spec.type, ...value });
      node.removeAttribute("aria-busy");
    },
  });
}

const ELEMENTS = {
  button: drawButton,
  image: (spec) => picture(spec, { class: "b-thumb" }),
  overflow: drawOverflow,
  static_select: (spec, place) => drawSelect(spec, place, oneOption(spec), groupsOf(spec, place.reader)),
  external_select: (spec, place) => drawSelect(spec, place, oneOption(spec), null),
  users_select: (spec, place) =>
    drawSelect(spec, place, oneName("selected_user", spec.initial_user), peopleOf(place.reader)),
  channels_select: (spec, place) =>
    drawSelect(spec, place, oneName("selected_channel", spec.initial_channel), channelsOf(place.reader)),
  conversations_select: (spec, place) =>
    drawSelect(spec, place, oneName("selected_conversation", spec.initial_conversation), [
      ...channelsOf(place.reader),
      ...peopleOf(place.reader),
    ]),
  multi_static_select: (spec, place) => drawSelect(spec, place, manyOptions(spec), groupsOf(spec, place.reader)),
  multi_external_select: (spec, place) => drawSelect(spec, place, manyOptions(spec), null),
  multi_users_select: (spec, place) =>
    drawSelect(spec, place, manyNames("selected_users", spec.initial_users), peopleOf(place.reader)),
  multi_channels_select: (spec, place) =>
    drawSelect(spec, place, manyNames("selected_channels", spec.initial_channels), channelsOf(place.reader)),
  multi_conversations_select: (spec, place) =>
    drawSelect(spec, place, manyNames("selected_conversations", spec.initial_conversations), [
      ...channelsOf(place.reader),
      ...peopleOf(place.reader),
    ]),
  radio_buttons: (spec, place) => drawChoices(spec, place, "radio"),
  checkboxes: (spec, place) => drawChoices(spec, place, "checkbox"),
  datepicker: (spec, place) => drawMoment(spec, place, "date", "selected_date", spec.initial_date),
  timepicker: (spec, place) => drawMoment(spec, place, "time", "selected_time", spec.initial_time),
  datetimepicker: drawDateTime,
  plain_text_input: (spec, place) => drawInput(spec, place, "text"),
  number_input: (spec, place) => drawInput(spec, place, "number"),
  email_text_input: (spec, place) => drawInput(spec, place, "email"),
  url_text_input: (spec, place) => drawInput(spec, place, "url"),
  feedback_buttons: (spec, place) =>
    h(
      "span.b-feedback",
      null,
      [spec.positive_button, spec.negative_button].map((each) =>
        drawButton({ ...each, type: "feedback_buttons" }, place),
      ),
    ),
};

function drawButton(spec, { reader, send }) {
  const style = ["primary", "danger"].includes(spec.style) ? `.${spec.style}` : "";
  const label = textObject(spec.text, reader);
  const value = { value: spec.value, text: spec.text };
  if (safeAddress(spec.url)) {
    const anchor = link(spec.url, label, hidden(" (opens a page)"));
    anchor.className = `button${style.replace(".", " ")}`;
    anchor.addEventListener("click", () => send(value, anchor));
    return anchor;
  }
  return h(
    `button.button${style}`,
    {
      type: "button",
      "aria-label": spec.accessibility_label,
      onclick: ({ currentTarget }) => currentTarget.getAttribute("aria-busy") || send(value, currentTarget),
    },
    label,
  );
}

function drawOverflow(spec, place) {
  const options = entries(spec.options, place.reader);
  const open = ({ currentTarget }) =>
    openPicker(currentTarget, {
      label: "More actions",
      menu: true,
      groups: [{ options }],
      picked: (key) => {
        const { option } = options[Number(key)];
        if (safeAddress(option.url)) window.open(option.url, "_blank", "noopener,noreferrer");
        place.send({ selected_option: option }, currentTarget);
      },
    });
  return h(
    "button.button.icon-only",
    { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", onclick: open },
    icon("M4.2 10h.1M10 10h.1M15.8 10h.1"),
    hidden("More actions"),
  );
}

// --- Selects: what is chosen is written in several ways, what is picked from comes from several places ------

const oneOption = (spec) => ({
  many: false,
  initial: spec.initial_option ? [spec.initial_option] : [],
  read: (value) => (value?.selected_option ? [value.selected_option] : []),
  write: ([option]) => ({ selected_option: option ?? null }),
});
const manyOptions = (spec) => ({
  many: true,
  initial: spec.initial_options ?? [],
  read: (value) => value?.selected_options ?? [],
  write: (options) => ({ selected_options: options }),
});
const oneName = (field, initial) => ({
  many: false,
  initial: initial ? [{ value: initial }] : [],
  read: (value) => (value?.[field] ? [{ value: value[field] }] : []),
  write: ([option]) => ({ [field]: option?.value ?? null }),
});
const manyNames = (field, initial) => ({
  many: true,
  initial: (initial ?? []).map((value) => ({ value })),
  read: (value) => (value?.[field] ?? []).map((name) => ({ value: name })),
  write: (options) => ({ [field]: options.map((option) => option.value) }),
});

const LEAST_TYPED = 3; // characters before Slack asks the bot, unless it says otherwise

function drawSelect(spec, place, choice, groups) {
  const { reader } = place;
  let chosen = place.kept ? choice.read(place.kept) : choice.initial;
  if (!place.kept && chosen.length) place.keep(choice.write(chosen));
  const placeholder = spec.placeholder?.text ?? "Choose";
  const shown = h("span.select-shown", { id: freshId("shown") });
  const known = new Map();
  const remember = (found) => found.flatMap((group) => group.options).forEach((entry) => known.set(entry.key, entry));
  if (groups) remember(groups);
  chosen.forEach((option) => known.has(option.value) || known.set(option.value, entry(option, reader)));

  const draw = () => {
    const nodes = chosen.flatMap((option, at) => [
      at ? ", " : null,
      ...copies(known.get(option.value)?.nodes ?? [option.value]),
    ]);
    shown.replaceChildren(...(chosen.length ? nodes.filter(Boolean) : [h("span.placeholder", null, placeholder)]));
    if (!place.labelId)
      node.setAttribute("aria-label", chosen.length ? `${placeholder}: ${shown.textContent}` : placeholder);
  };
  const search = async (query) => {
    if (query.length < (spec.min_query_length ?? LEAST_TYPED)) return null;
    const found = groupsOf(await place.options(query), reader);
    remember(found);
    return found;
  };
  const open = ({ currentTarget }) =>
    openPicker(currentTarget, {
      label: placeholder,
      groups: groups ?? [],
      load: groups ? null : search,
      chosen: chosen.map((option) => option.value),
      multiple: choice.many,
      picked: (keys) => {
        chosen = (choice.many ? keys : [keys]).map((key) => known.get(key)?.option ?? { value: key });
        if (spec.max_selected_items) chosen = chosen.slice(0, spec.max_selected_items);
        draw();
        place.send(choice.write(chosen), currentTarget);
      },
    });
  const names = place.labelId ? { "aria-labelledby": `${place.labelId} ${shown.id}` } : {};
  const node = h(
    "button.select",
    {
      type: "button",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      onclick: open,
      ...place.labelled,
      ...names,
    },
    shown,
    icon("M5.5 8 10 12.5 14.5 8"),
  );
  draw();
  return node;
}

const copies = (nodes) => nodes.map((node) => (node instanceof Node ? node.cloneNode(true) : node));

function entry(option, reader) {
  const nodes = option.text ? textObject(option.text, reader).filter(Boolean) : [option.value];
  return {
    key: option.value,
    nodes,
    text: option.text?.text ?? option.value ?? "",
    note: option.description ? textObject(option.description, reader) : null,
    option,
  };
}

/** Overflow options may have equal values or none, so they are known by their place. */
const entries = (options, reader) => options.map((option, at) => ({ ...entry(option, reader), key: String(at) }));

function groupsOf({ options, option_groups: groups }, reader) {
  if (groups)
    return groups.map((group) => ({
      label: group.label.text,
      options: group.options.map((option) => entry(option, reader)),
    }));
  return [{ options: (options ?? []).map((option) => entry(option, reader)) }];
}

const named = (value, name) => ({ key: value, nodes: [name], text: name, note: null, option: { value } });
const peopleOf = (reader) => [{ label: "People", options: reader.people.map((each) => named(each.id, each.name)) }];
const channelsOf = (reader) => [
  {
    label: "Channels",
    options: reader.channels.filter((each) => each.kind === "channel").map((each) => named(each.id, `#${each.name}`)),
  },
];

// --- Choices, moments, text ---------------------------------------------------------------------------------

function drawChoices(spec, place, type) {
  const single = type === "radio";
  const initial = single ? [spec.initial_option] : (spec.initial_options ?? []);
  const before = place.kept ? (single ? [place.kept.selected_option] : place.kept.selected_options) : initial;
  const chosen = new Set(before.filter(Boolean).map((option) => option.value));
  const name = freshId("choice");
  const value = () => {
    const options = spec.options.filter((option) => chosen.has(option.value));
    return single ? { selected_option: options[0] ?? null } : { selected_options: options };
  };
  if (chosen.size) place.keep(value());
  const changed = (option, { currentTarget }) => {
    if (single) chosen.clear();
    if (currentTarget.checked) chosen.add(option.value);
    else chosen.delete(option.value);
    place.send(value(), currentTarget);
  };
  const choices = spec.options.map((option) =>
    h(
      "label.choice",
      null,
      h("input", { type, name, checked: chosen.has(option.value), onchange: (event) => changed(option, event) }),
      h(
        "span.text",
        null,
        textObject(option.text, place.reader),
        option.description ? h("span.option-note", null, textObject(option.description, place.reader)) : null,
      ),
    ),
  );
  const names = place.labelId
    ? { "aria-labelledby": place.labelId }
    : { "aria-label": single ? "Choose one" : "Choose any" };
  return h("div.choices", { role: single ? "radiogroup" : "group", ...place.labelled, ...names }, choices);
}

const SETTLED_MS = 900; // a date typed by keyboard changes with every digit; the bot hears of it once it rests

function drawMoment(spec, place, type, field, initial) {
  const input = h("input.field.moment", { type, ...place.labelled, value: place.kept?.[field] ?? initial ?? "" });
  if (!place.labelId) input.setAttribute("aria-label", spec.placeholder?.text ?? (type === "date" ? "Date" : "Time"));
  let told = input.value;
  let timer = 0;
  if (told) place.keep({ [field]: told });
  const tell = () => {
    clearTimeout(timer);
    if (input.value === told) return;
    told = input.value;
    place.send({ [field]: told || null }, input);
  };
  input.addEventListener("change", () => {
    place.keep({ [field]: input.value || null });
    clearTimeout(timer);
    timer = setTimeout(tell, SETTLED_MS);
  });
  input.addEventListener("blur", tell);
  return input;
}

function drawDateTime(spec, place) {
  const { zone } = place.reader;
  const initial = place.kept?.selected_date_time ?? spec.initial_date_time;
  const shown = initial ? wallTime(initial, zone) : "";
  const input = h("input.field.moment", { type: "datetime-local", ...place.labelled, value: shown });
  if (!place.labelId) input.setAttribute("aria-label", `Date and time in ${zone}`);
  const value = () => ({ selected_date_time: input.value ? momentOf(input.value, zone) : null });
  if (initial) place.keep(value());
  input.addEventListener("change", () => place.keep(value()));
  input.addEventListener("blur", () => input.value && place.send(value(), input));
  return input;
}

function drawInput(spec, place, type) {
  const attributes = {
    ...place.labelled,
    placeholder: spec.placeholder?.text,
    maxlength: spec.max_length,
    minlength: spec.min_length,
    autofocus: spec.focus_on_load,
    value: (place.kept ? place.kept.value : spec.initial_value) ?? "",
  };
  const number =
    type === "number" ? { step: spec.is_decimal_allowed ? "any" : 1, min: spec.min_value, max: spec.max_value } : {};
  const input = spec.multiline
    ? h("textarea.field", { rows: 4, ...attributes })
    : h("input.field", { type, ...number, ...attributes });
  if (!place.labelId) input.setAttribute("aria-label", spec.placeholder?.text ?? "Text");
  const value = () => ({ value: input.value || null });
  place.keep(value());
  const triggers = spec.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  input.addEventListener("input", () =>
    triggers.includes("on_character_entered") ? place.send(value(), input) : place.keep(value()),
  );
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !spec.multiline && triggers.includes("on_enter_pressed")) place.send(value(), input);
  });
  return input;
}
