// Elements made from values. Text goes in as text nodes only, so that no name or message from
// outside is ever read as markup.

export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  apply(element, properties);
  append(element, children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  append(element, children);
  return element;
}

function apply(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(element.style, value);
    else if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
}

function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

export function replace(element, ...children) {
  const focused = document.activeElement?.id;
  element.replaceChildren();
  append(element, children);
  if (focused) document.getElementById(focused)?.focus();
}

// For a page that is made anew in more than one step: gives the focus back to who had it.
export function focusKeeper() {
  const id = document.activeElement?.id;
  return () => {
    if (id && document.activeElement === document.body) document.getElementById(id)?.focus();
  };
}
