// Patients taken on the board and dropped on a bed: by mouse, by pen or finger, by keyboard.
// This module only asks: what a drop does, the server decides and says.

import { scrollNear, stopScrolling } from "./edges.js";

const page = document.getElementById("contenu");
const board = document.getElementById("plan");
const form = document.getElementById("depot");
const note = document.getElementById("prise");
const ghost = document.getElementById("fantome");

const THRESHOLD_PX = { mouse: 6, touch: 10 };
const LONG_PRESS_MS = 300;
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

let held = null;
let pressed = null;

const cardOf = (element) => element?.closest?.(".card[data-state]");
const sourceOf = (element) => element?.closest?.("[data-stay]");
const sourcesOf = (stay) => [...document.querySelectorAll(`[data-stay="${CSS.escape(stay)}"]`)];
const isBed = (element) => element.matches(".card[data-state]");
const isTheirs = (card) => card.dataset.stay === held.stay;
const wordFor = (state) => note.dataset[`word${state[0].toUpperCase()}${state.slice(1)}`];
const labelOf = (card) => card.querySelector(".card-open").textContent.trim().replaceAll(" ", "\u00a0");
const fill = (words, facts) => words.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

function nameOf(source) {
  return (source.querySelector(".name") ?? source.querySelector("a")).textContent.trim();
}

// What a drop on a card would do, in one or two words.
function wordOf(card) {
  return isTheirs(card) ? note.dataset.wordOwn : wordFor(card.dataset.state);
}

function say(sentence, facts) {
  note.textContent = fill(note.dataset[sentence], facts);
}

function take(source, by) {
  const name = nameOf(source);
  const origin = isBed(source) ? source.id.replace("lit-", "") : "";
  held = { source, name, origin, by, stay: source.dataset.stay, target: null };
  page.dataset.holding = by;
  mark(source);
  const who = isBed(source) ? fill(note.dataset.bed, { name, bed: labelOf(source) }) : name;
  say("taken", { who });
}

function mark(source) {
  source.dataset.held = "";
}

function release() {
  for (const source of sourcesOf(held.stay)) delete source.dataset.held;
  aim(null);
  delete page.dataset.holding;
  ghost.hidden = true;
  stopScrolling();
  const last = held;
  held = null;
  return last;
}

function putBack() {
  const { source, stay, name, by } = release();
  say("back", { name });
  if (by === "keys") (source.isConnected ? source : sourcesOf(stay)[0])?.querySelector("a")?.focus();
}

// Somebody else moved the patient while they were held: what was meant no longer holds.
function giveUp() {
  const { name } = release();
  const notice = document.getElementById("patient-parti").content.cloneNode(true);
  const words = notice.querySelector("[data-moved]");
  words.textContent = fill(words.dataset.moved, { name });
  document.getElementById("annonces").replaceChildren(notice);
  note.textContent = "";
}

function aim(card) {
  if (held.target === card) return;
  if (held.target) delete held.target.dataset.target;
  held.target = card;
  if (!card) return;
  card.dataset.target = "";
  say("over", { name: held.name, bed: labelOf(card), word: wordOf(card) });
}

function drop(card) {
  if (!card || isTheirs(card)) return putBack();
  const { stay, origin, name } = release();
  form.elements.stay.value = stay;
  form.elements.origin.value = origin;
  form.action = form.dataset.address.replace("/0/", `/${card.id.replace("lit-", "")}/`);
  say("sent", { name, bed: labelOf(card) });
  form.requestSubmit();
}

form.addEventListener("htmx:configRequest", (event) => {
  event.detail.path = new URL(form.action).pathname;
});

// By pointer ----------------------------------------------------------------------------------------------------------

function press(event) {
  const source = sourceOf(event.target);
  if (held) putBack();
  if (!source || event.button !== 0 || !event.isPrimary) return;
  const kind = event.pointerType === "mouse" ? "mouse" : "touch";
  pressed = { source, kind, id: event.pointerId, x: event.clientX, y: event.clientY, lifted: false };
  if (kind === "touch") pressed.timer = setTimeout(lift, LONG_PRESS_MS);
}

function lift() {
  if (!pressed?.source.isConnected) return;
  pressed.lifted = true;
  take(pressed.source, "pointer");
  // The card may be replaced under the finger, which goes on telling the old one where it is.
  pressed.source.addEventListener("touchmove", keepFromScrolling, { passive: false });
  page.setPointerCapture(pressed.id);
  navigator.vibrate?.(10);
  follow(pressed.x, pressed.y);
}

