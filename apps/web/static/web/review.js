// Keys of the review queue: J and K move, A approves, R goes to the reason, Ctrl+Enter returns,
// U takes the last review back.
// Without this module the same links and buttons are clicked.

const legend = document.querySelector("[data-keys]");
if (legend) legend.hidden = false;

const reason = document.querySelector("[data-reason-box]");
let deciding = false;

const isTyping = (target) => target.matches("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.target === reason && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    document.querySelector("[data-return]").click();
    return;
  }
  if (deciding || event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "r" && reason) {
    event.preventDefault();
    reason.focus();
    return;
  }
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]:not(:disabled)`);
  if (!target) return;
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
