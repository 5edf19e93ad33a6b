// What every page does: the side panel that htmx fills, sentences for what went wrong,
// the theme switch, and menus and tips that close.

// --- Side panel: fill #panel and it opens. Esc, its button or the event "panel-close" close it.

const dialog = document.querySelector(".panel-frame");
const panel = document.getElementById("panel");
let opener = null;

function openPanel() {
  if (!dialog.open) dialog.showModal();
  const first = panel.querySelector("[autofocus]") ?? panel.querySelector("h1, h2");
  if (first?.matches("h1, h2")) first.tabIndex = -1;
  (first ?? panel).focus();
}

function closePanel() {
  if (dialog.open) dialog.close();
}

function leavePanel() {
  panel.replaceChildren();
  // The list behind may have been drawn anew while the panel was open.
  const back = opener?.isConnected ? opener : document.getElementById(opener?.id) ?? document.getElementById("main");
  back.focus();
  opener = null;
}

if (dialog) {
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target === panel && !dialog.open) opener = event.detail.elt;
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== panel) return;
    if (panel.childElementCount) openPanel();
    else closePanel();
  });
  document.body.addEventListener("panel-close", closePanel);
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-panel]")) closePanel();
  });
  dialog.addEventListener("close", leavePanel);
  if (panel.childElementCount) openPanel();
}

// --- What went wrong, as a sentence

const messages = document.querySelector(".messages");

function say(sentence) {
  const box = document.createElement("div");
  box.className = "alert alert-danger";
  box.setAttribute("role", "alert");
  box.textContent = sentence;
  if (dialog?.open) {
    panel.prepend(box);
    box.scrollIntoView({ block: "nearest" });
  } else {
    messages.replaceChildren(box);
    window.scrollTo(0, 0);
  }
}

const isPage = (xhr) => /^\s*<!doctype/i.test(xhr.responseText);

function refusalIn(page) {
  return new DOMParser().parseFromString(page, "text/html").querySelector("[data-refusal]")?.textContent.trim();
}

document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (isPage(xhr) && xhr.responseText.includes("data-entrance")) {
    event.detail.shouldSwap = false; // signed out meanwhile: the page itself goes to the sign-in
    window.location.reload();
  } else if (xhr.status >= 400 && xhr.status < 500 && !isPage(xhr) && xhr.responseText.trim().startsWith("<")) {
    event.detail.shouldSwap = true; // the form again, with what is wrong in it
    event.detail.isError = false;
  }
});
document.body.addEventListener("htmx:responseError", (event) => {
  say(refusalIn(event.detail.xhr.responseText) ?? messages.dataset.trouble);
});
document.body.addEventListener("htmx:sendError", () => say(messages.dataset.offline));

// --- Dark or light

function switchTheme() {
  const root = document.documentElement;
  const next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
  root.setAttribute("data-bs-theme", next);
  try {
    localStorage.setItem("theme", next);
  } catch {
    // without storage the choice lasts as long as the page
  }
}

// --- Menus and tips: a click elsewhere or Esc closes them

const MENUS = "details.menu[open], details.provenance[open]";

function closeMenus(except) {
  for (const menu of document.querySelectorAll(MENUS)) {
    if (!except || !menu.contains(except)) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target);
  if (event.target.closest("[data-switch-theme]")) switchTheme();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.documentElement.classList.add("no-tips");
  const menu = event.target.closest?.(MENUS);
  closeMenus(null);
  menu?.querySelector("summary").focus();
});
for (const again of ["focusin", "pointerover"]) {
  document.addEventListener(again, (event) => {
    if (event.target.closest?.(".has-tip")) document.documentElement.classList.remove("no-tips");
  });
}

// --- On the phone the bar of tasks may be wider than the screen: it opens where one is

const here = document.querySelector(".app-nav [aria-current]");
const bar = here?.closest("ul");
if (bar && bar.scrollWidth > bar.clientWidth) bar.scrollLeft = here.offsetLeft - (bar.clientWidth - here.offsetWidth) / 2;