function move(event) {
  if (pressed?.id !== event.pointerId) return;
  const far = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > THRESHOLD_PX[pressed.kind];
  if (!pressed.lifted && far) {
    if (pressed.kind === "touch") return forget();
    lift();
  }
  if (held) follow(event.clientX, event.clientY);
}

function follow(x, y) {
  aim(cardOf(document.elementFromPoint(x, y)));
  const [words, verb] = ghost.children;
  words.textContent = held.target ? `${held.name} → ${labelOf(held.target)}` : held.name;
  verb.textContent = held.target ? wordOf(held.target) : "";
  ghost.hidden = false;
  const { offsetWidth: width, offsetHeight: height } = ghost;
  const left = Math.max(4, Math.min(x + 12, innerWidth - width - 4));
  const top = Math.max(4, Math.min(y - height - 12, innerHeight - height - 4));
  ghost.style.transform = `translate(${left}px, ${top}px)`;
  scrollNear(x, y, () => held && follow(x, y));
}

function letGo(event) {
  if (pressed?.id !== event.pointerId) return;
  if (pressed.lifted) swallowClick();
  forget();
  if (held) drop(held.target);
}

function forget() {
  clearTimeout(pressed?.timer);
  pressed = null;
}

// The click that ends a drag opens no menu; one that does not come leaves the next one alone.
function swallowClick() {
  const swallow = (event) => { event.preventDefault(); event.stopImmediatePropagation(); };
  window.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 50);
}

function cancel() {
  forget();
  if (held?.by === "pointer") putBack();
}

function keepFromScrolling(event) {
  if (held && event.cancelable) event.preventDefault();
}

page.addEventListener("pointerdown", press);
document.addEventListener("pointermove", move);
document.addEventListener("pointerup", letGo);
document.addEventListener("pointercancel", cancel);
page.addEventListener("touchmove", keepFromScrolling, { passive: false });
page.addEventListener("dragstart", (event) => { if (sourceOf(event.target)) event.preventDefault(); });
page.addEventListener("contextmenu", (event) => { if (pressed?.kind === "touch" || held) event.preventDefault(); });

// By keyboard ---------------------------------------------------------------------------------------------------------

// Heard before the page's own module: while somebody is held, only arrows mean what they mean there.
window.addEventListener("amh:key", (event) => {
  const here = document.activeElement;
  if (held?.by !== "keys") {
    const source = event.detail === " " && here.matches("a") ? sourceOf(here) : null;
    if (source) claim(event, () => take(source, "keys"));
  } else if (event.detail === "Enter" || event.detail === " ") {
    claim(event, () => drop(cardOf(here)));
  } else if (!ARROWS.includes(event.detail)) {
    claim(event);
  } else if (!cardOf(here)) {
    claim(event, enterCards);
  }
}, { capture: true });

function claim(event, act) {
  event.preventDefault();
  event.stopImmediatePropagation();
  act?.();
}

// From a list the arrows go into the cards of its unit, or of the first one.
function enterCards() {
  const near = held.source.closest("section")?.querySelector(".card-open") ?? board.querySelector(".card-open");
  near?.focus();
}

board.addEventListener("focusin", (event) => {
  const card = cardOf(event.target);
  if (held?.by === "keys" && card && card !== held.target) aim(card);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !held) return;
  event.stopPropagation();
  putBack();
}, { capture: true });

// The board lives on under the hand -----------------------------------------------------------------------------------

document.addEventListener("amh:replaced", ({ detail: { element, old } }) => {
  if (!held) return;
  if (held.target === old) retarget(element);
  if (old.contains(held.source) || old === held.source) keepOrGiveUp(element);
});

function retarget(element) {
  held.target = null;
  aim(cardOf(element) ?? null);
}

function keepOrGiveUp(element) {
  const stay = `[data-stay="${CSS.escape(held.stay)}"]`;
  const source = element.matches(stay) ? element : element.querySelector(stay);
  if (!source) return giveUp();
  held.source = source;
  mark(source);
}

// The stylesheet writes these words on the cards; they stand in the page, where they are translated.
for (const state of ["free", "occupied", "own"]) {
  page.style.setProperty(`--word-${state}`, JSON.stringify(wordFor(state)));
}

document.addEventListener("amh:locked", () => { forget(); if (held) putBack(); });
