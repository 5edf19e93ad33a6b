// Dark or light, before the first paint: as chosen on this machine, else as the machine prefers.
(() => {
  const root = document.documentElement;
  const preference = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      const theme = localStorage.getItem("theme"); // the admin keeps its choice here too, "auto" included
      return theme === "dark" || theme === "light" ? theme : null;
    } catch {
      return null; // storage may be forbidden; the preference still holds
    }
  };
  const apply = () => root.setAttribute("data-bs-theme", chosen() ?? (preference.matches ? "dark" : "light"));
  apply();
  preference.addEventListener("change", apply);
})();
