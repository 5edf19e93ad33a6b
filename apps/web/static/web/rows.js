// Rows of milestones come and go. Without this module the blank rows and the boxes do.

const rows = document.querySelector("[data-rows]");
const blank = document.querySelector("[data-blank-row]");
const total = document.querySelector("[name=milestones-TOTAL_FORMS]");
const add = document.querySelector("[data-add-row]");

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
