// Building the page out of nodes. Nothing here, or anywhere else in this page, reads a string as HTML.

/** `h("a.link", {href, onclick}, "text", node, null)`: an element with its classes, attributes, listeners and children. */
export function h(name, attributes, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  set(node, attributes);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A drawing on 20 by 20 that nobody is read: its strokes are an SVG element's name and attributes each. */
export function svg(strokes) {
  const drawing = svgNode("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" });
  drawing.append(...strokes.map(([name, attributes]) => svgNode(name, attributes)));
  return drawing;
}

/** A drawing in the line style of this page. */
export const icon = (d) => svg([["path", { d }]]);

function svgNode(name, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

export const hidden = (text) => h("span.hidden", null, text);

let last = 0;
export const freshId = (prefix) => `${prefix}-${++last}`;

function set(node, attributes) {
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "value") node.value = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
}

/** The address if a browser may be sent there, else null: a message must not run `javascript:`. */
export function safeAddress(address) {
  return /^(https?:|mailto:)/i.test(address ?? "") ? address : null;
}

export function link(address, ...children) {
  const href = safeAddress(address);
  if (!href) return h("span", null, ...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** A picture, or what it shows in words: this page fetches nothing from elsewhere. */
export function picture({ image_url: address, alt_text: alt }, attributes) {
  const isHere = address?.startsWith("data:image/") || address?.startsWith(`${location.origin}/`);
  return isHere ? h("img", { src: address, alt, ...attributes }) : link(address, h("span.unseen", null, alt));
}
