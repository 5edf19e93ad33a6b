// The box in the heading of the list ticks the whole page, and shows when only some are ticked.

const whole = document.querySelector("[data-pick-page]");
const boxes = [...document.querySelectorAll("input[name=pick]")];

function show() {
  const ticked = boxes.filter((box) => box.checked).length;
  whole.checked = ticked > 0 && ticked === boxes.length;
  whole.indeterminate = ticked > 0 && ticked < boxes.length;
}

if (whole) {
  whole.hidden = false;
  whole.addEventListener("change", () => {
    for (const box of boxes) box.checked = whole.checked;
  });
  for (const box of boxes) box.addEventListener("change", show);
  show();
}
