// The drafting sheet: rows of milestones come and go, long lists are searched, Ctrl+Enter saves.
// Without this module everything still works: blank rows, native lists, sign-in names typed.

const sheet = document.querySelector("[data-draft]");
const matches = (text, words) => words.toLowerCase().split(/\s+/).every((word) => text.toLowerCase().includes(word));

function searchBox(host, label) {
  const box = document.createElement("input");
  box.type = "search";
  box.className = "form-control search-box";
  box.placeholder = host.dataset.placeholder;
  box.setAttribute("aria-label", `${label}: ${host.dataset.placeholder}`);
  box.autocomplete = "off";
  return box;
}

// --- Rows

const rows = sheet.querySelector("[data-rows]");
const blank = sheet.querySelector("[data-blank-row]");
const total = sheet.querySelector("[name=milestones-TOTAL_FORMS]");
const add = sheet.querySelector("[data-add-row]");

function dress(row) {
  row.querySelector("[data-remove-label]").hidden = true;
  row.querySelector("[data-remove-row]").hidden = false;
  if (row.querySelector("[name$=-DELETE]").checked) row.hidden = true;
}

function remove(row) {
  row.querySelector("[name$=-DELETE]").checked = true;
  row.hidden = true;
  add.focus();
}

function addRow() {
  const number = Number(total.value);
  if (number >= Number(rows.dataset.most)) return;
  const row = blank.content.cloneNode(true).firstElementChild;
  for (const part of row.querySelectorAll("*")) {
    for (const { name, value } of [...part.attributes]) {
      if (value.includes("__prefix__")) part.setAttribute(name, value.replaceAll("__prefix__", number));
    }
  }
  total.value = number + 1;
  rows.append(row);
  dress(row);
  row.querySelector("input").focus();
}

rows.querySelectorAll("[data-row]").forEach(dress);
add.hidden = false;
add.addEventListener("click", addRow);
rows.addEventListener("click", (event) => {
  const button = event.target.closest("[data-remove-row]");
  if (button) remove(button.closest("[data-row]"));
});

// --- A long choice of one

for (const host of sheet.querySelectorAll("[data-search-select]")) {
  const select = host.querySelector("select");
  const all = [...select.children].map((node) => node.cloneNode(true));
  const box = searchBox(host, host.querySelector("label").textContent);
  select.before(box);

  const narrow = () => {
    const chosen = select.value;
    const fits = (option) => !option.value || option.value === chosen || matches(option.textContent, box.value);
    select.replaceChildren(
      ...all.map((node) => {
        const copy = node.cloneNode(true);
        copy.querySelectorAll?.("option").forEach((option) => fits(option) || option.remove());
        return copy;
      }).filter((node) => node.matches("option") || node.children.length),
    );
    select.value = chosen;
  };
  const take = () => {
    const found = [...select.options].find((option) => option.value && matches(option.textContent, box.value));
    if (found && box.value.trim()) select.value = found.value;
    box.value = "";
    narrow();
    select.focus();
  };
  box.addEventListener("input", narrow);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.isComposing) return;
    event.preventDefault();
    take();
  });
}

// --- A long choice of several

for (const host of sheet.querySelectorAll("[data-search-list]")) {
  const list = host.querySelector("fieldset");
  const options = [...list.querySelectorAll("label:has(input[type=checkbox])")];
  const box = searchBox(host, list.querySelector("legend").textContent);
  const chosen = document.createElement("p");
  chosen.className = "chosen";
  list.querySelector("legend").after(box, chosen);

  const say = () => {
    const names = options.filter((each) => each.querySelector("input").checked).map((each) => each.textContent.trim());
    chosen.textContent = names.join(" · ") || host.dataset.none;
  };
  box.addEventListener("input", () => {
    for (const each of options) {
      each.parentElement.hidden = !matches(each.textContent, box.value) && !each.querySelector("input").checked;
    }
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.ctrlKey) event.preventDefault();
  });
  list.addEventListener("change", say);
  say();
}

// --- Named readers, asked for only where the measure is restricted

const restricted = sheet.querySelector("[name=restricted]");
const people = sheet.querySelector("[data-people]");
const names = sheet.querySelector("[name=reader_ids]");

const showReaders = () => {
  people.hidden = !restricted.checked;
};
restricted.addEventListener("change", showReaders);
people.querySelector("[data-find-people]").hidden = false;
people.addEventListener("click", (event) => {
  const person = event.target.closest("[data-add-person]")?.dataset.addPerson;
  if (!person) return;
  names.value = [...new Set([...names.value.split(/[\s,，]+/), person])].filter(Boolean).join(" ");
});
showReaders();

// --- Keys

sheet.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    sheet.requestSubmit(sheet.querySelector("[name=then][value=save]"));
  }
});

// --- Target and unit, asked for only where progress is measured by a quantity

const quantity = sheet.querySelector("[data-quantity-only]");
const bases = sheet.querySelectorAll("[name=basis]");
const showQuantity = () => {
  quantity.hidden = sheet.querySelector("[name=basis]:checked")?.value !== "QUANTITY";
};
bases.forEach((basis) => basis.addEventListener("change", showQuantity));
showQuantity();
