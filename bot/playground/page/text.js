// Slack's ways of writing (mrkdwn, plain text, Markdown, rich text), each turned into DOM nodes and never into HTML.
// `reader` says who reads: {zone, now(), nameOf(user), channelOf(channel), wayTo(channel), me}.

import { h, link, safeAddress } from "./dom.js";
import { DRAWN, drawing, emoji } from "./emoji.js";
import { dateToken } from "./moments.js";

/** A text object of Block Kit. */
export function textObject(object, reader) {
  if (!object) return [];
  if (object.type === "plain_text") return plain(object.text, object.emoji !== false);
  return mrkdwn(object.text, reader, { verbatim: object.verbatim === true });
}

// --- Plain text ---------------------------------------------------------------------------------------------

export function plain(text, withEmoji = true) {
  return String(text ?? "")
    .split("\n")
    .flatMap((line, at) => [at ? h("br") : null, ...(withEmoji ? shortcodes(line) : drawnSigns(line))]);
}

function shortcodes(text) {
  return split(text, /:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/, ([, name]) => emoji(name), drawnSigns);
}

function drawnSigns(text) {
  return split(
    text,
    DRAWN,
    ([character]) => drawing(character),
    (rest) => (rest ? [document.createTextNode(spaced(rest))] : []),
  );
}

/** Several spaces stay several, as in Slack, and a line still breaks at them. */
const spaced = (text) => text.replace(/ {2,}/g, (spaces) => `${"\u00A0".repeat(spaces.length - 1)} `);

/** Cut a text at every match that `found` has a node for; `between` makes nodes of what lies between. */
function split(text, pattern, found, between) {
  const nodes = [];
  const every = new RegExp(pattern.source, `${pattern.flags.replace("g", "")}g`);
  let from = 0;
  for (const match of text.matchAll(every)) {
    const node = found(match);
    if (!node) continue;
    nodes.push(...between(text.slice(from, match.index)), node);
    from = match.index + match[0].length;
  }
  return [...nodes, ...between(text.slice(from))];
}

// --- mrkdwn -------------------------------------------------------------------------------------------------

// A character nobody types stands for what must not be read again: code, links, mentions, emoji.
const ATOM = "\uE000";
const ATOMS = /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+'-]+(?:::skin-tone-\d)?):|(https?:\/\/(?:(?!&[lg]t;)[^\s<>|`])+)/g;
const EMPHASIS =
  /(?<![\p{L}\p{N}])(?:\*(?![\s*])([^*\n]*[^\s*])\*|_(?![\s_])([^_\n]*[^\s_])_|~(?![\s~])([^~\n]*[^\s~])~)(?![\p{L}\p{N}])/u;

/** `verbatim`: an address that is not marked as a link stays text. */
export function mrkdwn(text, reader, { verbatim = false } = {}) {
  const here = { ...reader, verbatim };
  const pieces = String(text ?? "")
    .replaceAll(ATOM, "")
    .split(/```\n?([\s\S]*?)\n?```/);
  return pieces.flatMap((piece, at) =>
    at % 2 ? [h("pre", { tabindex: 0 }, h("code", null, readable(piece)))] : quoted(piece, here, at > 0),
  );
}

function quoted(text, reader, afterCode) {
  const nodes = [];
  let quote = null;
  let fresh = true;
  let rest = false;
  const lines = (afterCode ? text.replace(/^\n/, "") : text).split("\n");
  for (const line of lines) {
    const whole = rest ? null : /^(?:&gt;|>){3} ?(.*)$/.exec(line);
    const match = rest ? [line, line] : (whole ?? /^(?:&gt;|>) ?(.*)$/.exec(line));
    rest ||= Boolean(whole);
    if (match) {
      if (quote) quote.append(h("br"));
      else nodes.push((quote = h("blockquote")));
      quote.append(...inline(match[1], reader));
      fresh = true;
      continue;
    }
    if (!fresh) nodes.push(h("br"));
    nodes.push(...inline(line, reader));
    quote = null;
    fresh = false;
  }
  return nodes;
}

function inline(line, reader) {
  const atoms = [];
  const keep = (node) => `${ATOM}${atoms.push(node) - 1}${ATOM}`;
  const kept = line.replace(ATOMS, (all, code, angle, name, address) => {
    if (code !== undefined) return keep(h("code", null, readable(code)));
    if (angle !== undefined) return keep(special(angle, reader));
    if (address !== undefined) {
      if (reader.verbatim) return all;
      const end = /[.,;:!?)\]'"*_~]*$/.exec(address)[0];
      const bare = address.slice(0, address.length - end.length);
      return keep(link(unescape(bare), unescape(bare))) + end;
    }
    const node = emoji(name);
    return node ? keep(node) : all;
  });
  return emphasised(kept, atoms);
}

function emphasised(text, atoms) {
  return split(
    text,
    EMPHASIS,
    ([, bold, italic, struck]) => {
      const [tag, inside] =
        bold !== undefined ? ["strong", bold] : italic !== undefined ? ["em", italic] : ["s", struck];
      return h(tag, null, emphasised(inside, atoms));
    },
    (rest) => withAtoms(rest, atoms),
  );
}

