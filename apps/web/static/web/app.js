// What every page does: the theme switch, menus that close, and the side panel that htmx fills.
const dialog = document.querySelector(".panel-frame");
const panel = document.getElementById("panel");
let opener = null;

// --- Side panel: fill #panel and it opens; Esc, the button or the event "panel-close" close it.

function openPanel() {
  if (!dialog.open) dialog.showModal();
  const first = panel.querySelector("[autofocus]") ?? panel.querySelector("h1, h2, input:not([type=hidden]), textarea");
  if (first && !first.matches("input, textarea, button, a")) first.tabIndex = -1;
  (first ?? panel).focus();
}

function closePanel() {
  if (dialog.open) dialog.close();
}

if (dialog) {
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target === panel && !dialog.open) opener = event.detail.elt;
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === panel) panel.childElementCount ? openPanel() : closePanel();
  });
  document.body.addEventListener("panel-close", closePanel);
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-panel]")) closePanel();
  });
  dialog.addEventListener("close", () => {
    panel.replaceChildren();
    const back = opener?.isConnected ? opener : document.getElementById("main");
    back.focus();
    opener = null;
  });
  if (panel.childElementCount) openPanel();
}

// --- Theme switch

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

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open], details.provenance[open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target);
  if (event.target.closest("[data-switch-theme]")) switchTheme();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.menu[open], details.provenance[open]");
  closeMenus(null);
  menu?.querySelector("summary").focus();
  event.target.closest?.(".has-tip")?.blur();
});
