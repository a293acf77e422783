// Block Kit as DOM nodes. A new kind of block is an entry in BLOCKS; what can be pressed or filled in is in elements.js.
//
// `surface` is where the blocks stand:
//   reader    who reads (see text.js), with people and channels to pick from
//   heading   level of a header block there
//   values    block id -> action id -> what is chosen or typed, as Slack sends it
//   act       (action) -> promise: a block action
//   options   (action id, block id, query) -> promise of Slack's options or option groups

import { freshId, h, picture } from "./dom.js";
import { element } from "./elements.js";
import { markdown, plain, richText, table, textObject } from "./text.js";

export function drawBlocks(blocks, surface) {
  return (blocks ?? []).map((block, at) => {
    const known = { ...block, block_id: block.block_id ?? `block-${at}` };
    const drawn = (BLOCKS[block.type] ?? strange)(known, surface);
    drawn.dataset.block = known.block_id;
    return drawn;
  });
}

const BLOCKS = {
  header: (block, { reader, heading }) =>
    h("div.b-header", { role: "heading", "aria-level": heading }, textObject(block.text, reader)),
  divider: () => h("hr.b-divider"),
  section: drawSection,
  context: drawContext,
  actions: drawActions,
  context_actions: drawActions,
  image: drawImage,
  markdown: (block, { reader }) => h("div.b-markdown.text", null, markdown(block.text, reader)),
  rich_text: (block, { reader }) => h("div.b-rich.text", null, richText(block, reader)),
  table: drawTable,
  input: drawInput,
};

function drawSection(block, surface) {
  const text = (object) => h("div.text", null, textObject(object, surface.reader));
  const fields = block.fields ? h("div.b-fields", null, block.fields.map(text)) : null;
  const words = h("div.b-section-text", null, block.text ? text(block.text) : null, fields);
  if (!block.accessory) return h("div.b-section", null, words);
  const kind = block.accessory.type === "image" ? "with-image" : "with-accessory";
  return h(
    `div.b-section.${kind}`,
    null,
    words,
    h("div.b-accessory", null, element(block.accessory, block, surface)),
  );
}

function drawContext(block, { reader }) {
  const small = (each) =>
    each.type === "image" ? picture(each, { width: 20, height: 20 }) : h("span.text", null, textObject(each, reader));
  return h("div.b-context", null, block.elements.map(small));
}

function drawActions(block, surface) {
  const elements = block.elements.map((each) => element(each, block, surface));
  return h("div.b-actions", null, elements);
}

function drawImage(block, { reader }) {
  const title = block.title ? h("figcaption", null, textObject(block.title, reader)) : null;
  return h("figure.b-image", null, title, picture(block, {}));
}

function drawTable(block, { reader }) {
  const cell = (each) =>
    each.type === "rich_text" ? richText(each, reader) : plain(String(each.text ?? each.value ?? ""));
  return table(block.rows.map((row) => row.map(cell)));
}

function drawInput(block, surface) {
  const [labelId, fieldId, errorId] = ["label", "field", "error"].map(freshId);
  const hintId = block.hint ? freshId("hint") : null;
  const describedBy = [hintId, errorId].filter(Boolean).join(" ");
  const field = element(block.element, block, surface, { fieldId, labelId, describedBy });
  // a label names one field only; of a group of them it is the legend
  const isGroup = ["radio_buttons", "checkboxes"].includes(block.element.type);
  const label = h(isGroup ? "div.label" : "label.label", { id: labelId, for: isGroup ? null : fieldId });
  label.append(...textObject(block.label, surface.reader).filter(Boolean));
  if (block.optional) label.append(h("span.optional", null, " (optional)"));
  const hint = block.hint ? h("p.hint", { id: hintId }, textObject(block.hint, surface.reader)) : null;
  return h("div.b-input", null, label, field, hint, h("p.error", { id: errorId, hidden: true }));
}

function strange(block) {
  return h("p.b-strange", null, `A “${block.type}” block: Slack may draw it, this page does not.`);
}
