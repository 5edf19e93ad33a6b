// Long lists of agencies are searched. Without this module they are native lists.

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

// --- A long choice of one

for (const host of document.querySelectorAll("[data-search-select]")) {
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

for (const host of document.querySelectorAll("[data-search-list]")) {
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
