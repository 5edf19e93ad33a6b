// The grid for entering figures: keys and paste as in a spreadsheet, sums while somebody types, the
// draft kept on the server. Without this module it is a plain form with the same boxes.

const form = document.querySelector("[data-grid]");
const rows = [...form.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll(".grid-cell")]);
const cells = rows.flat();
const said = form.querySelector("[data-grid-said]");
document.querySelector("[data-keys]").hidden = false;

// --- Numbers: whole ten-thousandths, never floating point. The server reads texts the same way.

const SCALE = 4;
const EMPTY = new Set(["", "-", "–", "—", "--"]);

// undefined is no number, null is an empty cell
function read(text) {
  let plain = text.normalize("NFKC").replaceAll("\u2212", "-").replace(/[\s\u00a0\u2009\u202f'’]+/g, "");
  if (EMPTY.has(plain)) return null;
  if (plain.startsWith("(") && plain.endsWith(")")) plain = `-${plain.slice(1, -1)}`;
  plain = plain.replace(/%$/, "");
  if (!/^[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/.test(plain)) return undefined;
  const [whole, part = ""] = plain.replaceAll(",", "").replace("+", "").split(".");
  const digits = part.replace(/0+$/, "");
  if (digits.length > SCALE) return undefined;
  const value = BigInt(whole.replace("-", "") + digits.padEnd(SCALE, "0"));
  return whole.startsWith("-") ? -value : value;
}

function written(value) {
  const text = (value < 0n ? -value : value).toString().padStart(SCALE + 1, "0");
  const whole = text.slice(0, -SCALE).replace(/\B(?=(\d{3})+$)/g, ",");
  const part = text.slice(-SCALE).replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${whole}${part ? `.${part}` : ""}`;
}

// A change in percent to one decimal, rounded half away from zero.
function percent(value, before) {
  const thousand = (value - before) * 10000n;
  const size = before < 0n ? -before : before;
  const half = thousand < 0n ? -5n : 5n;
  const tenths = (thousand / size + half) / 10n;
  const plain = tenths < 0n ? -tenths : tenths;
  const rest = plain % 10n ? `.${plain % 10n}` : "";
  return `${tenths < 0n ? "-" : "+"}${(plain / 10n).toString().replace(/\B(?=(\d{3})+$)/g, ",")}${rest}%`;
}

// --- What follows from what is typed

const isTotal = (cell) => "total" in cell.dataset;
const sum = (some) => {
  const values = some.map((cell) => read(cell.value)).filter((value) => typeof value === "bigint");
  return values.length ? values.reduce((a, b) => a + b) : null;
};

function mark(cell) {
  const value = read(cell.value);
  const wasTyped = value !== read(cell.dataset.base);
  cell.classList.toggle("is-changed", wasTyped);
  if (value === undefined) cell.setAttribute("aria-invalid", "true");
  else cell.removeAttribute("aria-invalid");
  const before = cell.dataset.before === undefined ? null : read(cell.dataset.before);
  const change = cell.parentElement.querySelector("[data-change]");
  change.textContent = typeof value === "bigint" && before ? percent(value, before) : "";
}

// A total as stated beside what its parts make: the difference is shown, never corrected.
function compare(output, made, stated) {
  output.textContent = made === null ? "" : written(made);
  const off = output.parentElement.querySelector("[data-off]");
  if (!off) return;
  const value = stated ? read(stated.value) : null;
  const differs = typeof value === "bigint" && made !== null && value !== made;
  off.textContent = differs ? `≠ ${value > made ? "+" : ""}${written(value - made)}` : "";
  off.classList.toggle("is-off", differs);
}

function addUp() {
  const lines = rows.filter((row) => !row.every(isTotal));
  const whole = rows.find((row) => row.every(isTotal));
  form.querySelectorAll("[data-sum-row]").forEach((output, n) => {
    const parts = rows[n].filter((cell) => !cell.parentElement.classList.contains("is-stated"));
    compare(output, sum(parts), rows[n].find((cell) => cell.parentElement.classList.contains("is-stated")));
  });
  form.querySelectorAll("[data-sum-column]").forEach((output, n) => {
    compare(output, sum(lines.map((row) => row[n])), whole?.[n]);
  });
  const all = form.querySelector("[data-sum-all]");
  if (all) compare(all, sum(lines.flat().filter((cell) => !isTotal(cell))), null);
}

// --- Moving and changing, as in a spreadsheet

let editing = null;
let inside = false; // opened by F2 or a double click: left and right move within the text
let valueBefore = "";
const undone = [];

const place = (cell) => {
  const row = rows.findIndex((each) => each.includes(cell));
  return [row, rows[row].indexOf(cell)];
};

function go(cell, down, across) {
  const [row, column] = place(cell);
  const next = rows[row + down]?.[column + across];
  if (!next) return;
  next.focus();
}

function edit(cell, isInside = false) {
  editing = cell;
  inside = isInside;
  valueBefore = cell.value;
  cell.classList.add("is-editing");
}

function rest(cell) {
  cell.classList.remove("is-editing");
  if (editing === cell && cell.value !== valueBefore) undone.push([[cell, valueBefore]]);
  editing = null;
}

function put(changes) {
  undone.push(changes.map(([cell]) => [cell, cell.value]));
  for (const [cell, text] of changes) {
    cell.value = text;
    mark(cell);
  }
  addUp();
  form.dispatchEvent(new Event("grid-changed"));
}

function undo() {
  for (const [cell, text] of undone.pop() ?? []) {
    cell.value = text;
    mark(cell);
    cell.focus();
  }
  addUp();
  form.dispatchEvent(new Event("grid-changed"));
}

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function pressed(event) {
  const cell = event.target;
  if (!cell.classList.contains("grid-cell") || event.isComposing) return;
  const isEditing = editing === cell;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !isEditing) {
    event.preventDefault();
    undo();
  } else if (event.ctrlKey || event.metaKey || event.altKey) {
    return;
  } else if (event.key === "Enter") {
    event.preventDefault();
    rest(cell);
    go(cell, event.shiftKey ? -1 : 1, 0);
  } else if (event.key === "F2") {
    event.preventDefault();
    if (cell.readOnly) return;
    edit(cell, true);
    cell.setSelectionRange(cell.value.length, cell.value.length);
  } else if (event.key === "Escape" && isEditing) {
    event.preventDefault();
    cell.value = valueBefore;
    rest(cell);
    cell.select();
    cell.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (event.key in MOVES && !(isEditing && inside && /Left|Right/.test(event.key))) {
    event.preventDefault();
    rest(cell);
    go(cell, ...MOVES[event.key]);
  } else if ((event.key === "Delete" || event.key === "Backspace") && !isEditing && !cell.readOnly) {
    event.preventDefault();
    put([[cell, ""]]);
  } else if (event.key.length === 1 && !isEditing && !cell.readOnly) {
    edit(cell);
    cell.select(); // what is typed takes the place of what stood there
  }
}

form.addEventListener("keydown", pressed);
form.addEventListener("focusin", (event) => {
  if (event.target.classList.contains("grid-cell")) event.target.select();
});
form.addEventListener("focusout", (event) => {
  if (event.target === editing) rest(event.target);
});
form.addEventListener("dblclick", (event) => {
  if (event.target.classList.contains("grid-cell") && !event.target.readOnly) edit(event.target, true);
});
form.addEventListener("input", (event) => {
  if (!event.target.classList.contains("grid-cell")) return;
  mark(event.target);
  addUp();
});

// --- Paste: a block from Excel from this cell on. Empty cells leave alone what stands there.

function tell(text, isBad = false) {
  said.textContent = text;
  said.classList.toggle("is-bad", isBad);
}

form.addEventListener("paste", (event) => {
  const cell = event.target;
  const text = event.clipboardData.getData("text/plain");
  if (!cell.classList.contains("grid-cell") || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  rest(cell);
  const [top, left] = place(cell);
  const block = text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  const changes = [];
  for (const [down, line] of block.entries()) {
    for (const [across, said] of line.entries()) {
      const typed = said.trim();
      const there = rows[top + down]?.[left + across];
      if (read(typed) === null) continue;
      if (!there || there.readOnly) return tell(form.dataset.outside, true);
      changes.push([there, typed.slice(0, 40)]);
    }
  }
  put(changes);
  const wrong = changes.filter(([there]) => there.hasAttribute("aria-invalid"));
  const names = wrong.map(([there, typed]) => `${there.getAttribute("aria-label")}: “${typed}” ${form.dataset.noNumber}`);
  tell(wrong.length ? names.join("; ") : `${form.dataset.pasted}: ${changes.length}`, wrong.length > 0);
});

// --- Draft: kept on the server while somebody types, for them or for a colleague elsewhere

const PAUSE = 1200;
const AGAIN = 5000;
const state = form.querySelector("[data-draft-state]");
let timer = null;
let saving = null;
let typed = false;
let over = false; // handed in, or a colleague came first

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
}

function conflict(sentence) {
  over = true;
  const box = document.querySelector("[data-grid-conflict]");
  box.querySelector("[data-grid-refused]").textContent = sentence;
  box.hidden = false;
  state.textContent = "";
}

async function send() {
  typed = false;
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: new FormData(form), keepalive: true });
    const told = await answer.json();
    if (!answer.ok) return conflict(told.refused);
    form.elements.draft.value = told.version;
    state.textContent = told.said;
    if (typed) later(PAUSE);
  } catch {
    typed = true;
    state.textContent = form.dataset.notSaved;
    later(AGAIN);
  }
}

function save() {
  clearTimeout(timer);
  if (over || saving || !typed) return;
  saving = send().finally(() => {
    saving = null;
  });
}

const changed = () => {
  if (over) return;
  typed = true;
  later(PAUSE);
};
for (const kind of ["input", "change", "grid-changed"]) form.addEventListener(kind, changed);
window.addEventListener("online", save);
window.addEventListener("pagehide", save);
form.addEventListener("submit", (event) => {
  over = true;
  clearTimeout(timer);
  if (!saving) return;
  event.preventDefault(); // the draft in flight must not arrive after the figures
  saving.then(() => form.requestSubmit(event.submitter));
});

cells.forEach(mark);
addUp();
const wrong = form.querySelector("[aria-invalid]");
if (wrong) wrong.focus();
else form.querySelector(".grid-frame").scrollLeft = form.querySelector(".grid-frame").scrollWidth;