function withAtoms(text, atoms) {
  return text
    .split(new RegExp(`${ATOM}(\\d+)${ATOM}`))
    .flatMap((piece, at) => (at % 2 ? [atoms[Number(piece)]] : drawnSigns(unescape(piece))));
}

const TO_MESSAGE = /^https:\/\/[\w-]+\.slack\.com\/archives\/(\w+)\/p\d+$/; // leads to its channel here

/** What stands between < and >: a link, a mention or a date. */
function special(inside, reader) {
  const bar = inside.indexOf("|");
  const [target, label] = bar < 0 ? [inside, ""] : [inside.slice(0, bar), inside.slice(bar + 1)];
  const marker = target.charAt(0);
  if (marker === "@") return person(target.slice(1), label, reader);
  if (marker === "#") return channel(target.slice(1), label, reader);
  if (marker === "!") return command(target.slice(1), label, reader);
  const [, there] = TO_MESSAGE.exec(target) ?? [];
  const href = there ? reader.wayTo(there) : null;
  if (href) return h("a", { href }, plain(unescape(label || target)));
  if (safeAddress(target))
    return link(unescape(target), label ? plain(unescape(label)) : unescape(target.replace(/^mailto:/, "")));
  return h("span", null, unescape(`<${inside}>`));
}

function channel(id, label, reader) {
  const href = reader.wayTo(id);
  return h(href ? "a.mention" : "span.mention", { href }, `#${unescape(label) || reader.channelOf(id)}`);
}

function person(user, label, reader) {
  return h(
    user === reader.me ? "span.mention.me" : "span.mention",
    null,
    `@${unescape(label) || reader.nameOf(user)}`,
  );
}

function command(body, label, reader) {
  const [name, ...rest] = body.split("^");
  if (name === "date") return date(Number(rest[0]), rest[1] ?? "", rest[2], label, reader);
  if (name === "subteam") return h("span.mention", null, unescape(label) || `@${rest[0]}`);
  return h("span.mention.all", null, `@${unescape(label).replace(/^@/, "") || name}`);
}

function date(seconds, format, address, fallback, reader) {
  const text = Number.isFinite(seconds) ? dateToken(seconds, unescape(format), reader.zone, reader.now()) : null;
  if (text === null) return h("span", null, unescape(fallback));
  const node = h("time", { datetime: new Date(seconds * 1000).toISOString(), title: unescape(fallback) }, text);
  return address ? link(unescape(address), node) : node;
}

function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Inside code, links and mentions are shown as what they say. */
function readable(code) {
  return unescape(code.replace(/<([^<>|\n]+)\|([^<>\n]+)>/g, "$2").replace(/<(https?:[^<>\n]+)>/g, "$1"));
}

// --- Markdown (the `markdown` block) ------------------------------------------------------------------------

const MARKDOWN_INLINE =
  /`([^`\n]+)`|!?\[([^\]\n]*)\]\(([^()\s]+)\)|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|(?<![\p{L}\p{N}*])\*([^*\n]+)\*(?!\*)|(?<![\p{L}\p{N}_])_([^_\n]+)_(?![\p{L}\p{N}])|(https?:\/\/[^\s<>)]+)/u;

const DEEPEST = 8; // quotes within quotes

export function markdown(text, reader, depth = 0) {
  const lines = String(text ?? "").split("\n");
  const nodes = [];
  while (lines.length) nodes.push(...markdownBlock(lines, reader, depth));
  return nodes;
}

/** Take the lines of one block off the front. */
function markdownBlock(lines, reader, depth) {
  const line = lines.shift();
  if (!line.trim()) return [];
  if (/^\s*```/.test(line)) {
    const code = takeWhile(lines, (next) => !/^\s*```/.test(next));
    lines.shift();
    return [h("pre", { tabindex: 0 }, h("code", null, code.join("\n")))];
  }
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading)
    return [
      h(
        "p.md-heading",
        { role: "heading", "aria-level": Math.min(heading[1].length + 1, 6) },
        markdownInline(heading[2], reader),
      ),
    ];
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return [h("hr")];
  if (/^>/.test(line) && depth < DEEPEST) {
    const quote = [line, ...takeWhile(lines, (next) => /^>/.test(next))].map((each) => each.replace(/^> ?/, ""));
    return [h("blockquote", null, markdown(quote.join("\n"), reader, depth + 1))];
  }
  if (/^\|.*\|\s*$/.test(line) && /^\|?[\s:|-]+$/.test(lines[0] ?? "")) return [markdownTable(line, lines, reader)];
  if (LIST_ITEM.test(line))
    return [
      markdownList([line, ...takeWhile(lines, (next) => LIST_ITEM.test(next) || /^\s{2,}\S/.test(next))], reader),
    ];
  const paragraph = [
    line,
    ...takeWhile(lines, (next) => next.trim() && !/^(#{1,6}\s|>|\s*```)/.test(next) && !LIST_ITEM.test(next)),
  ];
  return [
    h(
      "p",
      null,
      paragraph.flatMap((each, at) => [at ? h("br") : null, ...markdownInline(each, reader)]),
    ),
  ];
}

