// The search box of the top bar: a combobox. "/" goes there, arrows choose, Enter opens what is
// chosen or else the page of results, Esc closes.

const box = document.querySelector(".finder");
const input = document.getElementById("finder");
const results = document.getElementById("finder-results");
const opener = document.querySelector("[data-open-finder]");

const hits = () => [...results.querySelectorAll("a[role=option]")];
const chosen = () => results.querySelector("[aria-selected=true]");

function show() {
  const full = results.childElementCount > 0 && input.value.trim() !== "";
  results.hidden = !full;
  input.setAttribute("aria-expanded", String(full));
  choose(null);
}

function close() {
  results.hidden = true;
  input.setAttribute("aria-expanded", "false");
  choose(null);
}

function choose(hit) {
  chosen()?.setAttribute("aria-selected", "false");
  hit?.setAttribute("aria-selected", "true");
  hit?.scrollIntoView({ block: "nearest" });
  if (hit) input.setAttribute("aria-activedescendant", hit.id);
  else input.removeAttribute("aria-activedescendant");
}

function step(by) {
  if (results.hidden) show();
  const all = hits();
  const at = all.indexOf(chosen());
  // Past either end nothing is chosen: Enter then opens the page of results.
  choose(at < 0 ? all.at(by > 0 ? 0 : -1) : all[at + by] ?? null);
}

function leave() {
  close();
  box.classList.remove("is-open");
}

const KEYS = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  Enter: () => window.location.assign(chosen().href),
  Escape: () => (results.hidden ? input.blur() : close()),
};

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

if (input) {
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || !(event.key in KEYS)) return;
    if (event.key === "Enter" && !chosen()) return;
    event.preventDefault();
    KEYS[event.key]();
    if (event.key === "Escape" && results.hidden && document.activeElement !== input) leave();
  });
  input.addEventListener("focus", show);
  results.addEventListener("htmx:afterSwap", show);
  document.addEventListener("pointerdown", (event) => {
    if (!box.contains(event.target)) leave();
  });
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) close();
  });
  document.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key !== "/" || !plain || typing(event.target) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    box.classList.add("is-open");
    input.focus();
    input.select();
  });
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    box.classList.add("is-open");
    input.focus();
  });
}
