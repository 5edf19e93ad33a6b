// The report form: slider and figure in step, files by choice, drop and paste, the draft kept on
// the server until it is handed in, Ctrl-Enter. Without this module the form works all the same.

document.documentElement.classList.add("scripted");

// --- Draft: kept on the server while somebody types, for them or for a colleague elsewhere.

const PAUSE = 1200;
const AGAIN = 5000;

function keepDraft(form) {
  const state = form.querySelector("[data-draft-state]");
  let timer = null;
  let saving = null;
  let typed = false;
  let over = false; // handed in, or a colleague came first

  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  function conflict(sentence) {
    over = true;
    const box = form.parentElement.querySelector("[data-draft-conflict]");
    box.querySelector("[data-draft-refused]").textContent = sentence;
    box.hidden = false;
    state.textContent = "";
  }

  async function send() {
    typed = false;
    const body = new FormData(form);
    body.delete("attachments");
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body, keepalive: true });
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

  const changed = (event) => {
    if (over || event.target.type === "file") return;
    typed = true;
    later(PAUSE);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  window.addEventListener("online", save);
  window.addEventListener("pagehide", save);
  document.querySelector(".panel-frame")?.addEventListener("close", save, { once: true });
  form.addEventListener("submit", () => {
    over = true;
  });
  form.addEventListener("htmx:confirm", (event) => {
    over = true;
    if (!saving) return;
    event.preventDefault(); // the draft in flight must not arrive after the report
    saving.then(() => event.detail.issueRequest(true));
  });
  for (const failed of ["htmx:sendError", "htmx:responseError"]) {
    form.addEventListener(failed, () => {
      over = false;
      typed = true;
      later(AGAIN);
    });
  }
}

// --- Contributions of supporters: one click puts one into what was done, with its evidence.

function insertContributions(form) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const box = form.elements.summary;
    box.value = [box.value.trim(), button.dataset.insert].filter(Boolean).join("\n");
    const boxes = button.closest(".contribution").querySelectorAll("[name=contributed]");
    boxes.forEach((each) => {
      each.checked = true;
    });
    button.disabled = true;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  });
}

// --- Progress

// The figure of an indicator that the measure moves goes into the box by one click.
function takeFigures(form) {
  for (const button of form.querySelectorAll("[data-figure]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      form.elements.quantity.value = button.dataset.figure;
      form.elements.quantity.dispatchEvent(new Event("input", { bubbles: true }));
      form.elements.quantity.focus();
    });
  }
}

function followFigure(form) {
  const slider = form.querySelector("[data-slider]");
  const figure = form.elements.progress ?? form.elements.quantity;
  if (!figure) return;
  const explanation = form.querySelector("[data-explanation]");
  const show = () => {
    const falls = figure.value !== "" && Number(figure.value) < Number(explanation.dataset.from);
    explanation.classList.toggle("is-folded", !falls && !form.elements.explanation.value);
  };
  figure.addEventListener("input", () => {
    if (slider) slider.value = figure.value;
    show();
  });
  slider?.addEventListener("input", () => {
    figure.value = slider.value;
    show();
  });
  if (slider) slider.value = figure.value;
  show();
}

// --- Files. A refused form comes back from the server without them: they are put in again.

let chosen = [];

function sizeOf(file) {
  const unit = file.size < 1024 * 1024 ? [1024, "KB"] : [1024 * 1024, "MB"];
  return `${Math.max(file.size / unit[0], 0.1).toFixed(1)} ${unit[1]}`;
}

function putFiles(form, files) {
  const input = form.elements.attachments;
  const largest = Number(form.dataset.largest);
  const fitting = files.filter((file) => file.size <= largest);
  const error = form.querySelector("[data-files-error]");
  if (fitting.length < files.length) {
    const names = files.filter((file) => file.size > largest).map((file) => file.name);
    error.textContent = `${names.join(", ")}: ${form.dataset.tooLarge}`;
  }
  const transfer = new DataTransfer();
  for (const file of fitting) transfer.items.add(file);
  input.files = transfer.files;
  chosen = fitting;
  showFiles(form);
}

function showFiles(form) {
  const lines = chosen.map((file) => {
    const line = document.createElement("li");
    const size = document.createElement("span");
    size.className = "size";
    size.textContent = sizeOf(file);
    const off = document.createElement("button");
    off.type = "button";
    off.className = "btn btn-icon btn-ghost btn-sm";
    off.setAttribute("aria-label", `${form.dataset.takeOff} ${file.name}`);
    off.textContent = "×";
    off.addEventListener("click", () => putFiles(form, chosen.filter((other) => other !== file)));
    line.append(file.name, size, off);
    return line;
  });
  form.querySelector("[data-files]").replaceChildren(...lines);
}

function addFiles(form, files) {
  form.querySelector("[data-files-error]").textContent = "";
  const isNew = (file) => !chosen.some((other) => other.name === file.name && other.size === file.size);
  putFiles(form, [...chosen, ...[...files].filter(isNew)]);
}

// Browsers call every pasted picture image.png: the moment tells one from the next.
function named(file) {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const now = new Date();
  const parts = [now.getFullYear(), now.getMonth() + 1, now.getDate(), now.getHours(), now.getMinutes(), now.getSeconds()];
  const moment = parts.map((part) => String(part).padStart(2, "0")).join("");
  const ending = file.name.split(".").pop();
  return new File([file], `${moment}-${file.size}.${ending}`, { type: file.type });
}

function takeFiles(form) {
  if ("refused" in form.dataset && chosen.length) {
    putFiles(form, chosen);
    form.querySelector("[data-choose-again]")?.remove();
  } else {
    chosen = [];
  }
  const place = form.querySelector("[data-drop]");
  form.elements.attachments.addEventListener("change", () => addFiles(form, form.elements.attachments.files));
  for (const kind of ["dragover", "dragleave", "drop"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      place.classList.toggle("is-over", kind === "dragover");
      if (kind === "drop") addFiles(form, event.dataTransfer.files);
    });
  }
  form.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    addFiles(form, [...event.clipboardData.files].map(named));
  });
}

// --- Each form once, on the page or in the panel

function prepare(root) {
  const done = root.querySelector?.("[data-report-done]");
  if (done) chosen = [];
  const form = root.querySelector?.(".report-form");
  if (!form || form.dataset.prepared) return;
  form.dataset.prepared = "yes";
  followFigure(form);
  takeFigures(form);
  insertContributions(form);
  takeFiles(form);
  if (form.dataset.draft) keepDraft(form);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(form.querySelector(".btn-primary"));
  });
  const wrong = form.querySelector("[aria-invalid=true], .is-invalid");
  wrong?.focus();
}

prepare(document);
document.body.addEventListener("htmx:load", (event) => prepare(event.detail.elt.parentElement ?? event.detail.elt));