const LIST_ITEM = /^(\s*)(?:[-*+]|(\d+)[.)])\s+(.*)$/;

function markdownList(lines, reader) {
  const [, indent, number] = LIST_ITEM.exec(lines[0]);
  const list = number ? h("ol", { start: number }) : h("ul");
  while (lines.length) {
    const match = LIST_ITEM.exec(lines[0]);
    if (match && match[1].length <= indent.length) {
      lines.shift();
      const task = /^\[([ xX])\]\s+(.*)$/.exec(match[3]);
      list.append(
        h(
          "li",
          null,
          task ? drawing(task[1] === " " ? "⬜" : "✅") : null,
          task ? " " : null,
          markdownInline(task ? task[2] : match[3], reader),
        ),
      );
      continue;
    }
    const nested = takeWhile(lines, (next) => (LIST_ITEM.exec(next)?.[1].length ?? Infinity) > indent.length);
    const deeper = LIST_ITEM.test(nested[0])
      ? markdownList(nested, reader)
      : h("div", null, markdownInline(nested.join(" ").trim(), reader));
    list.lastElementChild.append(deeper);
  }
  return list;
}

function markdownTable(head, lines, reader) {
  lines.shift();
  const cells = (line) =>
    line
      .trim()
      .replace(/^\||\|$/g, "")
      .split(/(?<!\\)\|/)
      .map((cell) => markdownInline(cell.trim().replace("\\|", "|"), reader));
  const rows = takeWhile(lines, (next) => /^\|/.test(next));
  return table([cells(head), ...rows.map(cells)]);
}

function markdownInline(text, reader) {
  const again = (inside) => markdownInline(inside, reader);
  const found = ([, code, label, address, strong, strongToo, struck, em, emToo, bare]) => {
    if (code !== undefined) return h("code", null, code);
    if (address !== undefined) return link(address, again(label || address));
    if (bare !== undefined) return link(bare, bare);
    if ((strong ?? strongToo) !== undefined) return h("strong", null, again(strong ?? strongToo));
    if (struck !== undefined) return h("s", null, again(struck));
    return h("em", null, again(em ?? emToo));
  };
  return split(text, MARKDOWN_INLINE, found, shortcodes);
}

function takeWhile(lines, holds) {
  const taken = [];
  while (lines.length && holds(lines[0])) taken.push(lines.shift());
  return taken;
}

/** Rows of cells, the first of them the header; each cell is an array of nodes. */
export function table([head, ...rows]) {
  return h(
    "div.table",
    { tabindex: 0, role: "group", "aria-label": "Table" },
    h(
      "table",
      null,
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          head.map((cell) => h("th", { scope: "col" }, cell)),
        ),
      ),
      h(
        "tbody",
        null,
        rows.map((row) =>
          h(
            "tr",
            null,
            row.map((cell) => h("td", null, cell)),
          ),
        ),
      ),
    ),
  );
}

// --- Rich text ----------------------------------------------------------------------------------------------

export function richText(block, reader) {
  return (block.elements ?? []).map((element) => richElement(element, reader));
}

function richElement(element, reader) {
  const content = () => (element.elements ?? []).map((each) => richLeaf(each, reader));
  switch (element.type) {
    case "rich_text_section":
      return h("div.rich", null, content());
    case "rich_text_quote":
      return h("blockquote", null, content());
    case "rich_text_preformatted":
      return h("pre", { tabindex: 0 }, h("code", null, content()));
    case "rich_text_list": {
      const items = (element.elements ?? []).map((each) => h("li", null, richElement(each, reader)));
      const list = h(
        element.style === "ordered" ? "ol" : "ul",
        { start: element.style === "ordered" && element.offset ? element.offset + 1 : null },
        items,
      );
      list.style.marginInlineStart = `${1.5 + 1.5 * (element.indent ?? 0)}em`;
      return list;
    }
    default:
      return h("span");
  }
}

function richLeaf(leaf, reader) {
  switch (leaf.type) {
    case "text":
      return styled(plain(leaf.text, false), leaf.style);
    case "link":
      return styled([link(leaf.url, leaf.text || leaf.url)], leaf.style);
    case "emoji":
      return emoji(leaf.name) ?? document.createTextNode(`:${leaf.name}:`);
    case "user":
      return person(leaf.user_id, "", reader);
    case "channel":
      return channel(leaf.channel_id, "", reader);
    case "usergroup":
      return h("span.mention", null, `@${leaf.usergroup_id}`);
    case "broadcast":
      return h("span.mention.all", null, `@${leaf.range}`);
    case "date":
      return date(leaf.timestamp, leaf.format ?? "{date}", leaf.url, leaf.fallback ?? "", reader);
    default:
      return document.createTextNode("");
  }
}

function styled(nodes, style = {}) {
  const tags = { code: "code", bold: "strong", italic: "em", strike: "s", underline: "u" };
  return Object.entries(tags).reduce((inside, [key, tag]) => (style?.[key] ? [h(tag, null, inside)] : inside), nodes);
}
