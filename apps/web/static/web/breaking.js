// Breaking a measure down: counts what is ticked, ticks a whole group, shows the rows that count.
// Without this module every row stands open and the boxes are ticked one by one.

document.documentElement.classList.add("scripted");

const sheet = document.querySelector("[data-breaking]");
const boxes = [...sheet.querySelectorAll("[data-part] input[type=checkbox]")];
const count = sheet.querySelector("[data-count]");

function say() {
  for (const box of boxes) box.closest("[data-part]").classList.toggle("is-chosen", box.checked);
  const chosen = boxes.filter((box) => box.checked).length;
  count.textContent = chosen ? `${count.dataset.some} ${chosen}` : count.dataset.none;
}

for (const button of sheet.querySelectorAll("[data-tick-all]")) {
  const group = [...button.closest("section").querySelectorAll("[data-part] input[type=checkbox]")];
  button.hidden = false;
  button.addEventListener("click", () => {
    const tick = group.some((box) => !box.checked);
    for (const box of group) box.checked = tick;
    say();
  });
}

sheet.addEventListener("change", say);
say();
