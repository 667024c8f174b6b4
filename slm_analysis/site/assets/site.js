// The other language of a page, search, all code, the choice of claims.
// Without this script every page can still be read and every link leads to its cell.
"use strict";

const assets = document.currentScript.src.replace(/[^/]*$/, "");
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

// the other language keeps the place
const other = document.querySelector(".switch");
other.addEventListener("click", () => {
  if (!other.href.endsWith("index.html") || location.pathname.endsWith("index.html")) {
    other.href = other.href.split(/[?#]/)[0] + location.search + location.hash;
  }
});

// search: what it needs is loaded when the box is first used
const box = document.getElementById("search");
box.addEventListener("focus", () => {
  for (const name of ["minisearch", "index", "search"]) {
    const script = document.createElement("script");
    script.src = `${assets}${name}.js`;
    script.async = false; // in this order
    document.head.append(script);
  }
}, { once: true });

// all code of a page
const code = document.querySelectorAll("details.code");
const switch_ = document.querySelector(".all-code");
switch_.hidden = !code.length;
switch_.addEventListener("click", () => {
  const open = switch_.getAttribute("aria-pressed") !== "true";
  switch_.setAttribute("aria-pressed", String(open));
  for (const part of code) part.open = open;
});

// which claims are shown; the choice stands in the address
const choice = document.querySelector(".choice");
if (choice) {
  const shown = document.getElementById("shown");
  const all = [...document.querySelectorAll("article")];
  const fits = (claim, name, wanted) => (name === "words"
    ? plain(wanted).split(/\s+/).every((word) => plain(claim.textContent).includes(word))
    : claim.dataset[name].split(";").includes(wanted));
  const chosen = () => [...new FormData(choice)].filter(([, wanted]) => wanted);
  const show = () => {
    const wanted = chosen();
    for (const claim of all) {
      claim.hidden = `#${claim.id}` !== location.hash && !wanted.every((one) => fits(claim, ...one));
    }
    for (const section of document.querySelectorAll("section")) {
      section.hidden = !section.querySelector("article:not([hidden])");
    }
    shown.textContent = shown.dataset.text
      .replace("{shown}", all.filter((claim) => !claim.hidden).length).replace("{total}", all.length);
  };
  for (const [name, wanted] of new URLSearchParams(location.search)) {
    if (choice.elements[name]) choice.elements[name].value = wanted;
  }
  choice.addEventListener("input", () => {
    const query = new URLSearchParams(chosen());
    history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
    show();
  });
  choice.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", show);
  choice.hidden = false;
  show();
}
