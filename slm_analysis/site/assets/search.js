// What is typed, found by MiniSearch in the places of index.js; site.js loads all three.
"use strict";

const list = document.getElementById("results");
const MOST = 12;
// words that say nothing of the subject of a question
const LITTLE = new Set(("a an and are at did do does for from had happened has have how in is it its many of on page that"
  + " the to was were what when which why with would de een en er gebeurde het hoe hoeveel met na naar op pagina te van"
  + " voor waarom wat werd werden welke zijn zou").split(" "));
const known = new Set();
let chosen = -1;

const words = (text) => plain(text).split(/[^\p{L}\p{N}&]+/u);
const places = PLACES.map(([groups, ...versions], id) => {
  const [url, title, page, text] = versions[document.documentElement.lang === "nl" ? 1 : 0] || versions[0];
  const both = (at) => versions.map((version) => version[at]).join(" ");
  const country = /profiles\/\w+\.html$/.test(url) && words(`${url} ${both(1)}`);
  const read = { id, title: both(1), page: both(2), text: both(3), same: groups.flatMap((at) => SAME[at]).join(" ") };
  return { url, title, page, text, country, read };
});
const engine = new MiniSearch({
  fields: ["title", "page", "text", "same"],
  tokenize: words,
  processTerm: (word) => (known.add(word), word),
  searchOptions: {
    boost: { title: 3, page: 2, same: 0.3 },
    processTerm: (word) => !LITTLE.has(word) && word,
    prefix: (word) => word.length > 2,
    fuzzy: (word) => !known.has(word) && word.length > 3 && !/\d/.test(word) && (word.length > 6 ? 2 : 1),
    boostDocument: (id, word) => {
      const { url, country } = places[id];
      return country && country.includes(word) ? 3 : /claims\.html#/.test(url) ? 1.5 : 1;
    },
  },
});
engine.addAll(places.map(({ read }) => read));

// what has most of the words comes first
function search(typed) {
  const weight = ({ score, queryTerms }) => score * queryTerms.length ** 2;
  return engine.search(typed).sort((one, two) => weight(two) - weight(one)).map(({ id }) => places[id]);
}

function find() {
  list.replaceChildren();
  chosen = -1;
  box.removeAttribute("aria-activedescendant");
  const found = search(box.value).slice(0, MOST);
  found.forEach(({ url, title, page, text }, at) => {
    const [item, what, where] = ["li", "span", "small"].map((tag) => document.createElement(tag));
    item.id = `result-${at}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.url = url;
    what.textContent = title;
    where.textContent = `${page} · ${text.replace(title, "").trim().slice(0, 250)}`;
    item.append(what, where);
    item.addEventListener("mousedown", () => follow(item));
    list.append(item);
  });
  const typed = box.value.trim();
  if (typed && !found.length) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.setAttribute("aria-disabled", "true");
    item.textContent = list.dataset.none;
    list.append(item);
  }
  list.hidden = !typed;
  box.setAttribute("aria-expanded", String(!list.hidden));
}

function follow(item) {
  if (item && item.dataset.url) location.href = `${assets}../${item.dataset.url}`;
}

box.addEventListener("input", find);
box.addEventListener("blur", () => { list.hidden = true; box.setAttribute("aria-expanded", "false"); });
box.addEventListener("keydown", (event) => {
  const items = [...list.querySelectorAll("[data-url]")];
  if (event.key === "Escape") { box.value = ""; find(); }
  if (event.key === "Enter") { event.preventDefault(); follow(items[Math.max(chosen, 0)]); }
  if (!["ArrowDown", "ArrowUp"].includes(event.key) || !items.length) return;
  event.preventDefault();
  chosen = (chosen + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length;
  items.forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
  items[chosen].scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", items[chosen].id);
});
find();
