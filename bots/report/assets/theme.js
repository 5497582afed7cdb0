// Colours of the page for the canvases, and the switch between light and dark.

const redraws = new Set();

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function remembered(theme) {
  try {
    if (theme) localStorage.setItem("botyard-theme", theme);
    return localStorage.getItem("botyard-theme");
  } catch {
    return null; // a page opened as a file may have no storage
  }
}

function useTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  redraws.forEach((redraw) => redraw());
}

const darkness = matchMedia("(prefers-color-scheme: dark)");
darkness.addEventListener("change", () => useTheme());
useTheme(remembered());
document.getElementById("theme").addEventListener("click", () => {
  const now = document.documentElement.dataset.theme || (darkness.matches ? "dark" : "light");
  const next = now === "dark" ? "light" : "dark";
  remembered(next);
  useTheme(next);
});
