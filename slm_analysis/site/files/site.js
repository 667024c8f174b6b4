// Search, the choice of claims, and the other language of a page.
// Without this script every page can still be read and every link leads to its cell.
"use strict";

const root = document.body.dataset.root;
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

// the other language keeps the place
const other = document.querySelector(".switch");
other.addEventListener("click", () => {
  if (!other.href.endsWith("index.html") || location.pathname.endsWith("index.html")) {
    other.href = other.href.split(/[?#]/)[0] + location.search + location.hash;
  }
});

// search
const box = document.getElementById("search");
const list = document.getElementById("results");
const MOST = 12;
let entries = null;
let chosen = -1;

function loadIndex() {
  if (entries) return;
  entries = [];
  const script = document.createElement("script");
  script.src = document.body.dataset.index;
  script.addEventListener("load", () => {
    entries = SEARCH.map(([title, url, kind]) => ({ title, url, kind, text: plain(`${title} ${kind}`) }));
    find();
  });
  document.head.append(script);
}

function find() {
  const words = plain(box.value).split(/[^\p{L}\p{N}&]+/u).filter(Boolean);
  list.replaceChildren();
  chosen = -1;
  box.removeAttribute("aria-activedescendant");
  // the entries with most of the words, so that an ordinary sentence finds something too
  const counted = entries.map((entry) => [words.filter((word) => entry.text.includes(word)).length, entry]);
  const best = Math.max(0, ...counted.map(([count]) => count));
  const found = counted.filter(([count]) => best && count === best).map(([, entry]) => entry);
  found.slice(0, MOST).forEach((entry, at) => {
    const item = document.createElement("li");
    const kind = document.createElement("small");
    item.id = `result-${at}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.url = entry.url;
    kind.textContent = entry.kind;
    item.append(entry.title, kind);
    item.addEventListener("mousedown", () => follow(item));
    list.append(item);
  });
  if (words.length && !found.length) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.setAttribute("aria-disabled", "true");
    item.textContent = list.dataset.none;
    list.append(item);
  }
  list.hidden = !words.length;
  box.setAttribute("aria-expanded", String(!list.hidden));
}

function follow(item) {
  if (item && item.dataset.url) location.href = root + item.dataset.url;
}

box.addEventListener("focus", loadIndex);
box.addEventListener("input", () => (entries ? find() : loadIndex()));
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

// which claims are shown
const choice = document.querySelector(".choice");
if (choice) {
  const asked = new URLSearchParams(location.search);
  const place = asked.get("place");
  const shown = document.getElementById("shown");
  const show = () => {
    const verdict = new FormData(choice).get("verdict");
    let count = 0;
    for (const section of document.querySelectorAll("section[data-place]")) {
      let here = 0;
      for (const claim of section.querySelectorAll("article")) {
        const matches = (!verdict || claim.dataset.verdict === verdict)
          && (!place || section.dataset.place === place);
        claim.hidden = !matches && `#${claim.id}` !== location.hash;
        here += claim.hidden ? 0 : 1;
      }
      section.hidden = !here;
      count += here;
    }
    shown.textContent = `${shown.dataset.text} ${count}${place ? ` (${place})` : ""}`;
  };
  const wanted = choice.querySelector(`input[value="${CSS.escape(asked.get("verdict") || "")}"]`);
  if (wanted) wanted.checked = true;
  choice.addEventListener("change", () => {
    const verdict = new FormData(choice).get("verdict");
    const query = new URLSearchParams(verdict ? { verdict } : {});
    if (place) query.set("place", place);
    history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
    show();
  });
  addEventListener("hashchange", show);
  show();
}
