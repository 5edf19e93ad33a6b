// The report form: slider and figure in step, files by choice, drop and paste, the draft kept in
// this tab until it is handed in, Ctrl-Enter. Without this module the form works all the same.

document.documentElement.classList.add("scripted");

// --- Draft: what was typed survives a closed panel and a session that ended, in this tab only.

const typed = (form) => [...form.elements].filter((field) => field.matches("textarea, [name=progress]"));

function keepDraft(form) {
  const draft = Object.fromEntries(typed(form).map((field) => [field.name, field.value]));
  sessionStorage.setItem(form.dataset.draft, JSON.stringify(draft));
}

function restoreDraft(form) {
  const kept = sessionStorage.getItem(form.dataset.draft);
  if (!kept || "refused" in form.dataset) return;
  const draft = JSON.parse(kept);
  for (const field of typed(form)) {
    if (typeof draft[field.name] === "string") field.value = draft[field.name];
  }
}

// --- Progress

function followFigure(form) {
  const slider = form.querySelector("[data-slider]");
  if (!slider) return;
  const figure = form.elements.progress;
  const explanation = form.querySelector("[data-explanation]");
  const show = () => {
    const falls = figure.value !== "" && Number(figure.value) < Number(explanation.dataset.from);
    explanation.classList.toggle("is-folded", !falls && !form.elements.explanation.value);
  };
  figure.addEventListener("input", () => {
    slider.value = figure.value;
    show();
  });
  slider.addEventListener("input", () => {
    figure.value = slider.value;
    show();
    keepDraft(form);
  });
  slider.value = figure.value;
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
    addFiles(form, event.clipboardData.files);
  });
}

// --- Each form once, on the page or in the panel

function prepare(root) {
  const done = root.querySelector?.("[data-report-done]");
  if (done) {
    sessionStorage.removeItem(done.dataset.reportDone);
    chosen = [];
  }
  const form = root.querySelector?.(".report-form");
  if (!form || form.dataset.prepared) return;
  form.dataset.prepared = "yes";
  restoreDraft(form);
  followFigure(form);
  takeFiles(form);
  form.addEventListener("input", () => keepDraft(form));
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(form.querySelector(".btn-primary"));
  });
  const wrong = form.querySelector("[aria-invalid=true], .is-invalid");
  wrong?.focus();
}

prepare(document);
document.body.addEventListener("htmx:load", (event) => prepare(event.detail.elt.parentElement ?? event.detail.elt));
