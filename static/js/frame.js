// Keys and menus of every page. A key that is nobody's here goes on as the event "amh:key" for the page's own module.

const GO_WINDOW_MS = 2000;
const KEYS = { "/": focusSearch, "?": showKeys, g: startGoing };
let goingUntil = 0;

function focusSearch() {
  const field = document.querySelector("[data-search]");
  field?.focus();
  field?.select();
}

function showKeys() {
  document.getElementById("touches")?.showModal();
}

function startGoing() {
  goingUntil = Date.now() + GO_WINDOW_MS;
}

function go(letter) {
  goingUntil = 0;
  const link = document.querySelector(`[data-go="${CSS.escape(letter)}"]`);
  if (link) location.assign(link.href);
}

function isForSomethingElse(event) {
  return event.ctrlKey || event.metaKey || event.altKey || event.isComposing
    || event.target.closest?.("input, select, textarea, [contenteditable]")
    || document.querySelector("dialog[open]");
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return leaveMenu();
  if (isForSomethingElse(event)) return;
  if (Date.now() < goingUntil) return go(event.key);
  const known = KEYS[event.key];
  known?.();
  const unclaimed = !known && document.dispatchEvent(
    new CustomEvent("amh:key", { detail: event.key, cancelable: true }),
  );
  if (!unclaimed) event.preventDefault();
});

function leaveMenu() {
  const menu = document.activeElement?.closest("details.menu[open]");
  closeMenus();
  menu?.querySelector("summary").focus();
}

function closeMenus(kept) {
  for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = menu === kept;
}

document.addEventListener("click", (event) => {
  // What is chosen may open a dialog: on closing, it gives the focus back to what had it, which must still be there.
  if (event.target.closest("details.menu li > a")) leaveMenu();
  else closeMenus(event.target.closest("details.menu"));
  event.target.closest("[data-dismiss]")?.closest(".notice")?.remove();
});

window.addEventListener("beforeprint", () => {
  for (const time of document.querySelectorAll("time[data-print]")) {
    const timeZone = document.documentElement.dataset.timeZone;
    time.textContent = new Date().toLocaleString(document.documentElement.lang, { timeZone });
  }
});
