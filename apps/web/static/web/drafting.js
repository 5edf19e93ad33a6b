// The drafting sheet: readers are found by name, Ctrl+Enter saves; rows.js and choices.js beside it.
// Without these modules everything still works: blank rows, native lists, sign-in names typed.

const sheet = document.querySelector("[data-draft]");

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
