// A page that asks something of a unit, or of them all: arrows walk its lines, letters settle the one that has the focus, Enter answers.
// What changes in the unit is read again from the server, and what differs is marked.

const dialog = document.getElementById("dialogue");
const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
const GATHER_MS = 400;
const OWN_MS = 3000;

const question = () => document.getElementById("question");
const opens = () => [...question().querySelectorAll("[data-line] .line-open")].filter((link) => !link.closest("details:not([open])"));
const lineOf = (element) => element?.closest?.("#question [data-line]");

let timer;
let isDue = false;
let ownUntil = 0;

function walk(step) {
  const links = opens();
  const at = links.indexOf(lineOf(document.activeElement)?.querySelector(".line-open"));
  const to = at < 0 ? links[0] : links[at + step];
  to?.focus();
  lineOf(to)?.scrollIntoView({ block: "nearest" });
  return Boolean(to);
}

// A letter presses the button of the line that bears it, or that of the menu behind the line.
function press(letter) {
  const line = lineOf(document.activeElement);
  if (!line || !question().dataset.keys.includes(letter)) return false;
  const button = line.querySelector(`[data-key="${CSS.escape(letter)}"]`);
  if (button) button.click();
  else openWith(line.querySelector(".line-open"), letter);
  return true;
}

function openWith(link, letter) {
  dialog.dataset.key = letter;
  link.click();
}

function answer() {
  const button = question().querySelector("[data-answer]");
  const isNowhere = [document.body, document.getElementById("contenu")].includes(document.activeElement);
  if (!button || !isNowhere) return false;
  button.click();
  return true;
}

document.addEventListener("amh:key", (event) => {
  const key = event.detail;
  const isDone = key in STEPS ? walk(STEPS[key]) : key === "Enter" ? answer() : press(key);
  if (isDone) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-press]");
  if (button) dialog.dataset.key = button.dataset.press;
}, true);

document.addEventListener("amh:received", ({ detail: { dataset } }) => {
  const { unit } = question().dataset;
  if (unit && ![dataset.unit, dataset.unitHead].includes(unit)) return;
  isDue = true;
  clearTimeout(timer);
  timer = setTimeout(readAgain, GATHER_MS);
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.requestConfig?.verb === "post") ownUntil = Date.now() + OWN_MS;
});

document.addEventListener("amh:dialog-closed", readAgain);

// Nothing is drawn again under an open dialog; the stream itself says when the line is broken.
async function readAgain() {
  if (!isDue || dialog.open) return;
  isDue = false;
  const fresh = await fetched();
  if (!fresh) return;
  if (dialog.open) isDue = true;
  else replace(fresh);
}

async function fetched() {
  try {
    const answered = await fetch(location.href, { cache: "no-store", headers: { "AMH-Background": "1" } });
    if (!answered.ok) return null;
    return new DOMParser().parseFromString(await answered.text(), "text/html").getElementById("question");
  } catch {
    return null;
  }
}

function replace(fresh) {
  const old = question();
  const focused = document.activeElement;
  const place = lineOf(focused);
  const rank = place ? opens().indexOf(place.querySelector(".line-open")) : -1;
  const hadFocus = old.contains(focused);
  for (const details of old.querySelectorAll("details[id][open]")) {
    fresh.querySelector(`#${CSS.escape(details.id)}`)?.setAttribute("open", "");
  }
  mark(old, fresh);
  old.replaceWith(fresh);
  window.htmx?.process(fresh);
  if (hadFocus || document.activeElement === document.body) keepFocus(place?.id, rank);
}

// Who acted knows; who only looks must see what is no longer as they read it.
function mark(old, fresh) {
  if (Date.now() < ownUntil) return;
  const before = new Map([...old.querySelectorAll("[data-line]")].map((line) => [line.id, line.textContent]));
  const changed = [...fresh.querySelectorAll("[data-line]")].filter((line) => before.get(line.id) !== line.textContent);
  for (const line of changed) line.dataset.changed = "";
  const gone = [...before.keys()].some((id) => !fresh.querySelector(`#${CSS.escape(id)}`));
  if (changed.length || gone) fresh.querySelector("[data-changed-note]")?.removeAttribute("hidden");
}

// The same line; the one that took its place once it is settled; the answer when nothing is left to settle.
function keepFocus(id, rank) {
  const shown = opens();
  const same = shown.find((link) => lineOf(link).id === id);
  const asked = shown.filter((link) => link.closest(".asks"));
  const next = rank < 0 ? null : asked[Math.min(rank, asked.length - 1)];
  (same || next || (rank < 0 ? null : question().querySelector("[data-answer]")))?.focus({ preventScroll: true });
}
