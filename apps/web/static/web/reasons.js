// Recent reasons: one click writes one into the box it belongs to.

for (const offer of document.querySelectorAll("[data-reasons-for]")) {
  offer.hidden = false;
  const box = document.getElementById(offer.dataset.reasonsFor);
  offer.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-reason]");
    if (!chip || !box) return;
    box.value = chip.dataset.reason;
    box.focus();
  });
}
