// A click on a number opens what stands behind it, on the spot; its address (#cells=...) can be
// shared. Without this script a number leads to its cell on the data page.
"use strict";
(() => {
const { src, dataset: words } = document.currentScript;
const home = document.body.dataset.root;
const CELLS = /data\.html(?:\?cells=([^#]+))?#(?!source-)(.+)$/;
const SHARED = "#cells=";
let loading = null;
let before = "";
let number = null;

const panel = document.createElement("dialog");
panel.className = "inspector";
panel.setAttribute("aria-labelledby", "inspected");
document.body.append(panel);

function namesOf(link) {
  const found = CELLS.exec(link.getAttribute("href") || "");
  return found && (found[1] || found[2]).split("+");
}

function load() {
  loading ||= new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = new URL(`inspector-${document.documentElement.lang}.js`, src);
    script.addEventListener("load", () => resolve(INSPECTOR));
    document.head.append(script);
  });
  return loading;
}

function make(tag, text, attributes = {}) {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

// which number it is: the caption of its table, the heads of its row and column
function whereabouts(cell) {
  const [row, table] = [cell.parentElement, cell.closest("table")];
  const parts = [table.caption, row.cells[0], table.tHead?.rows[0].cells[cell.cellIndex]];
  return parts.map((part) => part?.innerText.trim()).filter(Boolean).join(" · ");
}

async function open(names, link) {
  const { rows, cells } = await load();
  const found = [...new Set(names.flatMap((name) => rows[name] || [name]))];
  if (!found.every((name) => cells[name])) {
    if (link) location.href = link.href.baseVal || link.href;
    return;
  }
  const told = make("div", "");
  told.innerHTML = found.map((name) => `<section>${cells[name]}</section>`).join("");
  for (const each of told.querySelectorAll("a")) {
    const href = each.getAttribute("href");
    if (!/^https?:/.test(href)) each.setAttribute("href", home + href);
    if (href.startsWith("../")) each.hreflang = each.lang = "en";
  }
  const heads = told.querySelectorAll("h3");
  const inTable = link?.closest("td");
  let shown = `${heads.length} ${words.cells}`;
  if (inTable) shown = link.innerText.trim().replace(/\s*\n\s*/g, " · ");
  else if (heads.length === 1) { shown = heads[0].textContent; heads[0].remove(); }
  const head = make("h2", shown, { id: "inspected", tabindex: "-1" });
  const close = make("button", words.close, { type: "button" });
  close.addEventListener("click", () => panel.close());
  const body = make("div", "");
  body.append(head, close);
  if (inTable) body.append(make("p", whereabouts(inTable), { class: "where" }));
  if (link?.dataset.how) {
    body.append(make("p", words.arithmetic), make("p", link.dataset.how, { class: "how" }));
  }
  body.append(told);
  const address = SHARED + names.join("+");
  body.append(make("a", words.address, { href: address }));
  panel.replaceChildren(body);
  if (!location.hash.startsWith(SHARED)) before = location.hash;
  history.replaceState(null, "", address);
  number?.classList.remove("inspected");
  number = link;
  number?.classList.add("inspected");
  if (!panel.open) panel.showModal();
  if (matchMedia("(max-width: 40rem)").matches) number?.scrollIntoView(); // above the panel
  place();
  head.focus();
}

// beneath the number, or above it where there is more room
function place() {
  const box = number ? number.getBoundingClientRect() : { left: innerWidth / 2 - panel.offsetWidth / 2, top: innerHeight / 4, bottom: innerHeight / 4 };
  const room = innerHeight - box.bottom;
  const above = room < Math.min(panel.offsetHeight + 14, box.top);
  panel.style.setProperty("--left", `${Math.max(8, Math.min(box.left, innerWidth - panel.offsetWidth - 8))}px`);
  panel.style.setProperty("--room", `${(above ? box.top : room) - 14}px`);
  panel.style.setProperty("--top", `${above ? Math.max(8, box.top - 6 - panel.offsetHeight) : box.bottom + 6}px`);
}

function restore() {
  if (location.hash.startsWith(SHARED)) {
    history.replaceState(null, "", before || location.pathname + location.search);
  }
  number?.classList.remove("inspected");
}

panel.addEventListener("close", () => { restore(); number?.focus(); });
panel.addEventListener("click", (event) => {
  if (event.target === panel) panel.close(); // beside it
  const link = event.target.closest("a");
  if (!link || link.getAttribute("href").startsWith(SHARED)) return;
  restore(); // before the page is left, so that going back does not open the panel again
  panel.close();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("main a");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const names = namesOf(link);
  if (!names) return;
  event.preventDefault();
  open(names, link);
});

// what an address names: a panel, or the cells of a number that was opened in another window
function openShared() {
  const asked = location.hash.startsWith(SHARED)
    ? decodeURIComponent(location.hash.slice(SHARED.length)) : /[?&]cells=([^&]+)/.exec(location.search)?.[1];
  if (!asked) return;
  const names = asked.split("+");
  const link = [...document.querySelectorAll("main a")]
    .find((each) => namesOf(each)?.join("+") === names.join("+") && each.checkVisibility());
  link?.scrollIntoView({ block: "center" });
  open(names, link || null);
}

for (const link of document.querySelectorAll("main a")) {
  if (namesOf(link)) link.setAttribute("aria-haspopup", "dialog");
}
addEventListener("hashchange", openShared);
openShared();
})();
