// Keys of the review queue: J and K move, A approves, R opens the box for the reason, Ctrl+Enter
// returns, Esc closes the box, U takes the last review back.
// Without this module the same links and buttons are clicked.

for (const legend of document.querySelectorAll("[data-keys], [data-return-keys]")) legend.hidden = false;

const returning = document.querySelector("[data-returning]");
const reason = document.querySelector("[data-reason-box]");
let cameFrom = null;
let deciding = false;

// The box takes the focus when it opens and gives it back when it closes; what was typed stays.
function openReturn() {
  cameFrom = document.activeElement;
  returning.open = true;
  reason.focus();
}

function closeReturn() {
  returning.open = false;
  const back = cameFrom?.isConnected && cameFrom !== document.body ? cameFrom : returning.querySelector("summary");
  back.focus();
}

returning?.querySelector("summary").addEventListener("click", (event) => {
  if (returning.open) return;
  event.preventDefault();
  openReturn();
});

const isTyping = (target) => target.matches("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.target === reason && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    document.querySelector("[data-return]").click();
    return;
  }
  // An input method uses Escape for itself: it discards the syllables, not the box.
  if (event.key === "Escape" && !event.isComposing && returning?.open) {
    event.preventDefault();
    closeReturn();
    return;
  }
  if (deciding || event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "r" && reason) {
    event.preventDefault();
    openReturn();
    return;
  }
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]:not(:disabled)`);
  if (!target?.checkVisibility()) return;
  event.preventDefault();
  target.click();
});

// One decision a page: whatever is pressed while the first is under way does nothing.
document.querySelector("[data-decide]")?.addEventListener("submit", (event) => {
  if (deciding) event.preventDefault();
  deciding = true;
});

// A review just made can be taken back while its seconds run.
const undo = document.querySelector("[data-undo]");
const seconds = undo?.querySelector("[data-seconds]");
if (undo) history.replaceState(history.state, "", window.location.pathname);
if (seconds) {
  const end = Date.now() + 1000 * Number(seconds.textContent);
  const ticking = setInterval(() => {
    const left = Math.ceil((end - Date.now()) / 1000);
    seconds.textContent = Math.max(left, 0);
    if (left > 0) return;
    clearInterval(ticking);
    const form = undo.querySelector("form");
    if (form.contains(document.activeElement)) document.getElementById("main").focus();
    form.remove();
  }, 250);
}

// The one being read stays in sight of the queue; the page itself does not move.
const queue = document.querySelector(".review-queue");
const open = document.querySelector(".queued.is-open");
if (queue && open) queue.scrollTop = open.offsetTop - queue.clientHeight / 2;
