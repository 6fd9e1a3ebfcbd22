// The plan of the beds at the keyboard: arrows walk the cards, letters act on the one that has the focus.

const board = document.getElementById("plan");
const dialog = document.getElementById("dialogue");
const LETTERS = new Set(board.dataset.keys);
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const REMEMBERED = "amh.board.card";

const links = () => [...board.querySelectorAll(".card-open")];
const visible = () => links().filter((link) => link.offsetParent !== null);
const focused = () => document.activeElement?.closest(".card")?.querySelector(".card-open");

// One card at a time is a stop of the Tab key: three hundred would bury what follows the board.
function makeStop(link) {
  for (const other of board.querySelectorAll('.card-open[tabindex="0"]')) other.tabIndex = -1;
  link.tabIndex = 0;
}

function centre(link) {
  const box = link.closest(".card").getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2, box };
}

function sameRow(a, b) {
  return a.box.top < b.y && b.y < a.box.bottom;
}

// Sideways stays in the row, then goes on in reading order; up and down take the nearest card of the nearest row.
function neighbour(from, [dx, dy]) {
  const cards = visible();
  if (dx) return cards[cards.indexOf(from) + dx];
  const here = centre(from);
  const beyond = cards.map((link) => ({ link, at: centre(link) }))
    .filter(({ at }) => (at.y - here.y) * dy > 0 && !sameRow(here, at));
  const distance = ({ at }) => Math.abs(at.y - here.y) * 4 + Math.abs(at.x - here.x);
  return beyond.sort((a, b) => distance(a) - distance(b))[0]?.link;
}

function walk(direction) {
  const from = focused();
  const to = from ? neighbour(from, direction) : board.querySelector('.card-open[tabindex="0"]') ?? visible()[0];
  to?.focus();
  to?.closest(".card").scrollIntoView({ block: "nearest" });
}

// What a letter means depends on how it is with the bed: its menu knows.
function press(letter) {
  const link = focused();
  if (!link) return false;
  dialog.dataset.key = letter;
  link.click();
  return true;
}

document.addEventListener("amh:key", (event) => {
  const direction = ARROWS[event.detail];
  const onBoard = focused() || document.activeElement === document.body;
  if (direction && onBoard) walk(direction);
  else if (!LETTERS.has(event.detail) || !press(event.detail)) return;
  event.preventDefault();
});

board.addEventListener("focusin", (event) => {
  const link = event.target.closest(".card")?.querySelector(".card-open");
  if (!link) return;
  makeStop(link);
  sessionStorage.setItem(REMEMBERED, link.closest(".card").id);
});

// A list that somebody unfolded stays so when it is drawn again.
function keepOpen(old, element) {
  for (const list of old.querySelectorAll("details[data-list][open]")) {
    element.querySelector(`details[data-list="${list.dataset.list}"]`)?.setAttribute("open", "");
  }
}

document.addEventListener("amh:replaced", ({ detail: { element, old } }) => {
  if (element.dataset.unitHead !== undefined) return keepOpen(old, element);
  const link = element.querySelector(".card-open");
  if (link) link.tabIndex = old.querySelector(".card-open")?.tabIndex ?? -1;
});

// Who acted on somebody of a list that is no more goes on from the bed that they left.
document.addEventListener("amh:dialog-closed", () => {
  if (document.activeElement === document.body) board.querySelector('.card-open[tabindex="0"]')?.focus({ preventScroll: true });
});

for (const link of links()) link.tabIndex = -1;
const remembered = document.getElementById(sessionStorage.getItem(REMEMBERED) ?? "")?.querySelector(".card-open");
const first = remembered ?? visible()[0];
if (first) makeStop(first);
if (remembered && performance.getEntriesByType("navigation")[0]?.type === "reload") remembered.focus({ preventScroll: true });
